"""Rules and withdrawals for measurements, drawn from a seed, so the same in every run."""

import random
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cache
from string import ascii_letters
from typing import Any as Anything

import orjson

from app.bundle.condition_source import source_of
from app.checks.checker import check
from app.domain.condition import ALWAYS, AllOf, AnyOf, Clause, Condition
from app.domain.fact import Context
from app.domain.predicate import HasAny, OneOf, Range
from app.domain.rule import DEFAULT_PRESENTATION, Rule, Severity
from app.service.withdrawal_facts import context_of
from benchmarks.machine import FIXTURE

TODAY = date(2026, 11, 20)

ASSETS = ("BTC", "USDT", "ETH", "TRX")
AMOUNTS = (100, 500, 1_000, 5_000, 10_000, 50_000)

Draw = random.Random
Request = dict[str, Anything]


def made_rules(count: int, when: Callable[[int, Draw], Clause] | None = None, *, seed: int = 1) -> list[Rule]:
    """Rules of one region by precedence; `when` makes each condition, `as_written` by default."""
    draw = random.Random(seed)  # noqa: S311  # the same rules every time
    condition = when or as_written
    messages = sample_messages()
    rules = [_rule(number, condition(number, draw), draw, messages[number % len(messages)]) for number in range(count)]
    return sorted(rules, key=lambda rule: rule.precedence)


def _rule(number: int, when: Clause, draw: Draw, message: str) -> Rule:
    severity = draw.choice(list(Severity))
    return Rule(
        id=f"hk/r{number}",
        typology="general",
        severity=severity,
        rationale="Made for a benchmark.",
        message=message,
        presentation=DEFAULT_PRESENTATION[severity],
        priority=draw.randrange(100),
        when=when,
    )


def as_written(_: int, draw: Draw) -> Clause:
    """Conditions in the shapes and roughly the proportions of the sample rules that have one.

    Of 98 sample rules, 38 test a first use and an `any`, 18 only an `any`, 18 a purpose and an `any`, and 14 a purpose
    alone.
    """
    shape = draw.randrange(100)
    either = AnyOf(tuple(_alternative(draw) for _ in range(draw.choice((2, 3)))))
    if shape < 40:
        return AllOf((_first_use(), either))
    if shape < 58:
        return AllOf((either,))
    if shape < 76:
        return AllOf((_purposes(draw), either))
    if shape < 90:
        return AllOf((_purposes(draw),))
    return AllOf((_purposes(draw), _first_use(), _amount(draw)))


def _alternative(draw: Draw) -> Condition:
    kind = draw.randrange(10)
    if kind < 4:
        return _purposes(draw)
    if kind < 6:
        return _amount(draw)
    if kind < 9:
        return Condition("session.signals", HasAny(tuple(draw.sample(known("session.signals"), draw.choice((1, 2))))))
    return Condition("account.withdrawals_30d", Range(gte=draw.choice((2, 3, 5, 10))))


def _purposes(draw: Draw) -> Condition:
    values = draw.sample(known("declared_purpose"), draw.choice((1, 2, 3)))
    return Condition("declared_purpose", OneOf(tuple(values)))


def _amount(draw: Draw) -> Condition:
    return Condition("amount_usd", Range(gte=draw.choice(AMOUNTS)))


def columns(_: int, draw: Draw) -> Clause:
    """A purpose, an asset and an amount, nothing nested: what a decision table finds by its columns."""
    return AllOf((_purposes(draw), Condition("asset", OneOf((draw.choice(ASSETS),))), _amount(draw)))


def always(_: int, __: Draw) -> Clause:
    return ALWAYS


def threshold(number: int, _: Draw) -> Clause:
    """Every rule tests a different amount."""
    return Condition("amount_usd", Range(gte=10 + number))


def long_list(_: int, draw: Draw) -> Clause:
    """Each rule lists fifty of a thousand purposes."""
    return Condition("declared_purpose", OneOf(tuple(f"purpose_{n}" for n in sorted(draw.sample(range(1_000), 50)))))


def nested(_: int, draw: Draw) -> Clause:
    """Nested choices: twelve rows of the index per rule."""
    return AllOf(
        (
            AnyOf((_purposes(draw), _purposes(draw), _purposes(draw))),
            AnyOf(
                (
                    AllOf(
                        (
                            Condition("amount_usd", Range(gte=draw.choice(AMOUNTS))),
                            Condition("asset", OneOf(ASSETS[:2])),
                        )
                    ),
                    AllOf((Condition("account.age_days", Range(lt=draw.choice((7, 30, 90)))), _first_use())),
                    AnyOf(
                        (_first_use(), Condition("session.signals", HasAny((draw.choice(known("session.signals")),))))
                    ),
                )
            ),
        )
    )


def _first_use() -> Condition:
    return Condition("destination.first_use", OneOf((True,)))


@dataclass(frozen=True, slots=True)
class Case:
    """Rules of one kind, and a withdrawal that is a good or a bad case for them."""

    name: str
    when: Callable[[int, Draw], Clause]
    request: Mapping[str, Anything]

    @property
    def context(self) -> Context:
        return context_of(self.request)


