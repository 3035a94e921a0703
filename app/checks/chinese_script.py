"""Distinguishes simplified from traditional characters by the standards that list them: GB 2312 and Big5.

A character in both or in neither is not judged.
"""

from functools import lru_cache

import langcodes

# Big5's first plane lists the frequent characters; the second has rare ones, including those of names.
_FREQUENT = range(0xA440, 0xC67F)


def foreign_characters(text: str, language: str) -> str:
    """The characters of the other Chinese script, each once; none if the language is not Chinese."""
    if not language.startswith(("zh", "yue", "cmn")):
        return ""
    script = langcodes.Language.get(language).maximize().script
    return "".join(char for char in dict.fromkeys(text) if "\u4e00" <= char <= "\u9fff" and _foreign(char, script))


@lru_cache(maxsize=16384)
def _foreign(char: str, script: str | None) -> bool:
    if script == "Hant":
        return _listed(char, "gb2312") and not _listed(char, "big5hkscs")
    return script == "Hans" and _frequent(char) and not _listed(char, "gb2312")


def _listed(char: str, encoding: str) -> bool:
    try:
        return bool(char.encode(encoding))
    except UnicodeEncodeError:
        return False


def _frequent(char: str) -> bool:
    return _listed(char, "big5") and int.from_bytes(char.encode("big5")) in _FREQUENT
