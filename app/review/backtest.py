"""Replays the recorded withdrawals of the last days with the rules before and after a change."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from app.dataset.report_sources import Sources
from app.domain.region import GLOBAL
from app.reports.event_connection import Events, open_events
from app.reports.folding import literal
from app.review.backtest_counts import count_moves, count_rule, count_severities, count_totals, count_undecided
from app.review.backtest_figures import Backtest
from app.review.possible_values import CodeDecoder, discriminators_of
from app.review.replay import Replay, Verdict, boundaries_of, count_as_begun
from app.review.withdrawal_record import WINDOW, code_rows, groups, load
from app.service.rulebook import Rulebook

# Stands for every region without a folder, where only the global rules apply.
ELSEWHERE = "elsewhere"


@dataclass(slots=True)
class _Replayed:
    """Both rulebooks and the rules to report; `regions` and `begun` grow as regions are replayed."""

    before: Rulebook
    after: Rulebook
    rule_ids: Sequence[str]
    today: date
    regions: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)


def period(as_of: datetime, days: int) -> tuple[datetime, datetime]:
    """That many whole days (UTC), the last of which ended early enough for every outcome to be in."""
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
    """`rule_ids` are the rules to report, by their old and new names."""
    since, until = period(as_of, days)
    with open_events(sources, memory_limit=memory_limit) as events:
        load(events, since, until)
        _create_tables(events, before, after)
        replayed = _Replayed(before, after, sorted(set(rule_ids)), today)
        for code, condition in _regions(before, after, replayed.rule_ids):
            _replay(events, code, condition, replayed)
        moves, few, more_moves = count_moves(events)
        return Backtest(
            since=since,
            until=until,
            regions=tuple(replayed.regions),
            because=count_undecided(events),
            **count_totals(events),
            rules=tuple(count_rule(events, rule_id) for rule_id in replayed.rule_ids),
            severities=count_severities(events),
            moves=moves,
            few=few,
            more_moves=more_moves,
            begun=tuple(replayed.begun),
        )


def _regions(before: Rulebook, after: Rulebook, rule_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The regions that the change concerns, each with its condition in SQL.

    Those are the regions that may show one of the rules, and those where `global` rules apply differently than before.
    """
    folders = {rule_id.partition("/")[0] for rule_id in rule_ids}
    codes = sorted(before.jurisdictions.keys() | after.jurisdictions.keys())
    for code in codes:
        old, new = before.jurisdiction(code).rules.joining, after.jurisdiction(code).rules.joining
        shows_global = old.apply(own_match=False) or new.apply(own_match=False)
        if code.lower() in folders or old is not new or (GLOBAL in folders and shows_global):
            yield code, f"region = {literal(code)}"
    if GLOBAL in folders:
        yield ELSEWHERE, f"region NOT IN ({', '.join(map(literal, codes))})" if codes else "true"


def _create_tables(events: Events, before: Rulebook, after: Rulebook) -> None:
    """An empty table `decided` for the withdrawals of every region, and tables of the severity of every rule."""
    events.connection.execute(
        """CREATE OR REPLACE TEMP TABLE decided (grouped UBIGINT, user_key UBIGINT, recorded VARCHAR, severity VARCHAR,
        reconsidered BOOLEAN, proceeded BOOLEAN, withheld BOOLEAN, scam BOOLEAN, before VARCHAR, after VARCHAR,
        before_maybe VARCHAR[], after_maybe VARCHAR[], unsure VARCHAR[])"""
    )
    for side, book in (("before", before), ("after", after)):
        words = {rule.id: rule.severity.word for rule in book.by_id.values()}
        table = pa.table({"rule": pa.array(words, pa.string()), "word": pa.array(words.values(), pa.string())})
        events.connection.register(f"severity_{side}", table)


def _replay(events: Events, code: str, condition: str, replayed: _Replayed) -> None:
    """Adds a region's withdrawals to the table `decided`."""
    before, after = replayed.before.jurisdiction(code), replayed.after.jurisdiction(code)
    rules, waiting = count_as_begun(after.rules, frozenset(replayed.rule_ids), replayed.today)
    replayed.regions.append(code)
    replayed.begun.extend(rule.id for rule in waiting if rule.id not in replayed.begun)
    discriminators = discriminators_of(
        rule for rule in (*before.rules.every_rule(), *rules.every_rule()) if rule.enabled
    )
    decoder = CodeDecoder(discriminators, replayed.before.kept.listed)
    replay = Replay(before.rules, rules, discriminators, decoder, boundaries_of(before.rules), replayed.today)
    code_rows(events, condition, discriminators, _timezone(replayed, code), replay.boundaries)
    events.connection.register("verdicts", _table(list(replay.verdicts(groups(events, discriminators)))))
    events.connection.execute(
        """INSERT INTO decided SELECT grouped, user_key, recorded, severity, reconsidered, proceeded, withheld, scam,
        before, after, before_maybe, after_maybe, unsure FROM coded JOIN verdicts USING (grouped)"""
    )
    events.connection.unregister("verdicts")


def _timezone(replayed: _Replayed, code: str) -> str:
    for book in (replayed.before, replayed.after):
        for folder in (code.lower(), GLOBAL):
            if folder in book.content.regions:
                return book.content.regions[folder].timezone
    return "UTC"


def _table(verdicts: Sequence[Verdict]) -> pa.Table:
    """`before` and `after` are null where they are uncertain; the `_maybe` lists then hold the possible rules."""
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
