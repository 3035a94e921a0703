"""The callouts of a review as blocks of Markdown for a GitHub comment."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby, takewhile

from app.checks.output.markdown import code, plain
from app.review.callout_kinds import Callout
from app.review.comment_sections import Block
from app.review.difference_markup import marked_pair

# Characters of one block, so that the first block of every kind fits.
_MAX_BLOCK = 2_500

_ARROW = " → "

_Line = tuple[str, str]  # with what it is about


def callout_blocks(found: Sequence[Callout]) -> Iterator[Block]:
    """GitHub alert blocks, one for each kind: they cannot be overlooked, and nothing stands above them.

    A kind that does not fit into one block continues in more, after the first block of every kind: many harmless
    callouts cannot push out another kind.
    """
    continued: list[Block] = []
    for about, group in groupby(found, key=lambda callout: callout.about):
        head = f"> [!CAUTION]\n> **{plain(about)}**\n>"
        lines = [(f"> - {_callout(callout)}", callout.path or callout.what) for callout in group]
        some = _fitting(lines)
        yield _block(head, lines[:some])
        while lines := lines[some:]:
            some = _fitting(lines)
            continued.append(_block(head, lines[:some]))
    yield from continued


def _block(head: str, lines: Sequence[_Line]) -> Block:
    return Block("\n".join((head, *(text for text, _ in lines))), tuple(source for _, source in lines))


def _fitting(lines: Sequence[_Line]) -> int:
    """How many of these lines fit into one block; at least one."""
    lengths = accumulate(len(text) + 1 for text, _ in lines)
    return max(1, sum(1 for _ in takewhile(lambda length: length <= _MAX_BLOCK, lengths)))


def _callout(callout: Callout) -> str:
    page = f" (official page: {code(callout.page)})" if callout.page else ""
    return f"{_said(callout)}{page}"


def _said(callout: Callout) -> str:
    if callout.before is None and callout.after is None:
        return plain(callout.what)
    before, after = marked_pair(callout.before, callout.after)
    if callout.before is None:
        return f"{plain(callout.what)}: added {after}"
    if callout.after is None:
        return f"{plain(callout.what)}: removed {before}"
    return f"{plain(callout.what)}: {before}{_ARROW}{after}"
