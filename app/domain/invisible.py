"""Characters that nobody sees, or that turn the direction of others: one definition for requests, checks and reviews.

Unicode's properties define them. An alert shows what requests and files give, and a scammer may have had a hand in it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple

# Control, format (direction included), unassigned, private use, surrogate, line and paragraph separators. Every other
# space shows as a gap: French has U+00A0 or U+202F before `:` and `!`, Chinese and Japanese write U+3000.
CATEGORIES = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")

# First and last of each run. The property Default_Ignorable_Code_Point, which `unicodedata` lacks, from Unicode 16.0,
# DerivedCoreProperties.txt; and U+2800, the braille pattern without a dot, which shows nothing either.
RANGES = (
    *((0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
    *((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F)),
    *((0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A)),
    (0xE0000, 0xE0FFF),
)
_IN_RANGES = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in RANGES) + "]")
# Arabic to Sinhala, Myanmar, Khmer and Mongolian.
_JOINING_SCRIPTS = ((0x0600, 0x0DFF), (0x1000, 0x109F), (0x1780, 0x18AF))


def _in_a_joining_script(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _JOINING_SCRIPTS)


def _has_looks(char: str) -> bool:
    return unicodedata.category(char) in {"So", "Sm", "Po", "Nd", "Lo", "Sk"}


def _is_han(char: str) -> bool:
    return unicodedata.name(char, "").startswith("CJK ")


class Need(NamedTuple):
    """Hidden characters that a text needs right after certain others."""

    characters: range
    after: Callable[[str], bool]
    reason: str


# No text needs anything else. Marks of direction would turn numbers around, and an alert states its direction itself;
# joined emoji (U+200D) have never been allowed in alerts.
NEEDS = (
    Need(range(0x200C, 0x200E), _in_a_joining_script, "words of Arabic, Persian and Indic scripts contain joiners"),
    Need(range(0xFE00, 0xFE10), _has_looks, "selects the look of a sign, a keycap's digit or a letter: ☎ or ☎️"),
    Need(range(0xE0100, 0xE01F0), _is_han, "selects the form of a Han character, which names depend on"),
)


def hidden_places(text: str) -> Iterator[int]:
    """The index of every hidden character that the text does not need there; a line's end is one too."""
    if not text.isprintable() or _IN_RANGES.search(text):
        for i, char in enumerate(text):
            if is_hidden(char) and not (i and _needed(char, text[i - 1])):
                yield i


def is_hidden(char: str) -> bool:
    """Whether it hides by itself, wherever it stands."""
    return unicodedata.category(char) in CATEGORIES or _IN_RANGES.match(char) is not None


def _needed(char: str, before: str) -> bool:
    return any(ord(char) in need.characters and need.after(before) for need in NEEDS)


def visible(text: str) -> str:
    """The text with what hides in it named.

    >>> visible("a\u202eb")
    'a‹U+202E›b'
    """
    hidden = set(hidden_places(text))
    return "".join(_named(char) if i in hidden else char for i, char in enumerate(text)) if hidden else text


def _named(char: str) -> str:
    return "⏎" if char == "\n" else f"‹U+{ord(char):04X}›"
