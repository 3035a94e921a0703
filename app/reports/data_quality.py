"""How complete the record is, and what the exchange's investigations found."""

import numpy as np

from app.reports.answer import TOO_FEW, Confirmed, Quality, RuleConfirmed
from app.reports.dataset_columns import GIVEN
from app.reports.event_connection import Events
from app.reports.folding import OUTCOME_TIMES, moment
from app.reports.interval import Counts, clustered_share
from app.reports.outcome_bits import BITS
from app.reports.question import Question
from app.reports.tally import Tallies


def confirmed_by_rule(events: Events) -> list[RuleConfirmed]:
    """For each rule, the share of investigated alerts that were confirmed as a scam. `tally` must have run."""
    found = events.connection.execute(
        f"""SELECT rule_id, alerts, scams, count(*) AS users FROM (
            SELECT rule_id, user_key, count(*) AS alerts, count(*) FILTER (WHERE flags & {BITS["scam"]} != 0) AS scams
            FROM alerts WHERE flags & {BITS["confirmed"]} != 0 GROUP BY rule_id, user_key
        ) GROUP BY ALL ORDER BY ALL"""  # noqa: S608 - numbers
    ).fetchall()
    by_rule: dict[str, list[tuple[int, int, int]]] = {}
    for rule_id, *row in found:
        by_rule.setdefault(rule_id, []).append((row[0], row[1], row[2]))
    return [RuleConfirmed(rule_id, confirmed(*np.array(rows, np.int64).T)) for rule_id, rows in by_rule.items()]


def confirmed(alerts: Counts, scams: Counts, alike: Counts) -> Confirmed:
    """Each of `alike[i]` users had `alerts[i]` investigated alerts, `scams[i]` of them confirmed as a scam."""
    has = alerts > 0
    found = clustered_share(alerts[has], scams[has], alike[has])
    users = int(alike[has].sum())
    return Confirmed(
        found.numerator, found.denominator, found.rate, found.low, found.high, users, too_few=users < TOO_FEW
    )


def quality(events: Events, question: Question, counted: Tallies) -> Quality:
    """The quality of the counted withdrawals and alerts. `tally` must have run."""
    record, alerts = counted.record, counted.total.alerts
    withdrawals = record["withdrawals"]
    alerted = record["alerted"] * withdrawals
    total = int(withdrawals.sum())
    return Quality(
        withdrawals=total,
        facts_given={
            name: int(withdrawals[(record["facts_given"] >> bit) & 1 == 1].sum()) / total if total else None
            for bit, name in enumerate(GIVEN)
        },
        alerts=alerts["exposed"],
        no_outcome=alerts["unanswered"],
        not_shown=alerts["exposed"] - alerts["had_shown"],
        late=int(alerted @ record["late"]),
        early=int(alerted @ record["early"]),
        reported_late=int(alerted @ record["reported_late"]),
        repeats=int(record["repeats"].sum()),
        reused=int(record["reused"].sum()),
        orphaned=_orphaned(events, question),
    )


def _orphaned(events: Events, question: Question) -> int:
    first = f"least({', '.join(OUTCOME_TIMES)})"
    found = events.connection.execute(
        f"""SELECT count(*) FROM merged_again
        WHERE time IS NULL AND {first} >= {moment(question.since)} AND {first} < {moment(question.until)}"""  # noqa: S608  # names and times of ours
    ).fetchone()
    return int(found[0]) if found else 0
