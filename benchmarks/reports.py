"""How long a report takes: makes a seeded year of events, folds its closed days, asks, and verifies the answers.

    .venv/bin/python benchmarks/reports.py --events 100000000

The data stay in `--folder` and are reused; an interrupted run resumes where it stopped.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import duckdb

from app.dataset.report_sources import Sources
from app.reports.answer import Answer
from app.reports.event_connection import open_events
from app.reports.folding import fold_day
from app.reports.question import question
from app.reports.reconsideration import answer

T = TypeVar("T")

FIRST = date(2025, 11, 1)
DAYS = 365
TRUTH = 0.204 / 0.98  # of the withdrawals made below; withheld ones are in no denominator
EVENTS_PER_WITHDRAWAL = 2.86  # true of the data made below: 1% asked twice, 95% shown, 90% decided
MICROSECONDS = 86_400_000_000

# Twenty withdrawals per user and year on average; a few users have hundreds.
USERS_PER_WITHDRAWAL = 0.05

REGIONS = ("HK", "SG", "GB", "TW", "PH")
RULES = 8


def withdrawals_sql(day: int, count: int) -> str:
    """The withdrawals of one day and their outcomes, drawn from hashes, so the same every time."""
    first, users = day * count, max(1, int(count * DAYS * USERS_PER_WITHDRAWAL))
    start = int(datetime.combine(FIRST + timedelta(days=day), datetime.min.time(), UTC).timestamp() * 1_000_000)
    return f"""
        SELECT *, least(-ln(u5) * 400e6 * CASE WHEN u6 < 0.1 THEN 40 ELSE 1 END, 80000e6)::BIGINT AS waited,
            CASE WHEN u4 < 0.12 THEN 'cancelled' WHEN u4 < 0.15 THEN 'amended' WHEN u4 < 0.204 THEN 'reviewed'
                WHEN u4 < 0.85 THEN 'proceeded' WHEN u4 < 0.88 THEN 'abandoned' WHEN u4 < 0.90 THEN 'withheld' END
                AS decision
        FROM (
            SELECT n, {start} + (hash(n, 1) % {MICROSECONDS})::BIGINT AS t,
                'as_a' || to_base64(unhex(md5(n::VARCHAR) || left(md5('check' || n), 16))) AS assessment_id,
                md5('user' || (pow((hash(n, 2) % 1000000) / 1e6, 2) * {users})::BIGINT) AS who,
                hash(n, 3) % 4 AS place, (hash(n, 4) % 1000000 + 1) / 1e6 AS u4, (hash(n, 5) % 1000000 + 1) / 1e6 AS u5,
                (hash(n, 6) % 1000000) / 1e6 AS u6, (hash(n, 7) % 1000000) / 1e6 AS u7,
                (hash(n, 8) % 1000000) / 1e6 AS u8,
                hash(n, 9) AS h9, {list(REGIONS)}[1 + (hash(n, 10) % {len(REGIONS)})::BIGINT] AS region
            FROM range({first}, {first + count}) r(n)
        )"""  # noqa: S608 - numbers of ours


def day_sql(day: int, count: int) -> str:
    """The events that arrive on one day: of its own withdrawals, and, after midnight, of the previous day's."""
    start = int(datetime.combine(FIRST + timedelta(days=day), datetime.min.time(), UTC).timestamp() * 1_000_000)
    end = start + MICROSECONDS
    made = withdrawals_sql(day, count)
    if day:
        made += f" UNION ALL {withdrawals_sql(day - 1, count)}"
    return f"""
        WITH made AS ({made}),
        happened AS (
            SELECT *, 'assessment' AS event, t AS moment, NULL AS outcome, 0 AS part FROM made
            UNION ALL SELECT *, 'assessment', t + 45000000, NULL, 1 FROM made WHERE u8 < 0.01
            UNION ALL SELECT *, 'outcome', t + 1500000, 'shown', 2 FROM made WHERE u7 < 0.95
            UNION ALL SELECT *, 'outcome', t + waited, decision, 3 FROM made WHERE decision IS NOT NULL
        )
        SELECT 1::SMALLINT AS v, event, 'bench-' || (n % 4) || ':' || (n * 8 + part) AS event_id,
            make_timestamptz(moment) AS time, assessment_id, 'exchange' AS client, false AS test,
            {_of("assessment", "who")} AS "user",
            {_of("assessment", "md5(concat(who, place))")} AS destination,
            {_of("assessment", "region")} AS region,
            {_of("assessment", "'sha256:' || sha256((n // 5000000)::VARCHAR)")} AS revision,
            {_of("assessment", f"lower(region) || '/rule-' || (h9 % {RULES})")} AS rule_id,
            {_of("assessment", "region")} AS rule_region,
            {_of("assessment", "['investment', 'romance', 'general', 'phishing'][1 + (h9 % 4)::BIGINT]")} AS typology,
            {_of("assessment", "['info', 'caution', 'high', 'critical'][1 + (h9 % 4)::BIGINT]")} AS severity,
            {_of("assessment", "['a', 'b'][1 + (h9 // 64 % 2)::BIGINT]")} AS variant,
            {_of("assessment", "['en', 'zh-Hant'][1 + (h9 // 128 % 2)::BIGINT]")} AS language,
            {_of("assessment", "'sample'")} AS text_status,
            {_of("assessment", f"[lower(region) || '/rule-' || (h9 % {RULES}), 'global/every']")} AS matched,
            {_of("assessment", "2::INTEGER")} AS matched_count,
            {_of("assessment", _FACTS)} AS facts,
            outcome, CASE WHEN event = 'outcome' THEN make_timestamptz(moment) END AS occurred_at,
            {_of("outcome", "8000::INTEGER")} AS visible_ms, {_of("outcome", "true")} AS scrolled,
            {_of("outcome", "0::INTEGER")} AS ignored_inputs
        FROM happened WHERE moment >= {start} AND moment < {end}
        ORDER BY moment"""  # noqa: S608 - numbers of ours


