"""Texts of strangers, as a page or a terminal can show them: what hides is named."""

import unicodedata

# Control, format (invisible, direction-changing), surrogate, private use, unassigned, line and paragraph ends.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Words of Arabic, Persian and Indic scripts are spelled with these.
_JOINERS = frozenset("\u200c\u200d")


def visible(text: str) -> str:
    """
    >>> visible("a\u202eb")
    'a‹U+202E›b'
    """
    if text.isprintable() and not _BLANK.intersection(text):
        return text
    return "".join(_named(char) if _hides(char) else char for char in text)


def _hides(char: str) -> bool:
    return char in _BLANK or (unicodedata.category(char) in _HIDDEN and char not in _JOINERS)


def _named(char: str) -> str:
    return "⏎" if char == "\n" else f"‹U+{ord(char):04X}›"
