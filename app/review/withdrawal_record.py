"""The recorded withdrawals of the last days, as rows of codes in DuckDB. `possible_values` explains the codes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from app.domain.fact import ATTRIBUTE_PREFIX, FACTS, Kind, Number
from app.domain.outcome import RECONSIDERED_OR_REVIEWED
from app.domain.value_classes import Discriminator
from app.reports.dataset_columns import ALERT_COLUMNS
from app.reports.event_connection import Events
from app.reports.folding import BASIC, literal, moment, quoted
from app.reports.rate_sql import CLOCK_TOLERANCE
from app.review.possible_values import AMOUNT, REST, SEPARATOR, amount_segments
from app.service.withdrawal_facts import OTHER

# An outcome counts for this long after its assessment: the default of docs/measurement.md.
WINDOW = timedelta(hours=24)

_BATCH = 10_000

_REACTIONS = {"reconsidered": RECONSIDERED_OR_REVIEWED, "proceeded": ("proceeded",), "withheld": ("withheld",)}


@dataclass(frozen=True, slots=True)
class Group:
    """Withdrawals that no rule distinguishes.

    `codes` are in the order of the facts that rules test; `day` counts the period boundaries that had passed.
    """

    key: int
    day: int
    codes: tuple[Any, ...]


def load(events: Events, since: datetime, until: datetime) -> None:
    """Creates the table `recent`: every withdrawal of the period, with what its user did."""
    events.fold(since, until, columns=tuple(dict.fromkeys((*BASIC, *ALERT_COLUMNS, "facts"))))
    within = {
        name: " OR ".join(
            f"({outcome}_at >= time - {_interval(CLOCK_TOLERANCE)} AND {outcome}_at < time + {_interval(WINDOW)})"
            for outcome in outcomes
        )
        for name, outcomes in _REACTIONS.items()
    }
    reactions = ", ".join(f"coalesce({condition}, false) AS {name}" for name, condition in within.items())
    events.connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE recent AS
        SELECT user_key, region, time, coalesce(rule_id, '') AS recorded, coalesce(severity, '') AS severity, facts,
            {reactions}, confirmed_scam_at IS NOT NULL AS scam
        FROM folded WHERE time >= {moment(since)} AND time < {moment(until)}"""  # noqa: S608  # names of this module
    )


def code_rows(
    events: Events, regions: str, discriminators: Mapping[str, Discriminator], timezone: str, boundaries: Sequence[date]
) -> None:
    """Creates the table `coded`, with codes in place of facts. `regions` is a condition in SQL."""
    run = events.connection.execute
    _amounts(events, discriminators[AMOUNT].cuts if AMOUNT in discriminators else [])
    codes = [
        f"{_code(fact, discriminator)} AS {quoted(f'c{i}')}"
        for i, (fact, discriminator) in enumerate(discriminators.items())
    ]
    today = f"(time AT TIME ZONE {literal(timezone)})::DATE"
    passed = " + ".join(f"({today} >= DATE '{boundary}')::INTEGER" for boundary in boundaries) or "0"
    names = ", ".join(["day", *(f"c{i}" for i in range(len(discriminators)))])
    run(
        f"""CREATE OR REPLACE TEMP TABLE coded AS SELECT *, hash({names}) AS grouped FROM (
            SELECT user_key, recorded, severity, reconsidered, proceeded, withheld, scam,
                {", ".join([f"{passed} AS day", *codes])}
            FROM recent LEFT JOIN amounts ON facts.amount_usd = amounts.amount WHERE {regions})"""  # noqa: S608  # names of this module, quoted values
    )


def groups(events: Events, discriminators: Mapping[str, Discriminator]) -> Iterator[Group]:
    """Every combination of codes that occurs, once."""
    codes = "".join(f", any_value(c{i})" for i in range(len(discriminators)))
    found = events.connection.execute(
        f"SELECT grouped, any_value(day){codes} FROM coded GROUP BY grouped"  # noqa: S608  # names of this module
    )
    while rows := found.fetchmany(_BATCH):
        for key, day, *values in rows:
            yield Group(key, day, tuple(values))


def _amounts(events: Events, cuts: Sequence[Number]) -> None:
    """Maps each recorded amount to the segments of the lowest and highest amounts that are cut down to it."""
    found = events.connection.execute("SELECT DISTINCT facts.amount_usd FROM recent WHERE facts.amount_usd IS NOT NULL")
    amounts = [amount for (amount,) in found.fetchall()]
    classes = ["{}:{}".format(*amount_segments(amount, cuts)) for amount in amounts]
    table = pa.table({"amount": pa.array(amounts, pa.float64()), "classes": pa.array(classes, pa.string())})
    events.connection.register("amounts", table)


def _code(fact: str, discriminator: Discriminator) -> str:
    if fact.startswith(ATTRIBUTE_PREFIX):
        written = f"facts.attributes[{literal(fact.removeprefix(ATTRIBUTE_PREFIX))}]"
        number = f"TRY_CAST({written} AS DOUBLE)"
        return f"CASE WHEN {number} IS NOT NULL THEN 'n:' || ({_class(number, discriminator)}) ELSE {written} END"
    recorded, kind = f"facts.{quoted(fact)}", FACTS[fact]
    if fact == AMOUNT:
        return "amounts.classes"
    if kind is Kind.NUMBER:
        return _class(recorded, discriminator)
    if kind is Kind.TEXT:
        named = ", ".join(literal(text) for text in sorted({*discriminator.texts, OTHER}))
        return f"CASE WHEN {recorded} IS NULL OR {recorded} IN ({named}) THEN {recorded} ELSE {literal(REST)} END"
    if kind is Kind.SET:
        named = ", ".join(literal(text) for text in sorted({*discriminator.members, OTHER}))
        kept = f"list_sort(list_distinct(list_intersect({recorded}, [{named}])))"
        return f"CASE WHEN {recorded} IS NOT NULL THEN array_to_string({kept}, chr({ord(SEPARATOR)})) END"
    return recorded


def _class(number: str, discriminator: Discriminator) -> str:
    """`segment_of` in SQL; null for null."""
    steps = [f"({number} > {bound!r})::INTEGER + ({number} >= {bound!r})::INTEGER" for bound in discriminator.cuts]
    return " + ".join(steps) if steps else f"CASE WHEN {number} IS NOT NULL THEN 0 END"


def _interval(span: timedelta) -> str:
    return f"INTERVAL {int(span.total_seconds())} SECOND"
