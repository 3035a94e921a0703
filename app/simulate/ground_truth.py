"""The ground truth of a simulation: its parameters, what users really did, and what events record of it."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.domain.outcome import RECONSIDERED, RECONSIDERED_OR_REVIEWED, either
from app.simulate.behaviour import Alert, Behaviour, Standing
from app.simulate.user import DAY
from app.simulate.user_response import Reaction

WINDOW = DAY  # seconds from an alert within which an outcome counts

_EXPOSURES = 10  # exposure numbers with a group each; higher ones are "10+"

DEFINITION = (
    f"reconsidered_or_reviewed: {either(RECONSIDERED_OR_REVIEWED)} within 24 h of the alert. Withheld alerts are"
    " in no numerator and no denominator. `expected` is the mean of the true probabilities, `happened` counts what"
    " the users did, `recorded` what the events show of it. Alerts count from `since` until `matured_until`, a day"
    " before the end of a history, so that every window has passed."
)


@dataclass(slots=True, eq=False)
class Group:
    """Counts of a group of alerts. `unmoved` is, by user, the probability that none of their alerts had an effect."""

    alerts: int = 0
    withheld: int = 0
    expected: float = 0.0
    happened: int = 0
    recorded: int = 0
    recorded_reconsidered: int = 0
    unmoved: dict[int, float] = field(default_factory=dict)
    happened_users: set[int] = field(default_factory=set)
    recorded_users: set[int] = field(default_factory=set)
    reconsidered_users: set[int] = field(default_factory=set)

    def add(self, user: int, reaction: Reaction) -> None:
        if reaction.withheld:
            self.withheld += 1
            return
        self.alerts += 1
        self.expected += reaction.main
        self.unmoved[user] = self.unmoved.get(user, 1.0) * (1.0 - reaction.main)
        if reaction.happened:
            self.happened += 1
            self.happened_users.add(user)

    def as_json(self) -> dict[str, Any]:
        users = len(self.unmoved)
        expected_users = users - sum(self.unmoved.values())
        return {
            "by_user": {
                "denominator": users,
                "expected": _rate(expected_users, users),
                "happened": len(self.happened_users),
                "recorded": len(self.recorded_users),
                "recorded_rate": _rate(len(self.recorded_users), users),
                "recorded_reconsidered": len(self.reconsidered_users),
            },
            "by_alert": {
                "denominator": self.alerts,
                "expected": _rate(self.expected, self.alerts),
                "happened": self.happened,
                "recorded": self.recorded,
                "recorded_rate": _rate(self.recorded, self.alerts),
                "recorded_reconsidered": self.recorded_reconsidered,
            },
            "withheld_alerts": self.withheld,
        }


@dataclass(slots=True, eq=False)
class AlertRecord:
    """An alert whose outcomes are awaited; `groups` is empty where it has not matured or was withheld."""

    alert: Alert
    user: int
    groups: tuple[Group, ...] = ()
    main: bool = False
    reconsidered: bool = False


class GroundTruth:
    """Accumulates during the simulation. `until` is the end of the history, infinite where it is not known yet."""

    def __init__(self, until: float) -> None:
        self._matured_until = until - WINDOW
        self._main = Group()
        self._groups = {name: defaultdict[str, Group](Group) for name in ("by_rule", "by_variant", "by_exposure")}
        self._parameters: dict[tuple[str, Standing], tuple[Alert, Standing]] = {}
        self._counts: dict[str, int] = {}
        self._pending = 0

    def count(self, what: str, number: int = 1) -> None:
        self._counts[what] = self._counts.get(what, 0) + number

    def alerted(
        self, at: float, alert: Alert, user: int, *, standing: Standing, exposure: int, reaction: Reaction
    ) -> AlertRecord:
        self._parameters.setdefault((f"{alert.rule_id}/{alert.variant or ''}", standing), (alert, standing))
        if at >= self._matured_until:
            self._pending += 1
            return AlertRecord(alert, user)
        groups = self._of(alert, exposure)
        for group in groups:
            group.add(user, reaction)
        return AlertRecord(alert, user, () if reaction.withheld else groups)

    def recorded(self, record: AlertRecord, outcome: str) -> None:
        """Adds an outcome that the service recorded. All that count occur within the window; see `user_response`."""
        self.count(f"outcome {outcome}")
        if outcome not in RECONSIDERED_OR_REVIEWED:
            return
        if not record.main:
            record.main = True
            for group in record.groups:
                group.recorded += 1
                group.recorded_users.add(record.user)
        if outcome in RECONSIDERED and not record.reconsidered:
            record.reconsidered = True
            for group in record.groups:
                group.recorded_reconsidered += 1
                group.reconsidered_users.add(record.user)

    def as_json(self, behaviour: Behaviour, since: float, until: float, **parameters: Any) -> dict[str, Any]:
        return {
            "what": "The ground truth of simulated events. They say nothing about any real exchange or warning.",
            **parameters,
            "since": _utc(since),
            "until": _utc(until),
            "matured_until": _utc(min(until, self._matured_until)),
            "definition": DEFINITION,
            "main": self._main.as_json(),
            **{
                name: {key: group.as_json() for key, group in sorted(groups.items(), key=lambda item: _order(item[0]))}
                for name, groups in self._groups.items()
            },
            "pending_alerts": self._pending,
            "events": dict(sorted(self._counts.items())),
            "probabilities": list(self._probabilities(behaviour)),
            "behaviour": behaviour.as_json(),
        }

    def _of(self, alert: Alert, exposure: int) -> tuple[Group, ...]:
        rule = alert.rule_id or ""
        nth = str(exposure) if exposure < _EXPOSURES else f"{_EXPOSURES}+"
        groups = [self._main, self._groups["by_rule"][rule], self._groups["by_exposure"][nth]]
        if alert.variant is not None:
            groups.append(self._groups["by_variant"][f"{rule}/{alert.variant}"])
        return tuple(groups)

    def _probabilities(self, behaviour: Behaviour) -> Iterator[dict[str, Any]]:
        """For the first alert of a user, by rule and variant shown; `by_exposure` scales later ones."""
        for _, (alert, standing) in sorted(self._parameters.items()):
            rates = behaviour.rates(alert, standing, 1)
            proceed = 1 - rates.cancel - rates.amend - rates.abandon
            yield {
                "rule_id": alert.rule_id,
                "variant": alert.variant,
                "severity": alert.severity,
                "standing": standing.value,
                **{name: round(getattr(rates, name), 6) for name in ("review", "cancel", "amend", "abandon")},
                "proceed": round(proceed, 6),
                **{name: round(getattr(rates, name), 6) for name in ("report", "withheld", "main")},
            }


def encode(truth: dict[str, Any]) -> bytes:
    """The ground truth as JSON; deterministic."""
    return (json.dumps(truth, indent=1, ensure_ascii=False) + "\n").encode()


def _rate(part: float, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _utc(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")


def _order(key: str) -> tuple[int, str]:
    """Numbers by value, everything else by name."""
    digits = key.rstrip("+")
    return (int(digits), key) if digits.isdigit() else (0, key)
