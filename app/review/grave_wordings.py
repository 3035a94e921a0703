"""Callouts of critical and high warnings: their titles, and sentences that they did not have.

Of a warning that nobody reads to its end, the title is what is read; and a warning that keeps every word is weaker
beside a sentence that says the contrary.
"""

from collections.abc import Iterator

from app.checks.solicitations import SENTENCE_END
from app.domain.rule import Severity
from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.snapshot import Snapshot
from app.review.text_changes import TextChange, data_of, sections_of
from app.review.text_meaning import different_sentences, meanings, moved_words

_GRAVE = frozenset({Severity.HIGH.word, Severity.CRITICAL.word})
_PROSE = ("paragraph", "question")


def grave_wordings(found: Difference) -> Iterator[Callout]:
    """Those with the most change of meaning first; not those in which only punctuation changed."""
    grave = _grave_messages(found.before) | _grave_messages(found.after)
    changes = [
        change
        for change in found.texts
        if (change.region, change.message) in grave and change.after and moved_words(change) and _existed(found, change)
    ]
    for _, change in sorted(zip(meanings(changes), changes, strict=True), key=lambda each: -each[0]):
        where = f"{change.region}/{change.language}: {change.message}"
        if change.part == "title":
            yield Callout(CalloutKind.GRAVE, where, change.before, change.after, change.path)
        elif change.part.startswith(_PROSE) and _says_more(change):
            yield Callout(CalloutKind.GRAVE, where, *different_sentences(change.before, change.after), change.path)


def _grave_messages(snapshot: Snapshot) -> set[tuple[str, str]]:
    forms = ((rule.region, rule.form) for rule in snapshot.drafts.rules.values())
    return {(region, form.message) for region, form in forms if form is not None and form.severity in _GRAVE}


def _existed(found: Difference, change: TextChange) -> bool:
    texts = found.before.drafts.texts.get((change.region, change.language))
    return bool(sections_of(data_of(texts), change.message))


def _says_more(change: TextChange) -> bool:
    """Whether there are more sentences than before; a sentence that was reworded is not new."""
    before, after = (SENTENCE_END.split(text) if text else [] for text in (change.before, change.after))
    return len(after) > len(before)
