"""Weeks of made-up events, in the shape of the journal's lines: seeded, with rates that differ."""

import hashlib
import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import redis

from app.storage import redis_names

Event = dict[str, Any]

DAY = timedelta(days=1)
SEGMENT = "20261101T000000-history"

# (rule, typology, severity, weight, rate of reconsidering)
RULES: Mapping[str, Sequence[tuple[str, str, str, float, float]]] = {
    "HK": (
        ("hk/investment-new-address", "investment", "high", 6, 0.23),
        ("hk/impersonation-officials", "impersonation_official", "critical", 2, 0.34),
        ("hk/employment-click-farming", "employment", "high", 2, 0.19),
        ("hk/romance-online-partner", "romance", "caution", 1.5, 0.09),
        ("hk/every-withdrawal", "general", "info", 8, 0.05),
        ("hk/money-mule", "money_mule", "high", 0.06, 0.3),
    ),
    "SG": (
        ("sg/job-tasks", "employment", "high", 2, 0.27),
        ("sg/official-call", "impersonation_official", "critical", 1, 0.38),
        ("sg/every-withdrawal", "general", "caution", 3, 0.08),
    ),
    "GB": (("gb/safe-account", "impersonation_official", "critical", 0.4, 0.31),),
}
LANGUAGES = {"HK": ("zh-Hant", "en", "zh-Hans"), "SG": ("en",), "GB": ("en",)}
VARIANTS = ("hk/investment-new-address", "sg/job-tasks")


def hashed(*parts: object) -> str:
    return hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=16).hexdigest()


def text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def assessment(number: int, when: datetime, user: str, **changes: Any) -> Event:
    """An assessment with an alert of Hong Kong's investment rule."""
    return {
        "v": 1,
        "event": "assessment",
        "time": text(when),
        "assessment_id": f"as_a{hashed('assessment', number)}",
        "client": "exchange",
        "test": False,
        "user": hashed("user", user),
        "destination": hashed("destination", user),
        "region": "HK",
        "revision": "sha256:" + "ab" * 32,
        "rule_id": "hk/investment-new-address",
        "rule_region": "HK",
        "typology": "investment",
        "severity": "high",
        "variant": None,
        "language": "zh-Hant",
        "text_status": "sample",
        "matched": ["hk/investment-new-address"],
        "matched_count": 1,
        "facts": {"asset": "USDT", "network": "TRON", "amount_usd": 1200.0},
        **changes,
    }


NO_ALERT = dict.fromkeys(("rule_id", "rule_region", "typology", "severity", "variant", "language", "text_status")) | {
    "matched": [],
    "matched_count": 0,
}


def outcome(of: Event, kind: str, when: datetime, received: datetime | None = None) -> Event:
    return {
        "v": 1,
        "event": "outcome",
        "time": text(received or when),
        "assessment_id": of["assessment_id"],
        "client": of["client"],
        "test": of["test"],
        "outcome": kind,
        "occurred_at": text(when),
    }


def history(until: datetime, *, days: int = 42, users: int = 2400, seed: int = 7) -> list[Event]:
    """Events of an exchange in three regions up to `until`, by time of receipt."""
    dice = random.Random(seed)
    numbers = itertools.count(1)
    events: list[Event] = []
    for user in range(users):
        region = dice.choices(("HK", "SG", "GB"), (10, 5, 0.25))[0]
        alerts = 0
        moment = until - DAY * days * dice.random()
        while moment < until:
            alerts += _withdrawal(
                dice, next(numbers), moment, user=f"u{user}", region=region, alerts=alerts, events=events
            )
            moment += DAY * dice.expovariate(1 / 16)
    return sorted((event for event in events if event["time"] <= text(until)), key=lambda event: str(event["time"]))


def _withdrawal(
    dice: random.Random, number: int, when: datetime, *, user: str, region: str, alerts: int, events: list[Event]
) -> int:
    """Adds its events; gives how many alerts it had."""
    facts: dict[str, Any] = {
        "asset": dice.choices(("USDT", "BTC", "ETH"), (6, 3, 1))[0],
        "network": "TRON",
        "amount_usd": float(f"{10 ** dice.uniform(1.8, 4.6):.1e}"),
        "destination.first_use": dice.random() < 0.6,
    }
    if dice.random() < 0.7:
        facts["account.age_days"] = dice.randrange(1, 2000)
    if dice.random() < 0.4:
        facts["declared_purpose"] = "investment"
    common: dict[str, Any] = {"region": region, "facts": facts, "destination": hashed(user, dice.randrange(3))}
    if dice.random() < 0.35:
        events.append(assessment(number, when, user, **common, **NO_ALERT))
        return 0
    rules = RULES[region]
    rule_id, typology, severity, _, rate = dice.choices(rules, [rule[3] for rule in rules])[0]
    variant = None
    if rule_id in VARIANTS:
        variant = dice.choice("ab")
        rate += 0.09 if variant == "b" else 0
    event = assessment(
        number,
        when,
        user,
        **common,
        rule_id=rule_id,
        rule_region=region,
        typology=typology,
        severity=severity,
        variant=variant,
        language=dice.choice(LANGUAGES[region]),
        matched=[rule_id],
    )
    events.append(event)
    events.extend(_outcomes(dice, event, when, rate * 0.75**alerts))
    return 1


def _outcomes(dice: random.Random, event: Event, when: datetime, rate: float) -> Iterator[Event]:
    def after(hours: float) -> datetime:
        return when + timedelta(hours=hours)

    if dice.random() < 0.93:
        yield outcome(event, "shown", after(0.001))
    if dice.random() < 0.02:
        yield outcome(event, "withheld", after(0.2))
    elif dice.random() < 0.12:
        return
    elif dice.random() < rate:
        first = dice.choices(("cancelled", "reviewed", "amended", "reported"), (6, 4, 1, 1))[0]
        yield outcome(event, first, after(dice.uniform(0.01, 2)))
        if dice.random() < 0.15:
            yield outcome(event, "proceeded", after(dice.uniform(2, 60)))
        if dice.random() < 0.3:
            yield outcome(event, "confirmed_scam" if dice.random() < 0.7 else "confirmed_legitimate", after(90))
    elif dice.random() < 0.05:
        yield outcome(event, "abandoned", after(1))
    else:
        yield outcome(event, "proceeded", after(dice.uniform(0.01, 0.5)))
        if dice.random() < 0.08:
            yield outcome(event, "confirmed_scam" if dice.random() < 0.3 else "confirmed_legitimate", after(140))


def send(client: redis.Redis, events: Iterable[Event], *, segment: str = SEGMENT, first: int = 1) -> None:
    """Into the events stream, as a shipper does."""
    client.set(redis_names.EVENTS_EPOCH, "0123456789abcdef", nx=True)
    lines = [
        orjson.dumps({**event, "event_id": f"{segment}:{number}"}) for number, event in enumerate(events, start=first)
    ]
    pipeline = client.pipeline(transaction=False)
    for start in range(0, len(lines), 400):
        pipeline.xadd(
            redis_names.EVENTS,
            {
                redis_names.VERSION: redis_names.EVENTS_VERSION,
                redis_names.SEGMENT: segment,
                redis_names.FIRST: first + start,
                redis_names.BATCH: b"\n".join(lines[start : start + 400]),
            },
        )
    pipeline.execute()


def now() -> datetime:
    return datetime.now(UTC)
