"""Counts the table `decided` of a backtest, without figures that would reveal fewer than ten users."""

from collections.abc import Sequence

from app.domain.rule import Severity
from app.reports.event_connection import Events
from app.reports.folding import literal
from app.reports.interval import Share, share
from app.review.backtest_figures import FEW, Count, Move, Reactions, RuleFigures, SeverityFigures

_MOVES_SHOWN = 20


def count_totals(events: Events) -> dict[str, int]:
    """By the names of the fields of Backtest."""
    (row,) = events.connection.execute(
        """SELECT count(*), count(*) FILTER (before IS NULL OR after IS NULL), count(*) FILTER (before IS NOT NULL),
            count(*) FILTER (before = recorded) FROM decided"""
    ).fetchall()
    return dict(zip(("withdrawals", "undecided", "decided", "agreeing"), row, strict=True))


def count_undecided(events: Events) -> tuple[tuple[str, int], ...]:
    """Undecided withdrawals by the fact that is uncertain, most first."""
    rows = events.connection.execute(
        """SELECT fact, count(*) FROM (SELECT unnest(unsure) AS fact FROM decided WHERE before IS NULL OR after IS NULL)
        GROUP BY fact ORDER BY count(*) DESC, fact"""
    ).fetchall()
    return tuple((fact, number) for fact, number in rows)


def count_moves(events: Events) -> tuple[tuple[Move, ...], bool, int]:
    """The largest moves, whether moves of fewer than ten users were left out, and how many others were."""
    rows = events.connection.execute(
        """SELECT before, after, count(*), count(DISTINCT user_key) FROM decided
        WHERE before <> after GROUP BY before, after ORDER BY count(*) DESC, before, after"""
    ).fetchall()
    large = [move for move in (Move(*row) for row in rows) if move.users >= FEW]
    return tuple(large[:_MOVES_SHOWN]), len(large) < len(rows), max(0, len(large) - _MOVES_SHOWN)


def count_rule(events: Events, rule_id: str) -> RuleFigures:
    rule = literal(rule_id)
    recorded, before, after = _counts(
        events,
        f"recorded = {rule}",
        (f"before = {rule}", f"list_contains(before_maybe, {rule})"),
        (f"after = {rule}", f"list_contains(after_maybe, {rule})"),
    )
    reactions, reactions_after = _reactions(events, f"recorded = {rule}", f"coalesce(after = {rule}, false)")
    return RuleFigures(rule_id, recorded, before, after, reactions, reactions_after)


def count_severities(events: Events) -> tuple[SeverityFigures, ...]:
    """The gravest first."""
    return tuple(_count_severity(events, severity.word) for severity in sorted(Severity, reverse=True))


def _count_severity(events: Events, word: str) -> SeverityFigures:
    wanted = literal(word)
    sides = [
        (
            f"before_or_after.{side} IN (SELECT rule FROM severity_{side} WHERE word = {wanted})",  # noqa: S608  # words of the code, quoted
            f"len(list_intersect({side}_maybe, (SELECT list(rule) FROM severity_{side} WHERE word = {wanted}))) > 0",  # noqa: S608  # as above
        )
        for side in ("before", "after")
    ]
    recorded, before, after = _counts(events, f"severity = {wanted}", *sides)
    return SeverityFigures(word, recorded, before, after)


def _counts(
    events: Events, recorded: str, before: tuple[str, str], after: tuple[str, str]
) -> tuple[int, Count, Count | None]:
    """Withdrawals by conditions in SQL; each side has one for the certain and one for the possible."""
    was, may_have_been = before
    becomes, may_become = after
    row = events.connection.execute(
        f"""SELECT count(*) FILTER ({recorded}),
            count(*) FILTER (coalesce({was}, false)), count(*) FILTER ({may_have_been}),
            count(*) FILTER (coalesce({becomes}, false)), count(*) FILTER ({may_become}),
            count(DISTINCT user_key) FILTER (
                coalesce({was}, false) <> coalesce({becomes}, false) OR ({may_have_been}) <> ({may_become}))
        FROM decided AS before_or_after"""  # noqa: S608  # ids of checked rules, quoted
    ).fetchall()[0]
    users = row[5]
    return row[0], Count(row[1], row[2]), Count(row[3], row[4]) if users == 0 or users >= FEW else None


def _reactions(events: Events, got: str, would_get: str) -> tuple[Reactions, Reactions | None]:
    """What the users did who got the warning, and who would get it; their difference never reveals fewer than ten."""
    did = ("true", "reconsidered", "proceeded", "scam")
    columns = [f"bool_or({group} AND {reaction})" for group in (got, would_get) for reaction in did]
    row = events.connection.execute(
        f"""SELECT {", ".join(f"count(*) FILTER (c{n})" for n in range(8))},
            {", ".join(f"count(*) FILTER (c{n} <> c{n + 4})" for n in range(4))}
        FROM (SELECT {", ".join(f"{column} AS c{n}" for n, column in enumerate(columns))}
            FROM decided WHERE NOT withheld GROUP BY user_key)"""  # noqa: S608  # as above
    ).fetchall()[0]
    before, after, differ = row[:4], row[4:8], row[8:]
    return _reaction(before, (0, 0, 0, 0)), None if 0 < differ[0] < FEW else _reaction(after, differ)


def _reaction(numbers: Sequence[int], differ: Sequence[int]) -> Reactions:
    """`numbers` are the users, and how many of them did what; `differ`, by how many users the other group differs."""
    users = numbers[0]
    if users < FEW:
        return Reactions(None, None, None, None)
    shares = (
        None if 0 < other < FEW else _share(number, users)
        for number, other in zip(numbers[1:], differ[1:], strict=True)
    )
    return Reactions(users, *shares)


def _share(number: int, users: int) -> Share | None:
    """None for a share that rests on one to nine users."""
    return share(number, users) if number == 0 or number >= FEW else None
