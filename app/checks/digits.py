"""Which characters are read as digits, by their Unicode properties: `⚀`, `𐄇`, `𝍩`, `Ⅳ`, `②`, `٣`.

Chinese numerals are letters of ordinary words, so `number_words` judges them.
"""

import re
import unicodedata
from functools import lru_cache

_ASCII = re.compile("[0-9]")
# These have no numeric value in Unicode, but show one.
_NUMBERED = re.compile(
    r"(?:DIE FACE|DOMINO TILE (?:HORIZONTAL|VERTICAL)-\d|TURNED DIGIT|KEYCAP TEN|BRAILLE PATTERN DOTS|CLOCK FACE"
    r"|MAHJONG TILE (?:ONE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE) OF"
    r"|PLAYING CARD (?:ACE|TWO|THREE|FOUR|FIVE|SIX|SEVEN|EIGHT|NINE|TEN) OF)"
)
_SYMBOLS = frozenset({"So", "Nl", "No"})
_USUAL = "〇一二三四五六七八九"
_UNITS = range(10)
_ALSO_WORDS = "〇兩漆仨"
_CIRCLE = "\u3007"  # nought among Chinese numerals, and a blank to fill in elsewhere


def has_digit(text: str) -> bool:
    return bool(_ASCII.search(text)) or (not text.isascii() and any(map(is_digit, set(text))))


def figures(text: str) -> str:
    """The text with each digit as one of 0 to 9, at its place, and with letters of other styles as plain ones.

    A Chinese numeral stays one, in its usual form.
    """
    return text if text.isascii() else "".join(map(_figure, text))


@lru_cache(maxsize=8192)
def is_digit(char: str) -> bool:
    value, category = unicodedata.numeric(char, None), unicodedata.category(char)
    if value is not None:
        return value.is_integer() and category != "Lo" and char != _CIRCLE
    return category in _SYMBOLS and bool(_NUMBERED.match(unicodedata.name(char, "")))


@lru_cache(maxsize=8192)
def _figure(char: str) -> str:
    if is_digit(char):
        return str(int(unicodedata.numeric(char, 0)) % 10)
    value = unicodedata.numeric(char, -1)
    if value in _UNITS and char not in _ALSO_WORDS:
        return _USUAL[int(value)]
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char
