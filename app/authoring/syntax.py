"""What the YAML parser complains about, in plain words."""

import yaml

from app.authoring.problem import START, Place

_QUOTE = 'put the text in double quotes: "..."'

_INNER = "a quote inside quotes of the same kind ends the text: use the other kind around it, or “ ” inside"

# libyaml's words -> ours, and what to do. Source: the `problem` strings in libyaml's scanner.c and parser.c.
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

# Where the opening is what the author has to find, not the end of the file.
_AT_OPENING = frozenset(
    (
        "found unexpected end of stream",
        "could not find expected ':'",
        "did not find expected ',' or ']'",
        "did not find expected ',' or '}'",
    )
)


def explain(error: yaml.YAMLError) -> tuple[Place, str, str | None]:
    """Its place, the fault in words, and a hint."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem is None:
        return START, "not valid YAML", None
    mark = error.context_mark if error.problem in _AT_OPENING else error.problem_mark
    place = (mark.line + 1, mark.column + 1) if mark is not None else START
    words, hint = _WORDS.get(error.problem, (f"not valid YAML: {error.problem}", None))
    return place, words, hint
