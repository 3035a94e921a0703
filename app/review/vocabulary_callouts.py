"""Callouts of facts.yaml and typologies.yaml: what rules can no longer ask, or what it means now."""

from collections.abc import Iterator

from app.review.callout_groups import Finding, gathered
from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference

# Entries that say what a fact, its values or a kind of scam are.
_MEANING = frozenset({"means", "values", "description"})


def vocabulary_callouts(found: Difference) -> Iterator[Callout]:
    yield from gathered(CalloutKind.VOCABULARY, _findings(found), "entry")


def _findings(found: Difference) -> Iterator[Finding]:
    for change in found.vocabulary:
        file = change.where[0]
        place = ".".join(change.where[2:])
        if change.after is None:
            yield Finding("removed", file, f"{file}: {place}", change.before, None)
        elif change.where[-1] == "type" and change.before is not None:
            yield Finding("another type", file, f"{file}: {place}", change.before, change.after)
        elif change.before is not None and _MEANING & set(change.where):
            yield Finding("another meaning", file, f"{file}: {place}", change.before, change.after)
