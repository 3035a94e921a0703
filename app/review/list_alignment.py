"""Aligns two lists in bounded time: which parts of one became which parts of the other."""

from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from math import inf

Opcode = tuple[str, int, int, int, int]

# In the worst case SequenceMatcher visits every pair of equal items once for each item, at 0.1 µs a visit. A paragraph
# of a hundred words takes 50,000 visits, two thousand words of `a b a b ...` a billion.
_MAX_VISITS = 2_000_000

# Comparing two paragraphs takes some 20 µs.
_MAX_PAIRS = 400


def align(before: Sequence[str], after: Sequence[str], *, filler: Callable[[str], bool] | None = None) -> list[Opcode]:
    """The opcodes of SequenceMatcher; a single `replace` where computing them would take too long.

    No match begins with an item for which `filler` is true, such as the space between words.
    """
    if before and after and _visits(before, after, filler) > _MAX_VISITS:
        return [("replace", 0, len(before), 0, len(after))]
    return list(SequenceMatcher(filler, before, after, autojunk=False).get_opcodes())


def pairs(
    before: Sequence[str], after: Sequence[str], alike: Callable[[str, str], float]
) -> list[tuple[int | None, int | None]]:
    """Each item of the shorter list beside one of the other, in order, as alike as can be; None beside those left over.

    Very long lists are paired by position.
    """
    if len(before) > len(after):
        return [(i, j) for j, i in pairs(after, before, alike)]
    if len(before) * len(after) > _MAX_PAIRS or len(before) == len(after):
        return [(i if i < len(before) else None, i) for i in range(len(after))]
    partners = _partners([[alike(old, new) for new in after] for old in before], len(after))
    return [(partners.get(j), j) for j in range(len(after))]


def _partners(likeness: Sequence[Sequence[float]], width: int) -> dict[int, int]:
    """The row of each column that has one: every row is used once, in order, with the greatest sum."""
    height = len(likeness)
    # The greatest sum for the rows from `i` on with the columns from `j` on.
    best = [*([-inf] * (width + 1) for _ in range(height)), [0.0] * (width + 1)]
    for i in reversed(range(height)):
        for j in reversed(range(width)):
            best[i][j] = max(best[i][j + 1], likeness[i][j] + best[i + 1][j + 1])
    partners: dict[int, int] = {}
    for j in range(width):
        i = len(partners)
        if i < height and likeness[i][j] + best[i + 1][j + 1] >= best[i][j + 1]:
            partners[j] = i
    return partners


def _visits(before: Sequence[str], after: Sequence[str], filler: Callable[[str], bool] | None) -> int:
    counts = Counter(item for item in after if filler is None or not filler(item))
    return sum(counts[item] for item in before) * min(len(before), len(after))
