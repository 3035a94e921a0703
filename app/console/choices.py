"""What a filter can be set to: the values that the period's alerts have."""

from collections.abc import Mapping, Sequence

from app.reports.events import Events
from app.reports.folding import literal
from app.reports.question import Question

OFFERED = ("region", "rule_id", "severity", "language")

# A list that is longer helps nobody to choose.
MOST = 500


def choices(events: Events, question: Question, partner: str | None) -> Mapping[str, Sequence[str]]:
    """By dimension, the values in `[since, until)` whatever else is filtered, in order."""
    events.fold(question.since, question.until)
    period = f"time >= TIMESTAMPTZ '{question.since.isoformat()}' AND time < TIMESTAMPTZ '{question.until.isoformat()}'"
    only = f" AND region = {literal(partner)}" if partner else ""
    found: dict[str, Sequence[str]] = {}
    for name in OFFERED:
        rows = events.connection.execute(
            f"SELECT DISTINCT {name} FROM folded WHERE rule_id IS NOT NULL AND {name} IS NOT NULL AND {period}{only}"  # noqa: S608 - names of ours
            f" ORDER BY 1 LIMIT {MOST}"
        ).fetchall()
        found[name] = [value for (value,) in rows]
    return found
