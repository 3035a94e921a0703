"""The temporary tables of a report: its withdrawals, groups, alerts with their bits, and users."""

from datetime import datetime, timedelta

from app.domain.errors import ForewarnError
from app.domain.outcome import WINDOWED
from app.reports.dimension import kept, kept_by, readable, same_group, value
from app.reports.event_connection import EVER, Events
from app.reports.folding import BASIC, SLIM, moment
from app.reports.outcome_bits import BITS, FIRST, MOST_ALERTS, PER_USER, PER_USER_WINDOWS, pack
from app.reports.question import Question, Values
from app.reports.question_options import LONGEST_WINDOW, Dimension, ExposedBy, Unit
from app.reports.rate_definitions import SUSTAINED_FOR
from app.reports.rate_sql import FIRST_OF, delay, marked, micros, since_epoch

MOST_GROUPS = 10_000  # the intervals of a group take 1.3 ms, of all 13 s

Group = tuple[str | int | None, ...]

# Exposure numbers are counted over all data kept and capped: each of a robot's thousands would be a group.
MOST_NUMBERED = 100
_NUMBERED = f"""SELECT key, time,
        least(row_number() OVER (PARTITION BY user_key ORDER BY time, key), {MOST_NUMBERED})::INTEGER AS exposure_number
    FROM folded WHERE rule_id IS NOT NULL"""  # noqa: S608 - a number


class TooMuchError(ForewarnError):
    """The answer would be too large; the message says how to narrow the question."""


class AlertTables:
    """Creates the tables of a question from the events.

    `groups` has the values of each group. A group's number is its place there; that of the total is `total`.
    """

    def __init__(self, events: Events, question: Question) -> None:
        self._run = events.connection.execute
        self._question = question
        self._numbered = Dimension.EXPOSURE_NUMBER in question.group_by or Dimension.EXPOSURE_NUMBER in question.filters
        self.packs = (*PER_USER, *(PER_USER_WINDOWS if question.unit is Unit.ALERT else ()))
        self._fold(events)
        self._asked_about()
        self.groups = self._groups()
        self._alerts()
        self._came_back()
        # In every table the total is a group of its own, so that it is counted the same way.
        self.total = len(self.groups)
        self._users(self.total)
        self._check_size()

    def _fold(self, events: Events) -> None:
        question = self._question
        since = EVER[0] if self._numbered else _before(question.since, LONGEST_WINDOW)
        asked = {str(name) for name in (*question.group_by, *question.filters)}
        columns = (*BASIC, *(name for name in SLIM if name in asked and name not in BASIC))
        events.fold(since, _after(question.until, question.window + SUSTAINED_FOR), columns)

    def _asked_about(self) -> None:
        """Creates `withdrawals`, those of the question, and `asked`, its alerts with the delays of their outcomes."""
        numbers, period = _numbers(self._numbered), _period(self._question)
        self._run(
            f"""CREATE OR REPLACE TEMP VIEW withdrawals AS
            SELECT * FROM (SELECT *, epoch_us(time) AS t FROM folded {numbers} WHERE {period})
            WHERE {kept(self._question)}"""  # noqa: S608 - names are ours, values quoted
        )
        names = ", ".join(dict.fromkeys([*self._columns(), "rule_id"]))
        self._run(
            f"""CREATE OR REPLACE TEMP VIEW asked AS
            SELECT *, {", ".join(f"{first} AS {name}_after" for name, first in FIRST_OF.items())}
            FROM (
                SELECT user_key, destination_key, t, amount_usd, {names},
                    {", ".join(f"{delay(outcome)} AS {outcome}" for outcome in WINDOWED)},
                    confirmed_scam_at, confirmed_legitimate_at
                FROM withdrawals WHERE rule_id IS NOT NULL
            ) WHERE {self._exposed()}"""  # noqa: S608 - names are ours
        )

    def _exposed(self) -> str:
        return f"shown < {micros(self._question.window)}" if self._question.exposed_by is ExposedBy.SHOWN else "true"

    def _columns(self) -> list[str]:
        """The columns to group by, without those derived from the time."""
        return [name for name in self._question.group_by if name not in {Dimension.DAY, Dimension.WEEK}]

    def _groups(self) -> list[Group]:
        """Creates `groups`, which numbers the groups that occur."""
        names = self._question.group_by
        if not names:
            return []
        made = ", ".join(f"{value(name)} AS g{place}" for place, name in enumerate(names))
        columns = ", ".join(f"g{place}" for place in range(len(names)))
        self._run(
            f"""CREATE OR REPLACE TEMP TABLE groups AS
            SELECT (row_number() OVER (ORDER BY {columns}) - 1)::INTEGER AS gid, *
            FROM (SELECT DISTINCT {made} FROM asked)"""  # noqa: S608 - names of dimensions
        )
        rows = self._run(f"SELECT {columns} FROM groups ORDER BY gid LIMIT {MOST_GROUPS + 1}").fetchall()  # noqa: S608  # names of dimensions
        if len(rows) > MOST_GROUPS:
            raise TooMuchError(f"group_by: over {MOST_GROUPS:,} groups; choose a shorter period or fewer dimensions")
        return [tuple(readable(name, found) for name, found in zip(names, row, strict=True)) for row in rows]

    def _alerts(self) -> None:
        """Creates `alerts`, one row for each alert with its bits. `moment` is when its user reconsidered."""
        names = self._question.group_by
        grouped = "SELECT 0 AS gid, * FROM asked"
        if names:
            grouped = f"SELECT gid, asked.* FROM asked JOIN groups ON {same_group(names)}"  # noqa: S608 - names of ours
        again = f"flags & {BITS['sustained_reconsidered']} != 0"
        self._run(
            f"""CREATE OR REPLACE TEMP TABLE alerts AS
            SELECT gid::INTEGER AS gid, user_key, t, rule_id, flags,
                CASE WHEN {again} THEN destination_key END AS destination_key,
                CASE WHEN {again} THEN t + reconsidered_after END AS moment,
                CASE WHEN {again} THEN TRY_CAST(amount_usd AS DECIMAL(30, 6)) END AS amount_usd
            FROM ({marked(grouped, self._question)})"""  # noqa: S608 - names and numbers of ours
        )

    def _came_back(self) -> None:
        """Marks alerts whose user withdrew to the same destination within seven days of reconsidering.

        Any withdrawal counts, with or without an alert, of any region and rule.
        """
        proceeded = delay("proceeded")
        self._run(
            f"""CREATE OR REPLACE TEMP TABLE came_back AS
            SELECT DISTINCT place FROM (
                SELECT user_key, destination_key, epoch_us(time) + {proceeded} AS sent
                FROM folded WHERE {proceeded} < {micros(LONGEST_WINDOW)} AND destination_key IS NOT NULL
            ) JOIN (
                SELECT rowid AS place, user_key, destination_key, moment FROM alerts WHERE destination_key IS NOT NULL
            ) USING (user_key, destination_key)
            WHERE sent > moment AND sent < moment + {micros(SUSTAINED_FOR)}"""  # noqa: S608 - numbers
        )
        self._run(
            f"""UPDATE alerts SET flags = (flags | {BITS["came_back"]}) & ~{BITS["first_sustained"]}
            WHERE rowid IN (SELECT place FROM came_back)"""  # noqa: S608 - numbers
        )

    def _users(self, total: int) -> None:
        """Creates `users`, one row for each user and group, and for each user in the group `total`."""
        packs = [pack(names) for names in self.packs]
        sums = ", ".join(f"sum({pack}) AS p{place}" for place, pack in enumerate(packs))
        only = (1 << len(FIRST)) - 1
        earliest = f"min((t - {since_epoch(max(self._question.since, EVER[0]))}) * {only + 1} + (flags & {only}))"
        self._run(
            f"""CREATE OR REPLACE TEMP TABLE users AS
            SELECT gid, user_key, bit_or(flags) AS flags, {earliest} AS first, count(*) AS alerts, {sums}
            FROM alerts GROUP BY gid, user_key"""  # noqa: S608 - names and numbers of ours
        )
        again = ", ".join(f"sum(p{place})" for place in range(len(packs)))
        if total:
            self._run(
                f"""INSERT INTO users SELECT {total}, user_key, bit_or(flags), min(first), sum(alerts), {again}
                FROM users GROUP BY user_key"""  # noqa: S608 - numbers
            )

    def _check_size(self) -> None:
        most = self._run("SELECT coalesce(max(alerts), 0) FROM users").fetchone()
        if most and most[0] > MOST_ALERTS:
            raise TooMuchError(f"one user has {most[0]:,} alerts, over {MOST_ALERTS:,}; choose a shorter period")


