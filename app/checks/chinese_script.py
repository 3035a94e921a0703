"""Simplified and traditional characters, told apart by the standards that list them: GB 2312 and Big5.

A character that both list, or neither, says nothing.
"""

from functools import lru_cache

import langcodes

# Big5's first plane lists the characters in frequent use; the rest has rare ones, of names too.
_FREQUENT = range(0xA440, 0xC67F)


def foreign_characters(text: str, language: str) -> str:
    """The characters of the other way to write Chinese, each once; none for another language."""
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
