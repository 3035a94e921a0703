"""Counts of alerts and of users by group: every figure of a report is computed from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from app.domain.outcome import WINDOWED
from app.reports.alert_tables import AlertTables, Group
from app.reports.dimension import same_group
from app.reports.event_connection import Events
from app.reports.folding import REPORTING_DELAY, quoted
from app.reports.interval import Counts
from app.reports.outcome_bits import COUNTS, DIGITS, FIRST, MOST_ALERTS, PER_USER, PER_USER_WINDOWS
from app.reports.question import Question
from app.reports.rate_sql import CLOCK_TOLERANCE, delay, micros

# An outcome received this long after it occurred counts as reported late.
REPORTED_LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Volume:
    withdrawals: int
    alerted: int
    shown: int


@dataclass(frozen=True, slots=True)
class Money:
    """US dollars of withdrawals called off for good. `users` are those with a known amount."""

    users: int
    withdrawals: int
    amount_usd: float
    once_usd: float


@dataclass(frozen=True, slots=True)
class Tally:
    """All counts of one group. Each of `users_alike[i]` users had `per_user[name][i]` alerts of that kind."""

    alerts: Mapping[str, int]
    users: Mapping[str, int]
    first: Mapping[str, int]
    per_user: Mapping[str, Counts]
    users_alike: Counts
    volume: Volume
    money: Money


@dataclass(frozen=True, slots=True)
class Tallies:
    """`record` has the columns of `_Counts.record`."""

    total: Tally
    groups: Mapping[Group, Tally]
    record: Mapping[str, Counts]


def tally(events: Events, question: Question) -> Tallies:
    """Counts the alerts of a question. Leaves its AlertTables in the connection for other figures."""
    tables = AlertTables(events, question)
    counts = _Counts(events, question, tables)
    record = counts.record()
    read = _Read(
        alerts=counts.sums("alerts"),
        users=counts.sums("users"),
        first=counts.first(),
        per_user=counts.per_user(),
        volume=_volumes(record, tables.total),
        money=counts.money(),
    )
    return Tallies(
        read.tally(tables.total), {group: read.tally(number) for number, group in enumerate(tables.groups)}, record
    )


class _Counts:
    """Reads the tables of a question."""

    def __init__(self, events: Events, question: Question, tables: AlertTables) -> None:
        self._run = events.connection.execute
        self._question = question
        self._packs = tables.packs
        self._total = tables.total

    def sums(self, table: str) -> dict[int, dict[str, int]]:
        """By group, the number of rows for which each count holds, from the few thousand different sets of bits."""
        total = self._total
        found = self._run(f"SELECT gid, flags, count(*) AS n FROM {table} GROUP BY ALL").fetchnumpy()  # noqa: S608  # a table of ours
        gid, flags, n = (np.asarray(found[name], np.int64) for name in ("gid", "flags", "n"))
        sums = {
            name: np.bincount(gid[having.of(flags)], n[having.of(flags)], total + 1) for name, having in COUNTS.items()
        }
        if not (gid == total).any():
            sums = {name: np.append(column[:total], column.sum()) for name, column in sums.items()}
        return {group: {name: int(column[group]) for name, column in sums.items()} for group in range(total + 1)}

    def first(self) -> dict[int, dict[str, int]]:
        columns = ", ".join(f"count(*) FILTER (WHERE (first & {1 << bit}) != 0)" for bit in range(len(FIRST)))
        rows = self._run(f"SELECT gid, {columns} FROM users GROUP BY gid").fetchall()  # noqa: S608 - numbers
        return {gid: dict(zip(FIRST, values, strict=True)) for gid, *values in rows}

    def per_user(self) -> dict[int, dict[str, Counts]]:
        """By group, how many users had how many alerts of each kind. Users with equal counts share a row."""
        packs = [f"p{place}" for place in range(len(self._packs))]
        columns = [
            f"((p{place} >> {DIGITS * digit}) & {MOST_ALERTS})::BIGINT AS {quoted(name)}"
            for place, names in enumerate(self._packs)
            for digit, name in enumerate(names)
        ]
        table = self._run(
            f"""SELECT gid, alike, {", ".join(columns)}
            FROM (SELECT gid, {", ".join(packs)}, count(*) AS alike FROM users GROUP BY ALL) ORDER BY gid"""  # noqa: S608  # names of ours
        ).fetchnumpy()
        numbers, starts = np.unique(np.asarray(table["gid"]), return_index=True)
        parts = {name: np.split(np.asarray(column, np.int64), starts[1:]) for name, column in table.items()}
        return {int(number): {name: part[at] for name, part in parts.items()} for at, number in enumerate(numbers)}

    def record(self) -> dict[str, Counts]:
        """How many withdrawals, with or without an alert, were recorded alike.

        Those in no group have the group `total`.
        """
        total = self._total
        names = self._question.group_by
        window, after = micros(self._question.window), [f"epoch_us({outcome}_at) - t" for outcome in WINDOWED]
        found = self._run(
            f"""SELECT {f"coalesce(gid, {total})" if names else total}::BIGINT AS gid,
                facts_given::BIGINT AS facts_given, (rule_id IS NOT NULL)::BIGINT AS alerted,
                (CASE WHEN rule_id IS NOT NULL AND {delay("shown")} < {window} THEN 1 ELSE 0 END)::BIGINT AS shown,
                (CASE WHEN greatest({", ".join(after)}) >= {window} THEN 1 ELSE 0 END)::BIGINT AS late,
                (CASE WHEN least({", ".join(after)}) < {-micros(CLOCK_TOLERANCE)} THEN 1 ELSE 0 END)::BIGINT AS early,
                (CASE WHEN {REPORTING_DELAY} > {micros(REPORTED_LATE)} THEN 1 ELSE 0 END)::BIGINT AS reported_late,
                count(*) AS withdrawals, sum(repeats)::BIGINT AS repeats,
                sum(reused::INTEGER)::BIGINT AS reused
            FROM withdrawals {f"LEFT JOIN groups ON {same_group(names)}" if names else ""}
            GROUP BY ALL"""  # noqa: S608 - names and numbers of ours
        ).fetchnumpy()
        return {name: np.asarray(column, np.int64) for name, column in found.items()}

    def money(self) -> dict[int, Money]:
        total = self._total
        sustained = f"SELECT * FROM alerts WHERE {COUNTS['sustained'].sql('flags')}"  # noqa: S608 - numbers
        found: dict[int, Money] = {}
        for gid in ("gid", str(total)):
            once = (
                f"SELECT {gid} AS g, count(DISTINCT user_key) FILTER (most IS NOT NULL) AS users, sum(most) AS once"  # noqa: S608 - names of ours
                f" FROM (SELECT {gid}, user_key, max(amount_usd) AS most FROM ({sustained})"
            )
            once += f" GROUP BY {'gid, ' if gid == 'gid' else ''}user_key, destination_key) GROUP BY ALL"
            rows = self._run(
                f"""SELECT g, users, n, coalesce(amount, 0), coalesce(once, 0) FROM
                (SELECT {gid} AS g, count(*) AS n, sum(amount_usd) AS amount FROM ({sustained}) GROUP BY ALL)
                JOIN ({once}) USING (g)"""  # noqa: S608 - names and numbers of ours
            ).fetchall()
            found |= {g: Money(users, n, float(amount), float(once_usd)) for g, users, n, amount, once_usd in rows}
        return found


@dataclass(frozen=True, slots=True)
class _Read:
    """The counts by group number."""

    alerts: Mapping[int, Mapping[str, int]]
    users: Mapping[int, Mapping[str, int]]
    first: Mapping[int, Mapping[str, int]]
    per_user: Mapping[int, Mapping[str, Counts]]
    volume: Mapping[int, Volume]
    money: Mapping[int, Money]

    def tally(self, gid: int) -> Tally:
        none = dict.fromkeys(COUNTS, 0)
        per_user = self.per_user.get(gid)
        if per_user is None:
            nobody = np.zeros(0, np.int64)
            per_user = {name: nobody for names in (*PER_USER, *PER_USER_WINDOWS, ("alike",)) for name in names}
        return Tally(
            alerts=self.alerts.get(gid, none),
            users=self.users.get(gid, none),
            first=self.first.get(gid, dict.fromkeys(FIRST, 0)),
            per_user=per_user,
            users_alike=per_user["alike"],
            volume=self.volume.get(gid, Volume(0, 0, 0)),
            money=self.money.get(gid, Money(0, 0, 0.0, 0.0)),
        )


def _volumes(record: Mapping[str, Counts], total: int) -> dict[int, Volume]:
    gid, n = record["gid"], record["withdrawals"]
    counts = [np.bincount(gid, n * what, total + 1).astype(int) for what in (1, record["alerted"], record["shown"])]
    volumes = {group: Volume(*(int(column[group]) for column in counts)) for group in range(total)}
    return {**volumes, total: Volume(*(int(column.sum()) for column in counts))}
