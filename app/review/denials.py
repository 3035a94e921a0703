"""Callouts of sentences that no longer deny what they denied: `cannot be reversed` that became `can be reversed`."""

from collections.abc import Iterator

from app.checks.lexicon import Lexicon, fold, lexicon
from app.checks.solicitations import only_asks
from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.sentence_pairs import likeness, sentence_pairs
from app.review.text_changes import TextChange
from app.review.text_meaning import by_meaning

# A sentence that says more in other words has often lost a `not` without saying the contrary. Of 556 reworded sentences
# in the history of `locales` until 2026-11-30, 91 deny less often than before; 64 of them are as alike as this.
_MIN_LIKENESS = 0.6


def denials(found: Difference) -> Iterator[Callout]:
    """Those with the most change of meaning first; nothing in a language without a word list."""
    for change in by_meaning(found.texts):
        words = lexicon(change.language)
        if words is not None and change.before and change.after:
            where = f"{change.region}/{change.language}: {change.message or 'every message'}: denies less than before"
            for before, after in _denied(change, words):
                yield Callout(CalloutKind.LOSSES, where, before, after, change.path)


def _denied(change: TextChange, words: Lexicon) -> Iterator[tuple[str, str]]:
    for before, after in sentence_pairs(change.before or "", change.after or "").reworded:
        old, new = fold(before), fold(after)
        denies_less = words.silenced(old) > words.silenced(new) and not only_asks(new)
        if denies_less and likeness(before, after) >= _MIN_LIKENESS:
            yield before, after
