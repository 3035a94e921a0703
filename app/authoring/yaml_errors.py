"""The errors of the YAML parser in plain words."""

import re
from functools import lru_cache
from typing import Any

import yaml

from app.authoring.data_file import data_file
from app.authoring.document import LINE_END
from app.authoring.extent import events
from app.authoring.keyboard_slips import Slip, slips
from app.authoring.problem import START, Place
from app.authoring.suggestions import quoted

# An ideographic space and the like: they look like indentation, and come from word processors.
_ODD_INDENT = re.compile(r"^ *([\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000])", re.MULTILINE)
_ENTRY = re.compile(r"(?:- )?[\w.-]+: +[^|>\s]")

Explained = tuple[Place, str, str | None]


def explain(error: yaml.YAMLError, text: str) -> Explained:
    """The place of the error, the fault in words, and a hint. `text` is the whole file."""
    if odd := _ODD_INDENT.search(text):
        place = len(LINE_END.split(text[: odd.start(1)])), odd.start(1) - odd.start() + 1
        return place, f"U+{ord(odd[1]):04X} in the indentation, which only looks like a space", "use ordinary spaces"
    place, words, hint = _explained(error)
    if isinstance(error, yaml.MarkedYAMLError) and error.problem == "did not find expected key":
        return _unexpected(text, place, words, hint)
    if isinstance(error, yaml.MarkedYAMLError) and error.problem == "mapping values are not allowed in this context":
        return _not_indented(LINE_END.split(text), place) or (place, words, hint)
    if isinstance(error, yaml.MarkedYAMLError) and error.problem == "could not find expected ':'":
        return _not_an_item(LINE_END.split(text), place) or (place, words, hint)
    return place, words, hint


def _not_indented(lines: list[str], place: Place) -> Explained | None:
    """An entry that begins too far left, where the line above it opens a group and the line below belongs to it."""
    written = [n for n in range(place[0], 0, -1) if lines[n - 1].split("#")[0].strip()][:3]
    if len(written) < 3:
        return None
    here, entry, opening = (lines[n - 1] for n in written)
    if not _ENTRY.match(entry, _indent(entry)) or not opening.split("#")[0].rstrip().endswith(":"):
        return None
    if _indent(opening) >= _indent(entry) < _indent(here):
        words = f"this line begins with {_indent(entry)} spaces, so it does not belong to {quoted(opening.strip())}"
        return (written[1], _indent(entry) + 1), words, f"begin it with {_indent(here)} spaces, as line {written[0]}"
    return None


def _not_an_item(lines: list[str], place: Place) -> Explained | None:
    """A text below the items of a list, at their indentation, where the list's name begins further left."""
    indent = _indent(lines[place[0] - 1])
    above = [line for line in lines[place[0] - 2 :: -1] if line.split("#")[0].strip() and _indent(line) <= indent]
    others = (line for line in above if not line.startswith("- ", indent))
    opening = next(others, "")
    if not above or opening is above[0] or _indent(opening) == indent:
        return None
    each = "paragraph" if opening.strip() in {"body:", "questions:"} else "item"
    return place, "a text without its hyphen in a list", f"begin every {each} with `- `, a hyphen and a space"


def slip_near(error: yaml.YAMLError, text: str) -> tuple[Place, Slip] | None:
    """A sign of another keyboard where the parser gave up, or in the two lines above, which it often blames."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return None
    lines = LINE_END.split(text)
    marks = [mark.line + 1 for mark in (error.problem_mark, error.context_mark) if mark is not None]
    above = [n for n in range(max(marks, default=1), 0, -1) if n <= len(lines) and lines[n - 1].strip()][:3]
    for number in dict.fromkeys((*marks, *above)):
        slip = next(slips(lines[number - 1]), None) if number <= len(lines) else None
        if slip is not None:
            return (number, slip.column), slip
    return None


def _unexpected(text: str, place: Place, words: str, hint: str | None) -> Explained:
    """Something else where an entry should be: names the line above that ends or begins wrongly."""
    lines = LINE_END.split(text)
    number, before = place[0], lines[place[0] - 1][: place[1] - 1].rstrip()
    if before:
        if opened := _opened_above(text, number):
            return opened, f"this quote is closed only in line {number}", "close it where its own text ends"
        return place, words, _shipped()["ended"].get(before[-1], hint)
    above = next((n for n in range(number - 1, 0, -1) if lines[n - 1].split("#")[0].strip()), None)
    return place, words, (_beside(lines[above - 1], lines[number - 1], above) if above else None) or hint


def _beside(above: str, here: str, number: int) -> str | None:
    """What is wrong between two lines; `number` is the upper one's."""
    upper, lower = _indent(above), _indent(here)
    if here.startswith("- ", lower):
        if _ENTRY.match(above, upper):
            return f"line {number} has its text already: a list begins below the name, each item with `- `"
        return f"line {number} lacks its `- `" if above[upper] in "\"'" else None
    if upper != lower and _ENTRY.match(above, upper):
        return f"line {number} begins with {upper} spaces, this one with {lower}: what belongs together begins alike"
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _opened_above(text: str, number: int) -> Place | None:
    """Where a quoted text began that ends in this line, if that is an earlier line."""
    *_, last = (None, *events(text))
    if not isinstance(last, yaml.ScalarEvent):
        return None
    start: Any = last.start_mark
    end: Any = last.end_mark
    return (start.line + 1, start.column + 1) if start.line + 1 < number == end.line + 1 else None


def _explained(error: yaml.YAMLError) -> Explained:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem is None:
        return START, "not valid YAML", None
    known = _shipped()["errors"].get(error.problem, {"words": f"not valid YAML: {error.problem}"})
    mark = error.context_mark if "opening" in known else error.problem_mark
    place = (mark.line + 1, mark.column + 1) if mark is not None else START
    return place, known["words"], "; ".join(known["hint"]) if "hint" in known else None


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    shipped: dict[str, Any] = data_file("app.authoring", "yaml_errors.yaml")
    return shipped
