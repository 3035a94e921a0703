"""What a decision costs in this process, and how matching grows with the number of rules.

    make bench

Figures are of one process on this machine: compare them with each other, not with those of another machine.
Every answer that is timed is checked against the slow and obvious one.
"""

import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import orjson

from app.api import examples
from app.api.calls import Calls, Counted
from app.authoring.check import check
from app.domain.condition import All, Any, Clause, Condition, HasAny, OneOf, Range
from app.domain.index import Index
from app.domain.rule import DEFAULT_PRESENTATION, Rule, Severity
from app.service.access import Client
from app.service.assessment import Assessor
from app.service.facts import context_of
from app.service.identity import Identity
from app.service.in_force import InForce
from app.service.outcome import Outcomes
from app.service.rulebook import compile_now
from app.storage.journal import Journal
from app.storage.revision import revision_of

TODAY = date(2026, 11, 20)
CONTEXT = context_of(examples.ASSESSMENT)


def microseconds(work: Callable[[], object], rounds: int = 2_000, repeats: int = 7) -> float:
    """The best of several runs: the others measure what else the machine was doing."""
    best = float("inf")
    for _ in range(repeats):
        began = time.perf_counter()
        for _ in range(rounds):
            work()
        best = min(best, (time.perf_counter() - began) / rounds)
    return best * 1e6


def made_rules(count: int) -> list[Rule]:
    """Rules of one region as authors write them: a purpose, an asset, an amount; some with alternatives or signals."""
    draw = random.Random(1)  # noqa: S311  # the same rules every time
    rules = []
    for number in range(count):
        parts: list[Clause] = [
            Condition("declared_purpose", OneOf(tuple(draw.sample(["investment", "loan", "job_task", "gift"], 2)))),
            Condition("amount_usd", Range(gte=draw.choice([100, 500, 1000, 5000, 10000, 50000]))),
            Condition("asset", OneOf((draw.choice(["BTC", "USDT", "ETH", "TRX"]),))),
        ]
        if number % 3 == 0:
            young = Condition("account.age_days", Range(lt=draw.choice([7, 30, 90])))
            parts.append(Any((Condition("destination.first_use", OneOf((True,))), young)))
        if number % 5 == 0:
            parts.append(Condition("session.signals", HasAny(("remote_access", "on_a_call"))))
        severity = draw.choice(list(Severity))
        rules.append(
            Rule(
                f"hk/r{number}",
                "general",
                severity,
                "-",
                "m",
                DEFAULT_PRESENTATION[severity],
                draw.randrange(100),
                All(tuple(parts)),
            )
        )
    return rules


def matching() -> None:
    print("rules      match µs    scan µs    times faster")
    for count in (100, 1_000, 10_000, 100_000):
        index = Index.of(made_rules(count))
        matches = index.match(CONTEXT, TODAY)
        if matches != index.scan(CONTEXT, TODAY):
            raise SystemExit("the index and the scan disagree")
        fast = microseconds(lambda index=index: index.match(CONTEXT, TODAY), 500)  # type: ignore[misc]  # bound at once
        slow = microseconds(lambda index=index: index.scan(CONTEXT, TODAY), max(1, 20_000 // count), 3)  # type: ignore[misc]  # bound at once
        print(f"{count:<8,} {fast:>10.1f} {slow:>10.0f} {slow / fast:>12.0f}")


def whole_decision() -> None:
    checked = check(Path("rules"), Path("locales"), datetime.now(UTC).date())
    if checked.bundle is None or checked.content is None:
        raise SystemExit("the sample rules have errors")
    in_force = InForce(30.0, time.monotonic)
    in_force.activate(compile_now(revision_of(checked.bundle), checked.content))
    in_force.confirm()
    identity = Identity("benchmark" * 4)
    client = Client("exchange", frozenset({"assess"}))
    body = orjson.dumps(examples.ASSESSMENT)
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder))
        calls = Calls(
            Assessor(identity, in_force, journal, time.time),
            Outcomes(identity, journal, time.time),
            Counted(lambda _: None, lambda _: None),
        )
        answer = orjson.loads(calls.assess(client, body).body)
        if answer["alert"]["rule_id"] != "hk/investment-new-address":
            raise SystemExit(f"an unexpected answer: {answer}")
        cost = microseconds(lambda: calls.assess(client, body))
        print(f"\nbody bytes to answer bytes, event on disk, sample rules: {cost:.1f} µs")


if __name__ == "__main__":
    matching()
    whole_decision()