WITHDRAWAL: Request = {
    "withdrawal_id": "wd_00000001",
    "user_id": "u-00000001",
    "region": "HK",
    "languages": ["zh-HK", "en"],
    "asset": "USDT",
    "network": "TRON",
    "amount": "12500.00",
    "amount_usd": 12500.0,
    "share_of_balance": 0.95,
    "channel": "app",
    "declared_purpose": "investment",
    "destination": {"address": "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", "kind": "unknown", "first_use": True, "tags": []},
    "account": {"age_days": 14, "age_band": "60+", "kyc_level": 2, "withdrawals_30d": 0, "first_withdrawal": True},
    "session": {"signals": ["remote_access"]},
}

_BARE: Request = {"withdrawal_id": "wd_00000001", "user_id": "u-00000001", "region": "HK"}

CASES = (
    Case("as authors write them", as_written, WITHDRAWAL),
    Case("nothing nested", columns, WITHDRAWAL),
    Case("none matching", columns, WITHDRAWAL | {"asset": "DOGE"}),
    Case("all matching", always, WITHDRAWAL),
    Case("a threshold a rule on one number", threshold, WITHDRAWAL),
    Case("lists of fifty values", long_list, WITHDRAWAL | {"declared_purpose": "purpose_7"}),
    Case("any in all in any", nested, WITHDRAWAL),
    Case("every fact absent", as_written, _BARE),
)


def withdrawals(count: int) -> list[Request]:
    """Withdrawals in Hong Kong, each of another user, all facts given: few equivalent, no two the same."""
    draw = random.Random(2)  # noqa: S311  # the same withdrawals every time
    return [_withdrawal(number, draw) for number in range(count)]


def _withdrawal(number: int, draw: Draw) -> Request:
    """Amounts and ages over several powers of ten, most without a signal: not real traffic, but no easier."""
    amount = round(10 ** draw.uniform(1, 5.5), 2)
    account = {
        "age_days": int(10 ** draw.uniform(0, 3.5)),
        "age_band": draw.choice(("18-29", "30-44", "45-59", "60+")),
        "kyc_level": draw.choice((1, 2, 3)),
        "withdrawals_30d": min(40, int(draw.expovariate(0.3))),
        "first_withdrawal": draw.random() < 0.1,
    }
    destination = {
        "address": "T" + "".join(draw.choices(ascii_letters, k=33)),
        "kind": draw.choice(known("destination.kind")),
        "first_use": draw.random() < 0.4,
        "tags": [],
    }
    return WITHDRAWAL | {
        "withdrawal_id": f"wd_{number:08}",
        "user_id": f"u-{number:08}",
        "asset": draw.choice(ASSETS),
        "amount": f"{amount:.2f}",
        "amount_usd": amount,
        "share_of_balance": round(draw.random(), 4),
        "channel": draw.choice(("app", "web", "api")),
        "declared_purpose": draw.choice(known("declared_purpose")),
        "destination": destination,
        "account": account,
        "session": {"signals": draw.sample(known("session.signals"), draw.choice((0, 0, 0, 1, 2)))},
    }


def bundle_of(rules: list[Rule]) -> bytes:
    """The sample bundle with these rules instead of Hong Kong's."""
    lines = [line for line in sample_bundle().splitlines(keepends=True) if not line.startswith(b'{"id":"hk/')]
    others = [line for line in lines if _kind(line) == "rule"]
    written = {rule.id: _line(rule) for rule in rules}
    merged = sorted(
        [
            *((_place(line), line) for line in others),
            *(((rule.region, *rule.precedence), written[rule.id]) for rule in rules),
        ]
    )
    return b"".join([*(line for line in lines if _kind(line) != "rule"), *(line for _, line in merged)])


def _line(rule: Rule) -> bytes:
    line: dict[str, object] = {
        "kind": "rule",
        "id": rule.id,
        "typology": rule.typology,
        "severity": rule.severity.word,
        "rationale": rule.rationale,
        "message": rule.message,
        "priority": rule.priority,
        "presentation": asdict(rule.presentation),
    }
    if rule.when != ALWAYS:
        line["when"] = source_of(rule.when)
    return orjson.dumps(line, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _kind(line: bytes) -> str:
    return str(orjson.loads(line)["kind"])


def _place(line: bytes) -> tuple[str, int, int, str]:
    rule = orjson.loads(line)
    severity = Severity[rule["severity"].upper()]
    return rule["id"].partition("/")[0], -severity, -rule.get("priority", 0), rule["id"]


@cache
def sample_bundle() -> bytes:
    """The bundle of the tests' own rules and texts, so that figures change with the code alone."""
    checked = check(FIXTURE / "rules", FIXTURE / "locales", datetime.now(UTC).date())
    if checked.bundle is None:
        raise SystemExit("the rules of tests/fixture have errors")
    return checked.bundle


@cache
def known(fact: str) -> tuple[str, ...]:
    """The values of a fact that facts.yaml lists."""
    header = orjson.loads(sample_bundle().split(b"\n", 1)[0])
    return tuple(header["facts"][fact]["values"])


@cache
def sample_messages() -> tuple[str, ...]:
    """The messages of Hong Kong's texts."""
    lines = [orjson.loads(line) for line in sample_bundle().splitlines()]
    ours = {line["name"] for line in lines if line["kind"] == "message" and line["region"] == "hk"}
    return tuple(sorted(ours))
