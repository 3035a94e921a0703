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


@lru_cache(maxsize=16384)
def _columns(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