def _before(when: datetime, length: timedelta) -> datetime:
    return when - length if when - EVER[0] > length else EVER[0]


def _after(when: datetime, length: timedelta) -> datetime:
    return when + length if EVER[1] - when > length else EVER[1]


def excluded(events: Events, question: Question) -> tuple[int, int]:
    """The number of users with alerts that filters other than region leave out, and of those with no other alerts.

    Reads the fold that `tally` leaves. Both are 0 without other filters.
    """
    regions: dict[Dimension, Values] = {}
    others: dict[Dimension, Values] = {}
    for name, values in question.filters.items():
        (regions if name is Dimension.REGION else others)[name] = values
    if not others:
        return 0, 0
    numbered = Dimension.EXPOSURE_NUMBER in others
    shown = "true"
    if question.exposed_by is ExposedBy.SHOWN:
        shown = f"{delay('shown')} < {micros(question.window)}"
    found = events.connection.execute(
        f"""SELECT count(*), count(*) FILTER (WHERE NOT also) FROM (
            SELECT bool_or(kept) AS also FROM (
                SELECT user_key, coalesce({kept_by(others)}, false) AS kept
                FROM (SELECT *, epoch_us(time) AS t FROM folded {_numbers(numbered)} WHERE {_period(question)})
                WHERE rule_id IS NOT NULL AND {kept_by(regions)} AND {shown}
            ) GROUP BY user_key HAVING NOT bool_and(kept)
        )"""  # noqa: S608 - names are ours, values quoted
    ).fetchone()
    return (int(found[0]), int(found[1])) if found else (0, 0)


def _numbers(numbered: bool) -> str:  # noqa: FBT001 - private, always passed a name
    return f"LEFT JOIN ({_NUMBERED}) USING (key, time)" if numbered else ""


def _period(question: Question) -> str:
    return f"time >= {moment(question.since)} AND time < {moment(question.until)}"
