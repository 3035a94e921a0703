"""Callouts of what users get: example withdrawals that now get a milder warning, or none."""

from collections.abc import Iterator

from app.domain.rule import Severity
from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.rule_sentences import plural
from app.review.snapshot import Snapshot


def shown_callouts(found: Difference) -> Iterator[Callout]:
    """For any reason: another condition, a milder rule that comes first, a removed rule."""
    lost: dict[tuple[str, str, str], int] = {}
    for change in found.consequences.shown or ():
        was, becomes = _severity(found.before, change.before), _severity(found.after, change.after)
        if was is not None and (becomes is None or becomes < was):
            rule = change.before or ""
            now = "no warning" if becomes is None else f"{change.after} ({becomes.word})"
            place = change.region, f"{rule} ({was.word})", now
            lost[place] = lost.get(place, 0) + 1
    for (region, was_shown, now), count in lost.items():
        yield Callout(CalloutKind.OFF, f"{region}: {plural(count, 'example withdrawal')}", was_shown, now)


def _severity(snapshot: Snapshot, rule_id: str | None) -> Severity | None:
    if rule_id is None or snapshot.book is None:
        return None
    return snapshot.book.rule(rule_id).severity
