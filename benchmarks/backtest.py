"""What replaying a month costs: `python -m benchmarks.backtest [--assessments 1000000]`.

A seeded month of withdrawals in Hong Kong with every fact that the sample rules test, answered by the service's own
index (not timed). Half of them have outcomes. The change raises an amount and adds a rule. The replay must agree with
the record wherever it decides.
"""

import argparse
import resource
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from app.checks.checker import check
from app.dataset.report_sources import Sources
from app.dataset.schema import SCHEMA
from app.domain.condition import AllOf, Condition
from app.domain.predicate import Range
from app.domain.rule import Rule
from app.review.backtest import backtest
from app.service.rulebook import Rulebook, compile_now
from app.service.withdrawal_facts import context_of, recorded
from benchmarks.machine import FIXTURE
from tests.reports.stream_tail import tail_table

UNTIL = datetime(2026, 11, 20, tzinfo=UTC)
DAYS = 30
BATCH = 50_000
RULE = "hk/investment-new-address"


def rulebook() -> Rulebook:
    found = check(FIXTURE / "rules", FIXTURE / "locales", date(2026, 11, 20))
    if found.content is None:
        raise SystemExit("the rules of tests/fixture have errors")
    return compile_now("sha256:" + "0" * 64, found.content)


def changed(book: Rulebook) -> Rulebook:
    """Raises the threshold from 1,000 to 2,500 dollars."""

    def other(rule: Rule) -> Rule:
        if rule.id != RULE or not isinstance(rule.when, AllOf):
            return rule
        parts = tuple(
            Condition(part.fact, Range(gte=2500)) if isinstance(part, Condition) and part.fact == "amount_usd" else part
            for part in rule.when.parts
        )
        return replace(rule, when=AllOf(parts))

    return compile_now("sha256:" + "1" * 64, replace(book.content, rules=tuple(map(other, book.content.rules))))


def requests(random: np.random.Generator, count: int, values: dict[str, list[str]]) -> list[dict[str, Any]]:
    amounts = np.round(np.exp(random.normal(6.5, 2.0, count)), 2)
    shares, ages = random.random(count), random.integers(0, 2000, count)
    purposes = random.choice([*values["declared_purpose"], ""], count)
    assets, networks = random.choice(values["asset"], count), random.choice(values["network"], count)
    kinds, tags = random.choice(values["destination.kind"], count), random.choice(values["destination.tags"], count)
    signals, bands = random.choice(values["session.signals"], count), random.choice(values["account.age_band"], count)
    return [
        {
            "asset": str(assets[i]),
            "network": str(networks[i]),
            "amount_usd": float(amounts[i]),
            "share_of_balance": float(shares[i]),
            "declared_purpose": str(purposes[i]) or None,
            "destination": {
                "kind": str(kinds[i]),
                "first_use": bool(shares[i] > 0.4),
                "tags": [str(tags[i])] if i % 5 == 0 else [],
            },
            "account": {"age_days": int(ages[i]), "age_band": str(bands[i]), "withdrawals_30d": int(ages[i] % 7)},
            "session": {"signals": [str(signals[i])] if i % 4 == 0 else []},
        }
        for i in range(count)
    ]


def write(folder: Path, book: Rulebook, assessments: int) -> list[str]:
    random = np.random.default_rng(20260)
    values = {fact: sorted(listed) for fact, listed in book.kept.listed.items()}
    place = book.jurisdiction("HK")
    today = place.calendar.day(UNTIL.timestamp())
    files = []
    for first in range(0, assessments, BATCH):
        rows = []
        for i, request in enumerate(requests(random, min(BATCH, assessments - first), values), start=first):
            context = context_of(request)
            shown = place.rules.match(context, today)
            rule = shown.first[0] if shown.count else None
            at = UNTIL - timedelta(seconds=(i + 1) * DAYS * 86_400 / (assessments + 1))
            common = {"v": 1, "assessment_id": f"as_{i:032x}", "time": at, "test": False, "client": "x"}
            rows.append(
                common
                | {
                    "event": "assessment",
                    "event_id": f"s:{i}",
                    "user": f"{i % (assessments // 3 + 1):032x}",
                    "region": "HK",
                }
                | {
                    "rule_id": rule and rule.id,
                    "severity": rule and rule.severity.word,
                    "destination": f"{i % 999:032x}",
                }
                | {"facts": recorded(context, book.kept), "matched_count": shown.count}
            )
            if i % 2:
                outcome = "cancelled" if i % 8 == 1 else "proceeded"
                told = {"event": "outcome", "event_id": f"o:{i}", "outcome": outcome, "occurred_at": at}
                rows.append(common | told)
        path = folder / f"date={UNTIL - timedelta(days=1):%Y-%m-%d}" / f"{first}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_batches(tail_table(rows).to_batches(), schema=SCHEMA), path)
        files.append(str(path))
    return files


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--assessments", type=int, default=1_000_000)
    count = parser.parse_args().assessments
    before = rulebook()
    with tempfile.TemporaryDirectory() as folder:
        sources = Sources(write(Path(folder), before, count))
        base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start, cpu = time.perf_counter(), time.process_time()
        found = backtest(
            sources,
            before,
            changed(before),
            [RULE],
            days=DAYS,
            as_of=UNTIL + timedelta(days=1),
            today=UNTIL.date(),
        )
        elapsed, used = time.perf_counter() - start, time.process_time() - cpu
    if (found.withdrawals, found.agreeing) != (count, found.decided):
        raise SystemExit(f"wrong: {found}")
    (rule,) = found.rules
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{count:,} withdrawals: {elapsed:.1f} s, {used:.1f} s of processor, peak {peak / 2**20:.2f} GB")
    print(f"(before it began {base / 2**20:.2f} GB)")
    print(f"agreement {found.agreeing:,} of {found.decided:,}, undecided {found.undecided:,} {found.because}")
    print(f"{rule.rule_id}: recorded {rule.recorded:,}, replayed {rule.before}, after {rule.after}")


if __name__ == "__main__":
    main()
