"""Writes into a text file what its messages were translated from; every other byte stays as it is."""

from collections.abc import Mapping

from app.authoring.document import Document
from app.authoring.extent import extents
from app.authoring.problem import Path, Place
from app.authoring.text_file import Origin


def with_marks(document: Document, origins: Mapping[str, Origin]) -> str:
    """The file's text with the `from` of each message, which is there. `document` is a valid text file."""
    edits = [edit for name, origin in origins.items() for edit in _edits(document, ("messages", name), origin)]
    lines = document.text.splitlines(keepends=True)
    for (line, column), end, new in sorted(edits, reverse=True):
        before, after = lines[line - 1][: column - 1], lines[line - 1][end - 1 :]
        lines[line - 1] = f"{before}{new}{after}"
    return "".join(lines)


def _edits(document: Document, message: Path, origin: Origin) -> list[tuple[Place, int, str]]:
    """(first place, column after the last, what to write there); the two are the same for what is added."""
    mark = (*message, "from")
    if mark in document.values:
        values = {"language": origin.language, "text": f'"{origin.text}"'}
        return [_replaced(document, (*mark, name), value) for name, value in values.items()]
    key, value = document.keys[message], document.values[message]
    if value[0] == key[0]:  # {title: ..., body: ...}
        return [((value[0], value[1] + 1), value[1] + 1, f"{origin.line}, ")]
    line = document.text.splitlines(keepends=True)[key[0] - 1]
    end = len(line.rstrip("\r\n")) + 1
    newline = line[end - 1 :]
    return [((key[0], end), end, f"{newline}{' ' * (value[1] - 1)}{origin.line}")]


def _replaced(document: Document, where: Path, new: str) -> tuple[Place, int, str]:
    place = document.values[where]
    _, end = extents(document.text).scalars[place]
    return place, end, new
