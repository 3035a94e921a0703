"""What a change would have done to the withdrawals of the last days: counted from the record, and replayed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from app.dataset.report_sources import Sources
from app.domain.decision import RegionRules
from app.domain.region import GLOBAL, GlobalRules
from app.domain.rule import Rule, Severity
from app.reports.event_connection import Events, open_events
from app.reports.folding import literal
from app.reports.interval import Share, share
from app.review.possible_values import Reading, asked_by
from app.review.replay import Replay, Verdict, begun, boundaries_of
from app.review.withdrawal_record import WINDOW, code_rows, groups, load
from app.service.rulebook import Rulebook

# Figures of fewer users than this say too much about each: a pull request is public.
FEW = 10
TOO_FEW_TO_READ = 30

_MOVES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Count:
    """Withdrawals for certain, and those that may be too because the record is cut down."""

    certain: int
    maybe: int = 0


@dataclass(frozen=True, slots=True)
class Reactions:
    """What the users of some withdrawals did: users, each once, without those whom the exchange stopped.

    Under ten users nothing is told: then all of it is None.
    """

    users: int | None
    reconsidered_or_reviewed: Share | None
    proceeded: Share | None
    confirmed_scam: Share | None


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """`recorded` got this warning; `before` and `after` get it from the old and the new rules.

    `after` is None where the difference to `before` is of fewer than ten users: then it is about as many. So is
    `reactions_after` where fewer than ten users are in one of the two groups only.
    """

    rule_id: str
    recorded: int
    before: Count
    after: Count | None
    reactions: Reactions
    reactions_after: Reactions | None


@dataclass(frozen=True, slots=True)
class SeverityFigures:
    severity: str
    recorded: int
    before: Count
    after: Count | None


@dataclass(frozen=True, slots=True)
class Move:
    """Withdrawals that get another warning than before, both for certain; empty is no warning."""

    before: str
    after: str
    withdrawals: int
    users: int


@dataclass(frozen=True, slots=True)
class Backtest:
    """Of the regions that the change concerns. Times are UTC; `agreeing` of `decided` replayed as recorded.

    `undecided` withdrawals could have got one warning or another; `because` counts them by fact. `few` says whether
    moves of fewer than ten users each are left out, `more_moves` how many of others, the smallest.
    """

    since: datetime
    until: datetime
    regions: tuple[str, ...]
    withdrawals: int
    undecided: int
    because: tuple[tuple[str, int], ...]
    decided: int
    agreeing: int
    rules: tuple[RuleFigures, ...]
    severities: tuple[SeverityFigures, ...]
    moves: tuple[Move, ...]
    few: bool
    more_moves: int
    begun: tuple[str, ...] = ()


@dataclass(slots=True)
class _Change:
    """The two rulebooks, the rules to tell about, and which regions were replayed, with rules that begin later."""

    before: Rulebook
    after: Rulebook
    chosen: Sequence[str]
    today: date
    regions: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)


def period(as_of: datetime, days: int) -> tuple[datetime, datetime]:
    """So many whole days, of which every withdrawal has had its time to be answered."""
    end = (as_of - WINDOW).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return end - timedelta(days=days), end


def backtest(
    sources: Sources,
    before: Rulebook,
    after: Rulebook,
    rule_ids: Iterable[str],
    *,
    days: int,
    as_of: datetime,
    today: date,
    memory_limit: str = "1GB",
) -> Backtest:
    """`rule_ids` are the rules to tell about, by their old and new names."""
    chosen = sorted(set(rule_ids))
    since, until = period(as_of, days)
    with open_events(sources, memory_limit=memory_limit) as events:
        load(events, since, until)
        _begin(events, (before, after))
        change = _Change(before, after, chosen, today)
        for code, regions in _concerned(before, after, chosen):
            _replay(events, code, regions, change)
        return _figures(events, change, since, until)


def _concerned(before: Rulebook, after: Rulebook, rule_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The regions in which one of the rules may be shown, or where the global ones join otherwise than before.

    Each with its condition in SQL.
    """
    folders = {rule_id.partition("/")[0] for rule_id in rule_ids}
    codes = sorted(before.places.keys() | after.places.keys())
    for code in codes:
        places = before.place(code), after.place(code)
        everywhere = any(place.rules.joining is not GlobalRules.OFF for place in places)
        joined_otherwise = places[0].rules.joining is not places[1].rules.joining
        if code.lower() in folders or joined_otherwise or (GLOBAL in folders and everywhere):
            yield code, f"region = {literal(code)}"
    if GLOBAL in folders:
        yield "elsewhere", f"region NOT IN ({', '.join(map(literal, codes))})" if codes else "true"


