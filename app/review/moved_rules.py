"""Finds rules that moved: removed under one id and added under another."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from app.authoring.drafts import RuleDraft

# Similarity from which a removed and an added rule are one rule that moved. git uses 0.6 for files.
_MIN_SIMILARITY = 0.6
# Comparing one pair line by line takes 0.1 ms. With more pairs than this, only identical files count as moved.
_MAX_PAIRS = 2_500

Rules = Mapping[str, RuleDraft]  # by id


def moved_rules(before: Rules, after: Rules) -> Iterator[tuple[str, str]]:
    """Each removed rule that moved, with the added rule most similar to it."""
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


def _identical(old: RuleDraft, new: RuleDraft) -> float:
    return float(old.document.text == new.document.text)


def _similarity(old: RuleDraft, new: RuleDraft) -> float:
    return SequenceMatcher(None, old.document.text.splitlines(), new.document.text.splitlines()).ratio()
