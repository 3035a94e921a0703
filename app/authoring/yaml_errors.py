"""The errors of the YAML parser in plain words."""

import re
from typing import Any

import yaml

from app.authoring.document import LINE_END
from app.authoring.problem import START, Place

_QUOTE = 'put the text in double quotes: "..."'

_INNER = "a quote inside quotes of the same kind ends the text: use the other kind around it, or “ ” inside"

# libyaml's words to ours, and a hint. Source: the `problem` strings in libyaml's scanner.c and parser.c.
_WORDS: dict[str, tuple[str, str | None]] = {
    "mapping values are not allowed in this context": (
        "a colon stands where no new entry can begin",
        "a text with a colon and a space in it needs quotes; or a line is indented wrongly or lacks its colon",
    ),
    "could not find expected ':'": ("a key without its colon", "write `key: value`, with a space after the colon"),
    "did not find expected key": (
        "a new entry was expected here",
        f"check the indentation; {_INNER}",
    ),
    "did not find expected '-' indicator": (
        "the next item of the list was expected here",
        f"every item begins with `- ` at the same indentation; {_INNER}",
    ),
    "did not find expected ',' or ']'": ("this list is not closed", "items are separated by commas; close it with `]`"),
    "did not find expected ',' or '}'": (
        "this mapping is not closed",
        "entries are separated by commas; close it with `}`",
    ),
    "found unexpected end of stream": ("the file ends inside a quoted text", "close the quote"),
    "found unexpected document indicator": ("`---` inside a quoted text", "close the quote before it"),
    "found character that cannot start any token": ("a text cannot begin with this character", _QUOTE),
    "found unknown escape character": (
        "a backslash with a meaning inside double quotes that does not exist",
        "write the text in single quotes, or the backslash twice",
    ),
    "block sequence entries are not allowed in this context": (
        "a list item stands where no list can begin",
        "begin the list on its own line",
    ),
    "did not find expected comment or line break": (
        "a text cannot follow `|` or `>` on the same line",
        f"begin it on the next line, indented; or {_QUOTE}; to compare a number write {{gt: 1000}}",
    ),
    "did not find expected node content": ("a value was expected here", _QUOTE),
    "found a tab character that violates indentation": ("a tab in the indentation", "use spaces"),
    "found undefined tag handle": ("a text that begins with `!`", _QUOTE),
    "did not find expected alphabetic or numeric character": ("a text that begins with `&` or `*`", _QUOTE),
}

# For these the problem is where the text or list opens, not where the parser gave up.
_AT_OPENING = frozenset(
    (
        "found unexpected end of stream",
        "could not find expected ':'",
        "did not find expected ',' or ']'",
        "did not find expected ',' or '}'",
        "did not find expected alphabetic or numeric character",
    )
)


# The character before the error, in the middle of a line, says what ended too early.
_ENDED = {
    '"': _INNER,
    "'": _INNER,
    "]": "a text that begins with a square bracket needs quotes around all of it",
    "}": "a text that begins with a curly brace needs quotes around all of it",
}
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
    return place, words, hint


def _unexpected(text: str, place: Place, words: str, hint: str | None) -> Explained:
    """Something else where an entry should be: names the line above that ends or begins wrongly."""
    lines = LINE_END.split(text)
    number, before = place[0], lines[place[0] - 1][: place[1] - 1].rstrip()
    if before:
        if opened := _opened_above(text, number):
            return opened, f"this quote is closed only in line {number}", "close it where its own text ends"
        return place, words, _ENDED.get(before[-1], hint)
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
    last = None
    parser = yaml.CSafeLoader(text)
    try:
        while not isinstance(event := parser.get_event(), yaml.StreamEndEvent):
            last = event
    except yaml.YAMLError:
        pass
    finally:
        parser.dispose()
    if not isinstance(last, yaml.ScalarEvent):
        return None
    start: Any = last.start_mark
    end: Any = last.end_mark
    return (start.line + 1, start.column + 1) if start.line + 1 < number == end.line + 1 else None


def _explained(error: yaml.YAMLError) -> Explained:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem is None:
        return START, "not valid YAML", None
    mark = error.context_mark if error.problem in _AT_OPENING else error.problem_mark
    place = (mark.line + 1, mark.column + 1) if mark is not None else START
    words, hint = _WORDS.get(error.problem, (f"not valid YAML: {error.problem}", None))
    return place, words, hint
