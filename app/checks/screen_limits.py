"""How much text fits the screen of a small phone, in columns: a Latin letter takes one, a Han character two.

The screen is one of 360 by 640 pixels, the text that of `<forewarn-alert>` as an interstitial. Measured there in
Chromium on the sample texts, in pixels a column: paragraphs 8.1 to 8.5 (Latin), titles 12.6 to 13.3, questions 9.1 to
9.8. So a line holds 39 columns of a paragraph (320 pixels), 20 of a title (264), 27 of a question (256) and 30 of a
button (288).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import langcodes

from app.checks.prose import Part


class Room(NamedTuple):
    """A part's columns in a line, its most lines, and the height of a line in pixels."""

    columns: int
    lines: int
    height: int


ROOMS: Mapping[Part, Room] = {
    Part.TITLE: Room(20, 3, 29),
    # Sixteen lines are three fifths of the screen: the reader sees where the paragraph ends.
    Part.PARAGRAPH: Room(39, 16, 24),
    Part.QUESTION: Room(27, 4, 24),
    Part.LABEL: Room(30, 2, 24),
}
# Two screens of text, in pixels; the buttons come after it.
MESSAGE_HEIGHT = 2 * 640
_GAP = 12

# Until the first scroll, in pixels: the title begins at the top, the actions that stay in sight cover the last 216 at
# most, and two lines are for Cyrillic, whose letters are wider.
# Measured as above; on a page of 360 by 640 the first sentence of all 295 sample wordings ends at 230 or higher, and
# the actions begin at 424 or lower (2026-11-30).
_TITLE_TOP = 16
_TITLE_GAP = 12
_FIRST_SCREEN = 640 - 216 - 2 * 24

# A reader who is afraid takes in no more words. Languages that put no spaces between words, and Korean, whose words
# carry their particles, are counted by columns: the median of the sample texts against their English, a word
# (2026-11-30; 47 messages in Chinese, 5 in Japanese, 4 each in Korean and Thai).
MOST_WORDS = 90
_COLUMNS_A_WORD = {"ja": 4.49, "ko": 4.71, "th": 3.37, "zh": 3.54}

# Whoever is afraid reads no more than these. A title of three sentences has more than one idea.
MOST_PARAGRAPHS = 5
MOST_QUESTIONS = 4
TITLE_SENTENCES = 2

# The columns of a filled placeholder, about.
_FILLED = {"asset": 4, "network": 5, "amount": 9, "destination": 13}
_CONTACT = 14
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def columns(text: str) -> int:
    """How many columns a text takes once its placeholders are filled."""
    filled = sum(_FILLED.get(name, _CONTACT) for name in _PLACEHOLDER.findall(text))
    rest = _PLACEHOLDER.sub("", text)
    return filled + (len(rest) if rest.isascii() else sum(map(_columns, rest)))


def limit(part: Part) -> int:
    return ROOMS[part].columns * ROOMS[part].lines


def height(parts: Iterable[tuple[Part, str]]) -> int:
    """How many pixels these texts take, one below the other."""
    return sum(-(-columns(text) // ROOMS[part].columns) * ROOMS[part].height + _GAP for part, text in parts)


def on_first_screen(title: str, sentence: str) -> bool:
    """Whether a sentence that follows the title can be read before the reader scrolls."""
    above = _TITLE_TOP + height([(Part.TITLE, title)]) - _GAP + _TITLE_GAP
    return above + height([(Part.PARAGRAPH, sentence)]) - _GAP <= _FIRST_SCREEN


def word_count(paragraphs: Iterable[str], language: str) -> int:
    """How many words a reader has to read, or the English words that would say as much."""
    a_word = _COLUMNS_A_WORD.get(langcodes.Language.get(language).language or "")
    if a_word is None:
        return sum(len(text.split()) for text in paragraphs)
    return round(sum(map(columns, paragraphs)) / a_word)


@lru_cache(maxsize=16384)
def _columns(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
