"""The slow and obvious count, to hold the fast one against: loops over dicts, one definition a function."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.reports.question import Question
from app.reports.question_options import WINDOWS, ExposedBy, Maturity

Event = dict[str, Any]

TOLERANCE = timedelta(minutes=5)
WEEK = timedelta(days=7)
REVIEW = ("reviewed", "reported")
RECONSIDER = ("cancelled", "amended")
ANSWER = (*REVIEW, *RECONSIDER, "proceeded", "abandoned", "withheld")
YES = {"reconsidered_or_reviewed": (*RECONSIDER, *REVIEW), "reconsidered": RECONSIDER}
RATES_COUNTED = (*YES, "sustained")


@dataclass
class Assessment:
    """What is known of one withdrawal."""

    said: Event | None = None
    alerts: set[str] = field(default_factory=set)
    outcomes: dict[str, datetime] = field(default_factory=dict)
    number: int = 0

    @property
    def time(self) -> datetime:
        assert self.said is not None
        return self.said["time"]  # type: ignore[no-any-return]  # events are plain JSON here

    def within(self, names: Iterable[str], window: timedelta) -> datetime | None:
        """When the first of these outcomes occurred, if it did in the window."""
        found = [at for name, at in self.outcomes.items() if name in names and -TOLERANCE <= at - self.time < window]
        return min(found, default=None)


def fold(events: Iterable[Event]) -> dict[str, Assessment]:
    folded: dict[str, Assessment] = defaultdict(Assessment)
    for event in events:
        if event["test"]:
            continue
        one = folded[event["assessment_id"]]
        if event["event"] == "outcome":
            before = one.outcomes.get(event["outcome"])
            one.outcomes[event["outcome"]] = min(before or event["occurred_at"], event["occurred_at"])
            continue
        if event.get("rule_id") is not None:
            one.alerts.add(event["event_id"])
        if one.said is None or _order(event) < _order(one.said):
            one.said = event
    return folded


def _order(event: Event) -> tuple[bool, datetime, str]:
    return event.get("rule_id") is None, event["time"], event["event_id"]


def group_of(one: Assessment, question: Question) -> tuple[str | int | None, ...]:
    return tuple(_value(one, str(name)) for name in question.group_by)


def _value(one: Assessment, name: str) -> str | int | None:
    assert one.said is not None
    day = one.time.astimezone(UTC).date()
    values: dict[str, Callable[[], str | int | None]] = {
        "day": day.isoformat,
        "week": lambda: date.fromordinal(day.toordinal() - day.weekday()).isoformat(),
        "exposure_number": lambda: one.number,
        "asset": lambda: one.said["facts"].get("asset"),  # type: ignore[index]  # events are plain JSON here
        "network": lambda: one.said["facts"].get("network"),  # type: ignore[index]  # events are plain JSON here
    }
    return values[name]() if name in values else one.said.get(name)


def counts(events: Iterable[Event], question: Question) -> dict[tuple[str | int | None, ...], dict[str, int]]:
    """For each group what the report calls by the same names; users by `user_...`, alerts by `alert_...`."""
    folded = fold(events)
    known = [one for one in folded.values() if one.said is not None]
    alerts = sorted((one for one in known if one.alerts), key=lambda one: one.time)
    so_far: Counter[str] = Counter()
    for one in alerts:
        assert one.said is not None
        so_far[one.said["user"]] += 1
        one.number = so_far[one.said["user"]]
    groups: dict[tuple[str | int | None, ...], list[Assessment]] = defaultdict(list)
    for one in alerts:
        if _asked(one, question):
            groups[group_of(one, question)].append(one)
    return {group: _count(members, known, question) for group, members in groups.items()}


def _asked(one: Assessment, question: Question) -> bool:
    in_period = question.since <= one.time < question.until
    kept = all(_value(one, str(name)) in values for name, values in question.filters.items())
    shown = question.exposed_by is ExposedBy.ANSWERED or one.within(("shown",), question.window) is not None
    return in_period and kept and shown


def _count(alerts: list[Assessment], known: list[Assessment], question: Question) -> dict[str, int]:
    window = question.window
    found: dict[str, int] = {}
    by_user: dict[str, list[Assessment]] = defaultdict(list)
    for one in alerts:
        assert one.said is not None
        by_user[one.said["user"]].append(one)

    def matured(one: Assessment, length: timedelta) -> bool:
        return question.maturity is Maturity.ALL or one.time + length <= question.now

    def counted(one: Assessment) -> bool:
        return matured(one, window) and one.within(("withheld",), window) is None

    def held(one: Assessment) -> bool:
        return matured(one, window + WEEK) and one.within(("withheld",), window) is None

    def reconsidered(one: Assessment) -> bool:
        return one.within(RECONSIDER, window) is not None

    def came_back(one: Assessment) -> bool:
        at = one.within(RECONSIDER, window)
        return at is not None and any(_sent(other, one, at) for other in known)

    def answered(one: Assessment) -> bool:
        return one.within(ANSWER, window) is not None

    users = list(by_user.values())
    found["user_all"], found["alert_all"] = len(users), len(alerts)
    found["user_exposed"] = sum(any(matured(one, window) for one in of_user) for of_user in users)
    found["alert_exposed"] = sum(matured(one, window) for one in alerts)
    kept = [[one for one in of_user if counted(one)] for of_user in users]
    kept = [of_user for of_user in kept if of_user]
    found["user_counted"], found["alert_counted"] = len(kept), sum(map(len, kept))
    for name, yes in YES.items():
        of_users = [[(one.within(yes, window) is not None, answered(one)) for one in of_user] for of_user in kept]
        found[f"user_{name}"] = sum(any(hit for hit, _ in of_user) for of_user in of_users)
        found[f"alert_{name}"] = sum(hit for of_user in of_users for hit, _ in of_user)
        found[f"user_{name}_at_best"] = sum(any(hit or not known for hit, known in of_user) for of_user in of_users)
        found[f"alert_{name}_at_best"] = sum(hit or not known for of_user in of_users for hit, known in of_user)
    found["user_unanswered"] = sum(not any(map(answered, of_user)) for of_user in kept)
    found["alert_unanswered"] = sum(not answered(one) for of_user in kept for one in of_user)
    long = [[one for one in of_user if held(one)] for of_user in users]
    long = [of_user for of_user in long if of_user]
    found["user_sustained_counted"], found["alert_sustained_counted"] = len(long), sum(map(len, long))
    found["user_sustained"] = sum(any(map(reconsidered, u)) and not any(map(came_back, u)) for u in long)
    found["alert_sustained"] = sum(reconsidered(one) and not came_back(one) for u in long for one in u)
    found["user_sustained_at_best"] = sum(
        (any(map(reconsidered, u)) and not any(map(came_back, u))) or not all(map(answered, u)) for u in long
    )
    found["alert_sustained_at_best"] = sum(
        (reconsidered(one) and not came_back(one)) or not answered(one) for u in long for one in u
    )
    _beside(found, users, question)
    first = [min(of_user, key=lambda one: one.time) for of_user in users]
    found["first_counted"] = sum(map(counted, first))
    for name, yes in YES.items():
        found[f"first_{name}"] = sum(counted(one) and one.within(yes, window) is not None for one in first)
    found["first_sustained"] = sum(held(one) and reconsidered(one) and not came_back(one) for one in first)
    return found


def _beside(found: dict[str, int], users: list[list[Assessment]], question: Question) -> None:
    """The windows beside the chosen one, over the same alerts: all that have matured under the longest of them all."""
    longest = max(question.window, *WINDOWS.values())

    def counted(one: Assessment) -> bool:
        matured = question.maturity is Maturity.ALL or one.time + longest <= question.now
        return matured and one.within(("withheld",), longest) is None

    kept = [[one for one in of_user if counted(one)] for of_user in users]
    kept = [of_user for of_user in kept if of_user]
    for window, length in WINDOWS.items():
        for name, yes in YES.items():
            of_users = [[one.within(yes, length) is not None for one in of_user] for of_user in kept]
            found[f"user_{window}_{name}"] = sum(map(any, of_users))
            found[f"alert_{window}_{name}"] = sum(map(sum, of_users))
        found[f"user_{window}_counted"], found[f"alert_{window}_counted"] = len(kept), sum(map(len, kept))


def _sent(other: Assessment, one: Assessment, at: datetime) -> bool:
    """Whether this withdrawal went to the same destination within the week after `at`."""
    assert other.said is not None
    assert one.said is not None
    sent = other.outcomes.get("proceeded")
    if sent is None or not -TOLERANCE <= sent - other.time < timedelta(days=30) or not at < sent < at + WEEK:
        return False
    same_user = other.said["user"] == one.said["user"]
    same_place = one.said["destination"] is not None and other.said["destination"] == one.said["destination"]
    return other is one or (same_user and same_place)
