"""Finds characters that nobody sees, and marks that cover letters."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from app.authoring.problem import Finding, Path, Spot
from app.authoring.problem_codes import Code
from app.authoring.suggestions import quoted
from app.checks.violation import Violation
from app.domain.invisible import hidden_places

# No living language puts more than three marks on a letter; pointed Hebrew does put three.
_MARK = "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
_PILED = re.compile(f"[^{_MARK}][{_MARK}]{{4,}}")
# These strike a letter through or ring it: `Do n\u0336o\u0336t\u0336 send`.
_OVERLAYS = re.compile(
    "[\u0334-\u0338\u0488\u0489\u20d2\u20d3\u20d8-\u20da\u20dd-\u20e0\u20e2\u20e4-\u20e6\u20ea\u20eb]"
)


def hidden_characters(text: str) -> Iterator[Violation]:
    """What hides in a text of one line, and what covers its letters."""
    if text.isascii() and text.isprintable():
        return
    if match := _PILED.search(text):
        message = f"{len(match.group()) - 1} marks are piled on {quoted(match.group()[0])}"
        yield Violation(Code.HIDDEN_CHARACTER, message, "delete them")
    if match := _OVERLAYS.search(text):
        struck = text[max(0, match.start() - 12) : match.start()]
        message = f"U+{ord(match.group()):04X} strikes out or rings {quoted(struck)}"
        yield Violation(Code.HIDDEN_CHARACTER, message, "delete it")
    yield from _hidden(text)


def in_document(data: object, where: Path = ()) -> Iterator[Finding]:
    """What hides in any text of a file, names included: reviewers read all of them.

    Texts may have several lines; an alert's have their own check.
    """
    if isinstance(data, dict):
        for key, value in data.items():
            yield from (each.at((*where, key), Spot.KEY) for each in _hidden(key, "\n"))
            yield from in_document(value, (*where, key))
    elif isinstance(data, list):
        for i, item in enumerate(data):
            yield from in_document(item, (*where, i))
    elif isinstance(data, str):
        yield from (each.at(where) for each in _hidden(data, "\n"))


def _hidden(text: str, allowed: str = "") -> Iterator[Violation]:
    """One violation for each run of hidden characters that holds one not named before."""
    named = set(allowed)
    places = [i for i in hidden_places(text) if text[i] not in allowed]
    for _, run in groupby(enumerate(places), key=lambda each: each[1] - each[0]):
        first, *others = (i for _, i in run)
        if named.issuperset(text[first : first + 1 + len(others)]):
            continue
        named.update(text[first : first + 1 + len(others)])
        name = unicodedata.name(text[first], "a control character").lower()
        more = f" and {len(others)} more" if others else ""
        message = f"U+{ord(text[first]):04X} ({name}){more} after {quoted(text[max(0, first - 12) : first])}"
        line_end = "a paragraph is one line; where it is written on several, begin it with `>-`"
        yield Violation(Code.HIDDEN_CHARACTER, message, line_end if text[first] in "\r\n" else "delete it")
