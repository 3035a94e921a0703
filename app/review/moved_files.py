"""Finds files that moved: removed under one name and added under another."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

# Similarity from which a removed and an added file are one file that moved. git uses 0.6 for files.
_MIN_SIMILARITY = 0.6
# Comparing one pair line by line takes 0.1 ms. With more pairs than this, only identical files count as moved.
_MAX_PAIRS = 2_500


def moved_files(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each removed name that moved, with the added name whose text is most similar. Both sides give texts by name."""
    removed = sorted(before.keys() - after.keys())
    added = sorted(after.keys() - before.keys())
    similarity_of = _similarity if len(removed) * len(added) <= _MAX_PAIRS else _identical
    candidates = [
        (similarity, old, new)
        for old in removed
        for new in added
        if (similarity := similarity_of(before[old], after[new])) >= _MIN_SIMILARITY
    ]
    for _, old, new in sorted(candidates, reverse=True):
        if old in removed and new in added:
            removed.remove(old)
            added.remove(new)
            yield old, new


def _identical(old: str, new: str) -> float:
    return float(old == new)


def _similarity(old: str, new: str) -> float:
    return SequenceMatcher(None, old.splitlines(), new.splitlines()).ratio()