def _begin(events: Events, books: tuple[Rulebook, Rulebook]) -> None:
    """Empty tables for every region's rows and verdicts, and the severity of every rule."""
    run = events.connection.execute
    run(
        """CREATE OR REPLACE TEMP TABLE decided (grouped UBIGINT, user_key UBIGINT, recorded VARCHAR, severity VARCHAR,
        reconsidered BOOLEAN, proceeded BOOLEAN, withheld BOOLEAN, scam BOOLEAN, before VARCHAR, after VARCHAR,
        before_maybe VARCHAR[], after_maybe VARCHAR[], unsure VARCHAR[])"""
    )
    for side, book in zip(("before", "after"), books, strict=True):
        words = {rule.id: rule.severity.word for rule in book.by_id.values()}
        table = pa.table({"rule": pa.array(words, pa.string()), "word": pa.array(words.values(), pa.string())})
        events.connection.register(f"severity_{side}", table)


def _replay(events: Events, code: str, regions: str, change: _Change) -> None:
    """Adds a region's withdrawals to the table `decided`."""
    before, after = change.before.place(code), change.after.place(code)
    rules, waiting = begun(after.rules, frozenset(change.chosen), change.today)
    change.regions.append(code)
    change.begun.extend(rule.id for rule in waiting if rule.id not in change.begun)
    asked = asked_by(rule for rule in (*_rules(before.rules), *_rules(rules)) if rule.enabled)
    reading = Reading(asked, change.before.kept.listed)
    replay = Replay(before.rules, rules, asked, reading, boundaries_of(before.rules), change.today)
    code_rows(events, regions, asked, _timezone(change, code), replay.boundaries)
    events.connection.register("verdicts", _table(list(replay.verdicts(groups(events, asked)))))
    events.connection.execute(
        """INSERT INTO decided SELECT grouped, user_key, recorded, severity, reconsidered, proceeded, withheld, scam,
        before, after, before_maybe, after_maybe, unsure FROM coded JOIN verdicts USING (grouped)"""
    )
    events.connection.unregister("verdicts")


def _rules(rules: RegionRules) -> Iterator[Rule]:
    yield from rules.own.rules
    yield from rules.everywhere.rules


def _timezone(change: _Change, code: str) -> str:
    for book in (change.before, change.after):
        for folder in (code.lower(), GLOBAL):
            if folder in book.content.regions:
                return book.content.regions[folder].timezone
    return "UTC"


def _table(verdicts: Sequence[Verdict]) -> pa.Table:
    """`before` and `after` are null where they are not certain; then the lists have what is possible."""
    columns = {
        "grouped": pa.array([each.group for each in verdicts], pa.uint64()),
        "unsure": pa.array([list(each.unsure) for each in verdicts], pa.list_(pa.string())),
    }
    for side in ("before", "after"):
        possible = [getattr(each, side) for each in verdicts]
        columns[side] = pa.array([next(iter(rules)) if len(rules) == 1 else None for rules in possible], pa.string())
        maybe = [sorted(rules) if len(rules) > 1 else [] for rules in possible]
        columns[f"{side}_maybe"] = pa.array(maybe, pa.list_(pa.string()))
    return pa.table(columns)


def _figures(events: Events, change: _Change, since: datetime, until: datetime) -> Backtest:
    run = events.connection.execute
    withdrawals, undecided, decided, agreeing = run(
        """SELECT count(*), count(*) FILTER (before IS NULL OR after IS NULL), count(*) FILTER (before IS NOT NULL),
            count(*) FILTER (before = recorded) FROM decided"""
    ).fetchall()[0]
    because = run(
        """SELECT fact, count(*) FROM (SELECT unnest(unsure) AS fact FROM decided WHERE before IS NULL OR after IS NULL)
        GROUP BY fact ORDER BY count(*) DESC, fact"""
    ).fetchall()
    moves = [
        Move(*row)
        for row in run(
            """SELECT before, after, count(*), count(DISTINCT user_key) FROM decided
            WHERE before <> after GROUP BY before, after ORDER BY count(*) DESC, before, after"""
        ).fetchall()
    ]
    told = [move for move in moves if move.users >= FEW]
    return Backtest(
        since,
        until,
        tuple(change.regions),
        withdrawals,
        undecided,
        tuple(because),
        decided,
        agreeing,
        tuple(_of_rule(events, rule_id) for rule_id in change.chosen),
        tuple(_of_severity(events, severity.word) for severity in sorted(Severity, reverse=True)),
        tuple(told[:_MOVES_SHOWN]),
        len(told) < len(moves),
        max(0, len(told) - _MOVES_SHOWN),
        tuple(change.begun),
    )


