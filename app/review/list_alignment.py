"""Aligns two lists in bounded time: which parts of one became which parts of the other."""

from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

Opcode = tuple[str, int, int, int, int]

# In the worst case SequenceMatcher visits every pair of equal items once for each item, at 0.1 µs a visit. A paragraph
# of a hundred words takes 50,000 visits, two thousand words of `a b a b ...` a billion.
_MAX_VISITS = 2_000_000


def align(before: Sequence[str], after: Sequence[str], *, filler: Callable[[str], bool] | None = None) -> list[Opcode]:
    """The opcodes of SequenceMatcher; a single `replace` where computing them would take too long.

    No match begins with an item for which `filler` is true, such as the space between words.
    """
    if before and after and _visits(before, after, filler) > _MAX_VISITS:
        return [("replace", 0, len(before), 0, len(after))]
    return list(SequenceMatcher(filler, before, after, autojunk=False).get_opcodes())


def _visits(before: Sequence[str], after: Sequence[str], filler: Callable[[str], bool] | None) -> int:
    counts = Counter(item for item in after if filler is None or not filler(item))
    return sum(counts[item] for item in before) * min(len(before), len(after))
