"""The rules in force, for those who ask what they say and why one did or did not match."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from datetime import date
from heapq import merge
from itertools import chain

from app.domain.condition import ALWAYS, explain, source
from app.domain.fact import Context
from app.domain.message import Texts, Wording
from app.domain.region import GLOBAL
from app.domain.rule import Rule
from app.service.rulebook import Rulebook
from app.service.withdrawal_facts import Request, context_of

Described = dict[str, object]

CONDITIONS_NOT_MET = "conditions not met"


@dataclass(frozen=True, slots=True)
class Page:
    """Some rules by id, and the cursor of the next page, or None at the end."""

    rules: list[Described]
    next_cursor: str | None


def describe(rulebook: Rulebook, rule: Rule) -> Described:
    """A rule with its texts and where they come from."""
    region = rulebook.owner(rule).region
    return {
        "id": rule.id,
        "region": region.code,
        "typology": rule.typology,
        "severity": rule.severity.word,
        "priority": rule.priority,
        "enabled": rule.enabled,
        "active": {
            "from": rule.active_from.isoformat() if rule.active_from else None,
            "until": rule.active_until.isoformat() if rule.active_until else None,
        },
        "rationale": rule.rationale,
        "when": None if rule.when == ALWAYS else source(rule.when),
        "presentation": {
            "mode": rule.presentation.mode,
            "min_display_seconds": rule.presentation.min_display_seconds,
            "acknowledge": rule.presentation.acknowledge,
        },
        "message": rule.message,
        "partner": {"name": region.partner, "unit": region.unit},
        "texts": {
            language: _texts(rulebook.content.texts[region.id, language], rule.message) for language in region.languages
        },
    }


def page(rulebook: Rulebook, after: str, limit: int, region: str | None) -> Generator[None, None, Page]:
    """The next `limit` rules whose id comes after `after`; pauses between rules."""
    chosen: list[str] = []
    for count, rule_id in enumerate(rulebook.ids):
        if rule_id > after and (region is None or rulebook.rule(rule_id).region == region):
            chosen.append(rule_id)
            if len(chosen) > limit:
                break
        if count % 512 == 0:
            yield
    described = []
    for rule_id in chosen[:limit]:
        described.append(describe(rulebook, rulebook.rule(rule_id)))
        yield
    return Page(described, chosen[limit - 1] if len(chosen) > limit else None)


def explanation(
    rulebook: Rulebook, request: Request, now: float, only: str | None, limit: int
) -> Generator[None, None, Described]:
    """Which rules of the withdrawal's region match and why the others do not; matches first, in order of precedence."""
    context = context_of(request)
    place = rulebook.jurisdiction(request["region"])
    today = place.calendar.day(now)
    own_match = place.rules.own.match(context, today).count > 0
    asked = place.rules.joining.apply(own_match=own_match)
    own: list[Rule] = []
    everywhere: list[Rule] = []
    others: list[Rule] = []
    for count, rule in enumerate(place.rules.every_rule()):
        matches = (asked or rule.region != GLOBAL) and rule.matches(context, today)
        (others if not matches else everywhere if rule.region == GLOBAL else own).append(rule)
        if count % 32 == 0:
            yield
    explained: list[Described] = []
    matching = merge(own, everywhere, key=lambda rule: rule.precedence)
    for count, rule in enumerate(chain(matching, others)):
        if len(explained) == limit:
            break
        if only is None or rule.id == only:
            explained.append(_explain(rule, context, today, asked=asked or rule.region != GLOBAL))
        if only is None or count % 256 == 0:
            yield
    shown = min((rules[0] for rules in (own, everywhere) if rules), key=lambda rule: rule.precedence, default=None)
    matched_count, rule_count = len(own) + len(everywhere), len(own) + len(everywhere) + len(others)
    return {
        "revision": rulebook.revision,
        "region": request["region"],
        "today": today.isoformat(),
        "shown": shown.id if shown else None,
        "matched_count": matched_count,
        "rule_count": rule_count,
        "truncated": only is None and len(explained) < rule_count,
        "rules": explained,
    }


def _explain(rule: Rule, context: Context, today: date, *, asked: bool) -> Described:
    reasons = []
    if not rule.enabled:
        reasons.append("disabled")
    elif not rule.applies_on(today):
        reasons.append("not active today")
    if not asked:
        reasons.append("global rules are not asked here")
    if not rule.when.holds(context):
        reasons.append(CONDITIONS_NOT_MET)
    return {
        "rule_id": rule.id,
        "severity": rule.severity.word,
        "priority": rule.priority,
        "matched": not reasons,
        "reasons": reasons,
        "when": explain(rule.when, context),
    }


def _texts(texts: Texts, message: str) -> Described:
    wordings = texts.messages[message].wordings
    return {
        "status": texts.status,
        "direction": texts.direction,
        "variants": {name: _wording(wording) for name, wording in wordings.items()},
    }


def _wording(wording: Wording) -> Mapping[str, object]:
    return {
        "title": wording.title.source,
        "body": [paragraph.source for paragraph in wording.body],
        "questions": [question.source for question in wording.questions],
        "labels": {kind: label.source for kind, label in wording.labels.items()},
    }