def _of_rule(events: Events, rule_id: str) -> RuleFigures:
    rule = literal(rule_id)
    recorded, before, after = _counts(
        events,
        f"recorded = {rule}",
        (f"before = {rule}", f"list_contains(before_maybe, {rule})"),
        (f"after = {rule}", f"list_contains(after_maybe, {rule})"),
    )
    return RuleFigures(
        rule_id,
        recorded,
        before,
        after,
        *_reactions(events, f"recorded = {rule}", f"coalesce(after = {rule}, false)"),
    )


def _of_severity(events: Events, word: str) -> SeverityFigures:
    wanted = literal(word)
    sides = [
        (
            f"before_or_after.{side} IN (SELECT rule FROM severity_{side} WHERE word = {wanted})",  # noqa: S608 - ours
            f"len(list_intersect({side}_maybe, (SELECT list(rule) FROM severity_{side} WHERE word = {wanted}))) > 0",  # noqa: S608
        )
        for side in ("before", "after")
    ]
    recorded, before, after = _counts(events, f"severity = {wanted}", *sides)
    return SeverityFigures(word, recorded, before, after)


def _counts(
    events: Events, recorded: str, before: tuple[str, str], after: tuple[str, str]
) -> tuple[int, Count, Count | None]:
    """Withdrawals by conditions in SQL; each side's are of the certain and of the possible."""
    was, may_have_been = before
    becomes, may_become = after
    row = events.connection.execute(
        f"""SELECT count(*) FILTER ({recorded}),
            count(*) FILTER (coalesce({was}, false)), count(*) FILTER ({may_have_been}),
            count(*) FILTER (coalesce({becomes}, false)), count(*) FILTER ({may_become}),
            count(DISTINCT user_key) FILTER (
                coalesce({was}, false) <> coalesce({becomes}, false) OR ({may_have_been}) <> ({may_become}))
        FROM decided AS before_or_after"""  # noqa: S608 - rules that are checked, and quoted
    ).fetchall()[0]
    users = row[5]
    return row[0], Count(row[1], row[2]), Count(row[3], row[4]) if users == 0 or users >= FEW else None


def _reactions(events: Events, got: str, would_get: str) -> tuple[Reactions, Reactions | None]:
    """What users did who got the warning, and who would get it: never so that the two tell of fewer than ten users."""
    did = ("true", "reconsidered", "proceeded", "scam")
    columns = [f"bool_or({which} AND {said})" for which in (got, would_get) for said in did]
    row = events.connection.execute(
        f"""SELECT {", ".join(f"count(*) FILTER (c{n})" for n in range(8))},
            {", ".join(f"count(*) FILTER (c{n} <> c{n + 4})" for n in range(4))}
        FROM (SELECT {", ".join(f"{column} AS c{n}" for n, column in enumerate(columns))}
            FROM decided WHERE NOT withheld GROUP BY user_key)"""  # noqa: S608 - as above
    ).fetchall()[0]
    before, after, differ = row[:4], row[4:8], row[8:]
    return _reaction(before, (0, 0, 0, 0)), None if 0 < differ[0] < FEW else _reaction(after, differ)


def _reaction(numbers: Sequence[int], differ: Sequence[int]) -> Reactions:
    """Users and what they did. `differ` are the users by whom each differs from what is told beside it."""
    users = numbers[0]
    if users < FEW:
        return Reactions(None, None, None, None)
    told = (
        None if 0 < other < FEW else _told(number, users) for number, other in zip(numbers[1:], differ[1:], strict=True)
    )
    return Reactions(users, *told)


def _told(number: int, users: int) -> Share | None:
    """A share that rests on one to nine users is not told."""
    return share(number, users) if number == 0 or number >= FEW else None
