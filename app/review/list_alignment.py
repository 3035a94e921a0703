"""Two lists, and which part of one became which of the other, in bounded time."""

from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

Step = tuple[str, int, int, int, int]

# SequenceMatcher looks at each pair of equal items, in the worst case once for each item: 0.1 us a look. A paragraph of
# a hundred words takes 50,000 looks, `a b a b ...` of two thousand a billion.
_LOOKS = 2_000_000


def matching(before: Sequence[str], after: Sequence[str], *, filler: Callable[[str], bool] | None = None) -> list[Step]:
    """Steps as SequenceMatcher has them; where finding them takes too long, that everything was replaced.

    No match begins with a `filler`, such as the space between words.
    """
    if before and after and _looks(before, after, filler) > _LOOKS:
        return [("replace", 0, len(before), 0, len(after))]
    return list(SequenceMatcher(filler, before, after, autojunk=False).get_opcodes())


def _looks(before: Sequence[str], after: Sequence[str], filler: Callable[[str], bool] | None) -> int:
    there = Counter(item for item in after if filler is None or not filler(item))
    return sum(there[item] for item in before) * min(len(before), len(after))
