"""English names of languages."""

from functools import cache, lru_cache
from pathlib import Path

import orjson


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = orjson.loads(Path(__file__).with_name("language-names.json").read_bytes())
    return names


@lru_cache(maxsize=512)
def language_name(tag: str) -> str:
    """
    >>> language_name("pt-BR"), language_name("zh-Hant"), language_name("xx")
    ('Portuguese (BR)', 'Chinese, traditional', 'xx')
    """
    names = _names()
    if tag in names:
        return names[tag]
    language, _, rest = tag.partition("-")
    return f"{names[language]} ({rest})" if language in names else tag
