"""Callouts of titles: of a warning that nobody reads to its end, the title is what is read."""

from collections.abc import Iterator

from app.domain.rule import Severity
from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.snapshot import Snapshot
from app.review.text_meaning import meanings, moved_words

_GRAVE = frozenset({Severity.HIGH.word, Severity.CRITICAL.word})


def title_callouts(found: Difference) -> Iterator[Callout]:
    """Those with the most change of meaning first; not those in which only punctuation changed."""
    grave = _grave_messages(found.before) | _grave_messages(found.after)
    titles = [
        change
        for change in found.texts
        if change.part == "title" and (change.region, change.message) in grave
        if change.before is not None and change.after is not None and moved_words(change)
    ]
    for _, change in sorted(zip(meanings(titles), titles, strict=True), key=lambda each: -each[0]):
        where = f"{change.region}/{change.language}: {change.message}"
        yield Callout(CalloutKind.TITLES, where, change.before, change.after, change.path)


def _grave_messages(snapshot: Snapshot) -> set[tuple[str, str]]:
    forms = ((rule.region, rule.form) for rule in snapshot.drafts.rules.values())
    return {(region, form.message) for region, form in forms if form is not None and form.severity in _GRAVE}
