"""The changed texts of a review side by side, as blocks of Markdown for a GitHub comment."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from app.checks.output.markdown import code, heading, plain, table
from app.review.comment_sections import Block
from app.review.difference_markup import marked_pair, with_direction
from app.review.text_changes import TextChange
from app.review.text_meaning import meanings

# Characters of one block. A message in many languages is several, so that it is never too large to be shown at all.
_MAX_BLOCK = 4_000

_HEAD = ("language", "part", "before", "after")


_Cells = tuple[str, ...]


def text_blocks(changes: Sequence[TextChange]) -> list[Block]:
    """The texts of a message together; the blocks that say the most come first, mere punctuation last."""
    said = zip(changes, meanings(changes), map(_cells, changes), strict=True)
    blocks = [
        (max(meaning for _, meaning, _ in rows), _block(rows))
        for _, group in groupby(said, key=lambda row: (row[0].region, row[0].message))
        for rows in _split(list(group))
    ]
    return [block for _, block in sorted(blocks, key=lambda each: -each[0])]


# A text, how much its change says, and its cells.
_Row = tuple[TextChange, float, _Cells]


def _split(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    some: list[_Row] = []
    used = 0
    for row in rows:
        size = sum(map(len, row[2]))
        if some and used + size > _MAX_BLOCK:
            yield some
            some, used = [], 0
        some.append(row)
        used += size
    yield some


def _block(rows: Sequence[_Row]) -> Block:
    first, _, _ = rows[0]
    title = plain(first.message) if first.message else "what every message inherits"
    text = f"{heading(4, f'{code(first.region)} {title}')}\n\n{table(_HEAD, (cells for _, _, cells in rows))}"
    return Block(text, tuple(change.path for change, _, _ in rows))


def _cells(change: TextChange) -> _Cells:
    status = change.status_after or change.status_before or ""
    before, after = (with_direction(change.language, text) for text in marked_pair(change.before, change.after))
    return f"{code(change.language)} {plain(status)}", plain(change.part), before, after
