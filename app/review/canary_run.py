"""A canary: one synthetic withdrawal for each changed rule, to check that the running service shows the new text."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from app.domain.fact import Context
from app.domain.region import GLOBAL
from app.domain.rule import Rule
from app.preview import alert_cards
from app.preview.sample_withdrawal import body_of, context_for
from app.review.changed_alerts import matching_examples
from app.review.snapshot import Snapshot
from app.service.rulebook import Rulebook

# Seconds between two attempts: a worker loads a new bundle within one.
RETRY_INTERVAL = 0.5

# Antarctica and its neighbours: a withdrawal from a region without rules of its own gets the global ones.
_WITHOUT_RULES = ("AQ", "BV", "HM", "TF")

# Sends the body of an assessment; None where there is no answer yet.
Assess = Callable[[Mapping[str, Any]], dict[str, Any] | None]


class RuleStatus(StrEnum):
    LIVE = "live"
    BEHIND = "live, and another rule is shown first"
    WAITING = "not in force yet"
    OFF = "off"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What the service does with one rule. `detail` says what was expected where the status is WRONG."""

    rule_id: str
    status: RuleStatus
    language: str | None = None
    title: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class CanaryRun:
    """`live_at` is when the service first answered with `revision`, None if it never did; `waited` is in seconds."""

    revision: str
    live_at: datetime | None
    waited: float
    results: tuple[RuleResult, ...]

    @property
    def passed(self) -> bool:
        return self.live_at is not None and all(result.status is not RuleStatus.WRONG for result in self.results)


@dataclass(frozen=True, slots=True)
class _Probe:
    """The withdrawal that tests one rule; `rule` is None where the rule was removed."""

    rule_id: str
    rule: Rule | None
    context: Context
    body: Mapping[str, Any]


def run_canary(
    after: Snapshot,
    book: Rulebook,
    targets: Sequence[tuple[str, str | None]],
    assess: Assess,
    *,
    today: date,
    within: float,
) -> CanaryRun:
    """Tests each target, a rule id and a language, once the service answers with the revision of `book`.

    Waits `within` seconds at most. A language of None stands for the region's first. Without targets, a single
    withdrawal tests whether the revision is in force.
    """
    started = time.monotonic()
    live_at = None
    results: list[RuleResult] = []
    for rule_id, language in targets or [("", None)]:
        probe = _probe(after, book, rule_id, language, today)
        answer = _answer(assess, probe.body, book.revision, started + within)
        if answer is None:
            return CanaryRun(book.revision, None, time.monotonic() - started, tuple(results))
        live_at = live_at or datetime.now(UTC)
        if rule_id:
            results.append(_result(probe, book, answer, today))
    return CanaryRun(book.revision, live_at, time.monotonic() - started, tuple(results))


def _answer(assess: Assess, body: Mapping[str, Any], revision: str, deadline: float) -> dict[str, Any] | None:
    """The first answer with this revision, or None after the deadline. Each attempt is a withdrawal of its own."""
    while True:
        answer = assess({**body, "withdrawal_id": f"canary-{secrets.token_hex(8)}", "user_id": "canary"})
        if answer is not None and answer.get("revision") == revision:
            return answer
        if time.monotonic() >= deadline:
            return None
        time.sleep(RETRY_INTERVAL)


def _probe(after: Snapshot, book: Rulebook, rule_id: str, language: str | None, today: date) -> _Probe:
    """The first of the rule's own examples for which it is shown, else the first that it matches."""
    without_rules = next(code for code in _WITHOUT_RULES if code not in book.jurisdictions)
    rule = book.by_id.get(rule_id)
    if rule is None:
        code = rule_id.partition("/")[0].upper()
        region = code if code in book.jurisdictions else without_rules
        return _Probe(rule_id, None, {}, body_of({}, region=region, languages=["en"]))
    region = rule.region.upper() if rule.region != GLOBAL else without_rules
    contexts = [context_for(rule.when, example) for example in _examples(after, rule)] or [context_for(rule.when)]
    rules = book.jurisdiction(region).rules
    context = next((each for each in contexts if rule in rules.match(each, today).first[:1]), contexts[0])
    requested = language or book.owner(rule).region.languages[0]
    return _Probe(rule_id, rule, context, body_of(context, region=region, languages=[requested]))


def _examples(after: Snapshot, rule: Rule) -> list[Context]:
    form = after.form(rule.id)
    return list(matching_examples(form, rule)) if form is not None else []


def _result(probe: _Probe, book: Rulebook, answer: Mapping[str, Any], today: date) -> RuleResult:
    rule_id, rule, matched = probe.rule_id, probe.rule, answer["matched"]
    if rule is None:
        if rule_id in matched:
            return RuleResult(rule_id, RuleStatus.WRONG, detail="removed, but the service still matches it")
        return RuleResult(rule_id, RuleStatus.OFF, detail="removed")
    if not rule.applies_on(today):
        return _inactive(rule, matched, today)
    expected = [match.id for match in book.jurisdiction(probe.body["region"]).rules.match(probe.context, today).first]
    if rule_id not in expected:
        detail = "its region's other rules answer its examples, so it cannot be tested"
        return RuleResult(rule_id, RuleStatus.OFF, detail=detail)
    if rule_id not in matched:
        detail = f"the service matched {', '.join(matched) or 'no rule'}"
        return RuleResult(rule_id, RuleStatus.WRONG, detail=detail)
    return _shown(probe, rule, book, expected[0], answer["alert"])


def _shown(probe: _Probe, rule: Rule, book: Rulebook, first: str, alert: Mapping[str, Any]) -> RuleResult:
    """Compares the alert with the published one, word for word."""
    if alert["rule_id"] != rule.id:
        status = RuleStatus.BEHIND if alert["rule_id"] == first else RuleStatus.WRONG
        return RuleResult(rule.id, status, detail=f"{alert['rule_id']} is shown; expected {first}")
    published = alert_cards.alert_of(book, rule, alert["language"], alert["variant"], probe.body)
    different = [name for name in published if published[name] != alert.get(name)]
    if different:
        detail = f"not as published: {', '.join(different)}"
        return RuleResult(rule.id, RuleStatus.WRONG, alert["language"], alert["title"], detail)
    return RuleResult(rule.id, RuleStatus.LIVE, alert["language"], alert["title"])


def _inactive(rule: Rule, matched: Sequence[str], today: date) -> RuleResult:
    if rule.id in matched:
        detail = "the service matches it, but it is switched off or not in force today"
        return RuleResult(rule.id, RuleStatus.WRONG, detail=detail)
    if rule.enabled and rule.active_from is not None and rule.active_from > today:
        return RuleResult(rule.id, RuleStatus.WAITING, detail=f"begins on {rule.active_from}")
    return RuleResult(rule.id, RuleStatus.OFF, detail="switched off, or its last day has passed")
