"""How amounts are written in a language and a region, as CLDR says: read once, when rules are compiled.

The digits stay 0 to 9 in every language, because users compare the amount with their exchange's own screen.
"""

from functools import cache
from pathlib import Path

import orjson
from langcodes import Language

from app.domain.amount_format import AmountFormat
from app.domain.withdrawal import TEXT_LIMIT

_AS_SENT = AmountFormat("", ".", 3, 3, TEXT_LIMIT)


def amount_format(language: str, territory: str | None) -> AmountFormat:
    """The format of a language tag in a region's code, such as `IN`; as sent where CLDR does not know the language.

    >>> amount_format("en", "IN").write("1234567.50"), amount_format("en", "HK").write("1234567.50")
    ('12,34,567.50', '1,234,567.50')
    """
    tag = Language.get(language)
    parts = [part for part in (tag.language, tag.script, tag.territory or territory) if part]
    known = _known()
    names = ("-".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((known[name] for name in names if name in known), _AS_SENT)


@cache
def _known() -> dict[str, AmountFormat]:
    styles = orjson.loads(Path(__file__).with_name("amount-formats.json").read_bytes())
    return {tag: AmountFormat(*style) for *style, tags in styles for tag in tags.split()}
