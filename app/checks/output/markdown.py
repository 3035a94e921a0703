"""Markdown for GitHub: blocks, and texts of strangers that can be read but do nothing.

`plain` and `code` take text; everything else takes Markdown and returns one block without a newline at its end.
In `plain`, whatever Markdown or HTML could read as structure is a character reference, which CommonMark never reads as
structure. A zero-width space breaks what GitHub looks for in the finished page: mentions, issue numbers, commits,
emoji, addresses.
"""

import re
from collections.abc import Iterable, Sequence

from app.domain.invisible import visible

_BREAK = "&#8203;"
# CommonMark reads no structure in a single underscore between letters or digits, as in `first_use`.
_STRUCTURE = re.compile(r"""[&<>"'`*~|\[\]\\!$^=]|(?<![^\W_])_|_(?![^\W_])""")
# A line that begins with these is a list or a heading.
_BEGINNING = re.compile(r"^(\d*)([-+.)])(?=\s|$)")
_LINKED = re.compile(r"([@#])|(:)(?=//|\w+:)|(?i:(www|gh))(?=[.-])")
# GitHub links a commit by seven of its digits or more.
_COMMIT = re.compile(r"\b[0-9a-f]{7,}\b")
# `text_file.Origin.line`: a zero-width space would be copied with it. GitHub links no commit inside of code.
_COPIED = re.compile(r'from: \{language: [A-Za-z0-9-]+, text: "[0-9a-f]+"\}')
_SIX = re.compile(r"......(?=.)")


def plain(text: str) -> str:
    """Text for a paragraph, a list, a table's cell or HTML.

    >>> plain("<b>@police</b> | [x](https://y)")
    '&#60;b&#62;@&#8203;police&#60;/b&#62; &#124; &#91;x&#93;(https:&#8203;//y)'
    """
    broken = _LINKED.sub(lambda found: f"{found[0]}\0", visible(text.strip()).replace("\0", ""))
    broken = _COMMIT.sub(lambda found: _SIX.sub(lambda six: f"{six[0]}\0", found[0]), broken)
    safe = _BEGINNING.sub(lambda found: f"{found[1]}&#{ord(found[2])};", _without_structure(broken))
    return safe.replace("\0", _BREAK)


def code(text: str) -> str:
    """The name of a file, a rule or a field; or a line that authors copy into a file."""
    return f"<code>{_without_structure(text) if _COPIED.fullmatch(text) else plain(text)}</code>"


def _without_structure(text: str) -> str:
    return _STRUCTURE.sub(lambda found: f"&#{ord(found[0])};", text)


def sentence(text: str) -> str:
    """A message of `forewarn check`, whose quotations stand in backticks."""
    return "".join(code(part) if i % 2 else padded(part) for i, part in enumerate(text.split("`")))


def padded(text: str) -> str:
    """`plain` of a piece of a sentence, with the spaces around it."""
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{plain(text)}{after}" if text.strip() else text


def heading(level: int, text: str) -> str:
    return f"{'#' * level} {text}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are as wide as their text. tabulate would pad them, and GitHub limits a comment to 65,536 characters."""
    return "\n".join([_row(head), f"|{'---|' * len(head)}", *map(_row, rows)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(markdown: str) -> str:
    return markdown.replace("|", "\\|").replace("\n", " ")


def bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def details(summary: str, body: str, *, opened: bool = False) -> str:
    """A block to unfold. GitHub reads Markdown in `body` where empty lines surround it, and HTML anywhere."""
    return f"<details{' open' if opened else ''}><summary>{summary}</summary>{body}</details>"


def document(blocks: Iterable[str]) -> str:
    """The blocks with an empty line between them, and a newline at the end."""
    return "\n\n".join(block.rstrip("\n") for block in blocks) + "\n"