_FACTS = """{'asset': ['USDT', 'BTC', 'ETH', 'other'][1 + (h9 // 256 % 4)::BIGINT],
    'network': ['TRON', 'BITCOIN', 'ETHEREUM', 'other'][1 + (h9 // 256 % 4)::BIGINT],
    'channel': 'app', 'declared_purpose': NULL::VARCHAR, 'amount_usd': floor(10 + u5 * 90) * 100,
    'share_of_balance': round(u6, 2), 'destination.kind': 'unknown', 'destination.first_use': u7 < 0.6,
    'destination.tags': []::VARCHAR[], 'account.age_days': (h9 % 1500)::DOUBLE, 'account.age_band': NULL::VARCHAR,
    'account.kyc_level': 2.0::DOUBLE, 'account.withdrawals_30d': (h9 // 3 % 20)::DOUBLE,
    'account.first_withdrawal': u8 < 0.1,
    'session.signals': CASE WHEN u8 < 0.05 THEN ['remote_access'] ELSE []::VARCHAR[] END,
    'attributes': map()::MAP(VARCHAR, VARCHAR)}"""


def _of(event: str, expression: str) -> str:
    return f"CASE WHEN event = '{event}' THEN {expression} END"


def make(folder: Path, count: int) -> Iterator[Path]:
    """Each day's file, made if missing."""
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for day in range(DAYS):
            target = folder / f"date={FIRST + timedelta(days=day)}" / f"bench-{day}-{day}.parquet"
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                partly = target.with_suffix(".partly")
                connection.execute(f"COPY ({day_sql(day, count)}) TO '{partly}' (FORMAT parquet, COMPRESSION zstd)")
                partly.replace(target)
            yield target


def fold(folder: Path, files: list[Path]) -> list[Path]:
    """Each day's fold, made if missing."""
    folds = folder / "folds"
    for file in files:
        if len(list((folds / file.parent.name).glob("*.parquet"))) != 2:
            fold_day([str(file)], folds, threads=2)
    return sorted(folds.glob("*/*.parquet"))


def timed(what: str, work: Callable[[], T]) -> T:
    """Runs it and prints elapsed seconds, processor seconds of all threads, and peak memory."""
    started, worked = time.perf_counter(), time.process_time()
    result = work()
    took, processor = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"| {what:<44} | {took:7.1f} s | {processor:7.1f} s | {peak:5.2f} GB |", flush=True)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument(
        "--memory", default="1500MB", help="what DuckDB may hold; Python and its libraries take 0.3 GB more"
    )
    parser.add_argument("--raw", action="store_true", help="also ask without folds")
    asked = parser.parse_args()
    folder: Path = asked.folder or Path(f"/tmp/forewarn-bench-{asked.events}")  # noqa: S108 - asked for, and reused
    count = round(asked.events / EVENTS_PER_WITHDRAWAL / DAYS)
    print("| | elapsed | processor | peak memory |\n|---|---|---|---|")
    files = timed("make the year", lambda: list(make(folder, count)))
    folds = timed("fold its days", lambda: fold(folder, files))
    everything = Sources([str(file) for file in files], [str(file) for file in folds])
    now = datetime.combine(FIRST + timedelta(days=DAYS + 60), datetime.min.time(), UTC)
    last_month, year = FIRST + timedelta(days=DAYS - 31), FIRST + timedelta(days=DAYS)
    mid_month = FIRST + timedelta(days=180)
    cases = {
        "a month in the middle by region and rule": (mid_month, mid_month + timedelta(days=30), "region,rule_id"),
        "the last month by region and rule": (last_month, year, "region,rule_id"),
        "the last month by exposure number": (last_month, year, "exposure_number"),
        "the year by region and rule": (FIRST, year, "region,rule_id"),
        "the year by day": (FIRST, year, "day"),
        "the year by week and variant": (FIRST, year, "week,variant"),
    }
    for name, (since, until, group_by) in cases.items():
        ask(name, everything, asked.memory, now, since=since, until=until, group_by=group_by, count=count)
    if asked.raw:
        plain = Sources(everything.files)
        since, until, group_by = cases["the last month by region and rule"]
        ask(
            "the last month without folds",
            plain,
            asked.memory,
            now,
            since=since,
            until=until,
            group_by=group_by,
            count=count,
        )


def ask(
    name: str, sources: Sources, memory: str, now: datetime, *, since: date, until: date, group_by: str, count: int
) -> None:
    asked = question({"since": since.isoformat(), "until": until.isoformat(), "group_by": group_by}, now)

    def work() -> Answer:
        with open_events(sources, memory_limit=memory, threads=2) as events:
            return answer(events, asked)

    told = timed(name, work)
    expected = (until - since).days * count
    total = told.total
    rate = total.by_alert.reconsidered_or_reviewed.rate if total else None
    if total is None or total.alerts != expected or rate is None or abs(rate - TRUTH) > 0.005:
        sys.exit(f"wrong: {total.alerts if total else 0} alerts of {expected}, rate {rate} instead of {TRUTH}")


if __name__ == "__main__":
    main()
