"""What is really so: the parameters, what came of them, and what the events can show of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.domain.outcome import RECONSIDERED, RECONSIDERED_OR_REVIEWED, either
from app.simulate.user import DAY
from app.simulate.user_response import Alert, Behaviour, Reaction, Standing

WINDOW = DAY  # seconds from an alert within which an outcome counts

_EXPOSURES = 10  # told apart one by one; more are "10+"

DEFINITION = (
    f"reconsidered_or_reviewed: {either(RECONSIDERED_OR_REVIEWED)} within 24 h of the alert. Alerts that were"
    " withheld are in no numerator and no denominator. `expected` is the mean of the true probabilities, `happened`"
    " counts what the users did, `recorded` what the events tell of it. Counted are the alerts from `since` until"
    " `matured_until`: of a history a day before its end, so that every window has passed."
)


@dataclass(slots=True, eq=False)
class Group:
    """Alerts and users of one group. `unmoved` is each user's probability that none of their alerts moves them."""

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
class Seen:
    """An alert while its outcomes come in; `groups` is empty where it has not matured or was withheld."""

    alert: Alert
    user: int
    groups: tuple[Group, ...] = ()
    main: bool = False
    reconsidered: bool = False


class Truth:
    """Grows as the story goes on. `until` is the end of what is written; infinite where that is not known before."""

    def __init__(self, until: float) -> None:
        self._matured_until = until - WINDOW
        self._main = Group()
        self._groups: dict[str, dict[str, Group]] = {"by_rule": {}, "by_variant": {}, "by_exposure": {}}
        self._parameters: dict[tuple[str, Standing], tuple[Alert, Standing]] = {}
        self._counts: dict[str, int] = {}
        self._pending = 0

    def count(self, what: str, number: int = 1) -> None:
        self._counts[what] = self._counts.get(what, 0) + number

    def alerted(
        self, at: float, alert: Alert, user: int, *, standing: Standing, exposure: int, reaction: Reaction
    ) -> Seen:
        self._parameters.setdefault((f"{alert.rule_id}/{alert.variant or ''}", standing), (alert, standing))
        if at >= self._matured_until:
            self._pending += 1
            return Seen(alert, user)
        groups = self._of(alert, exposure)
        for group in groups:
            group.add(user, reaction)
        return Seen(alert, user, () if reaction.withheld else groups)

    def recorded(self, seen: Seen, outcome: str) -> None:
        """An outcome that the service has. All that count occur within the window; see `response`."""
        self.count(f"outcome {outcome}")
        if outcome not in RECONSIDERED_OR_REVIEWED:
            return
        if not seen.main:
            seen.main = True
            for group in seen.groups:
                group.recorded += 1
                group.recorded_users.add(seen.user)
        if outcome in RECONSIDERED and not seen.reconsidered:
            seen.reconsidered = True
            for group in seen.groups:
                group.recorded_reconsidered += 1
                group.reconsidered_users.add(seen.user)

    def as_json(self, behaviour: Behaviour, since: float, until: float, **said: Any) -> dict[str, Any]:
        return {
            "what": "The truth behind simulated events. They say nothing about any real exchange or warning.",
            **said,
            "since": _text(since),
            "until": _text(until),
            "matured_until": _text(min(until, self._matured_until)),
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
        groups = [self._main, self._group("by_rule", rule), self._group("by_exposure", nth)]
        if alert.variant is not None:
            groups.append(self._group("by_variant", f"{rule}/{alert.variant}"))
        return tuple(groups)

    def _group(self, name: str, key: str) -> Group:
        groups = self._groups[name]
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group()
        return group

    def _probabilities(self, behaviour: Behaviour) -> Iterator[dict[str, Any]]:
        """Of a user's first alert, for every rule and variant that was shown; later ones by `by_exposure`."""
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


def spelled(truth: dict[str, Any]) -> bytes:
    """The same bytes for the same truth."""
    return (json.dumps(truth, indent=1, ensure_ascii=False) + "\n").encode()


def _rate(part: float, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _text(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")


def _order(key: str) -> tuple[int, str]:
    """Numbers by size, all else by name."""
    digits = key.rstrip("+")
    return (int(digits), key) if digits.isdigit() else (0, key)
