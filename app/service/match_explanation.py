"""Why each rule of a region matches a withdrawal, or does not."""

from collections.abc import Generator
from datetime import date
from heapq import merge
from itertools import chain

from app.domain.condition import explain
from app.domain.fact import Context
from app.domain.region import GLOBAL
from app.domain.rule import Rule
from app.service.rule_listing import Described
from app.service.rulebook import Rulebook
from app.service.withdrawal_facts import Request, context_of

CONDITIONS_NOT_MET = "conditions not met"


def explanation(
    rulebook: Rulebook, request: Request, now: float, only: str | None, limit: int
) -> Generator[None, None, Described]:
    """Which rules of the withdrawal's region match, by precedence, then why each of the others does not."""
    context = context_of(request)
    jurisdiction = rulebook.jurisdiction(request["region"])
    today = jurisdiction.calendar.day(now)
    own_match = jurisdiction.rules.own.match(context, today).count > 0
    joining = jurisdiction.rules.joining.apply(own_match=own_match)
    own: list[Rule] = []
    worldwide: list[Rule] = []
    others: list[Rule] = []
    for count, rule in enumerate(jurisdiction.rules.every_rule()):
        matches = (joining or rule.region != GLOBAL) and rule.matches(context, today)
        (others if not matches else worldwide if rule.region == GLOBAL else own).append(rule)
        if count % 32 == 0:
            yield
    explained: list[Described] = []
    matching = merge(own, worldwide, key=lambda rule: rule.precedence)
    for count, rule in enumerate(chain(matching, others)):
        if len(explained) == limit:
            break
        if only is None or rule.id == only:
            explained.append(_explain(rule, context, today, joining=joining or rule.region != GLOBAL))
        if only is None or count % 256 == 0:
            yield
    shown = min((rules[0] for rules in (own, worldwide) if rules), key=lambda rule: rule.precedence, default=None)
    matched_count, rule_count = len(own) + len(worldwide), len(own) + len(worldwide) + len(others)
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


def _explain(rule: Rule, context: Context, today: date, *, joining: bool) -> Described:
    reasons = []
    if not rule.enabled:
        reasons.append("disabled")
    elif not rule.applies_on(today):
        reasons.append("not active today")
    if not joining:
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
