"""Finds rules that no user ever sees, because other rules of their region always come first."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from app.authoring.drafts import Drafts, RuleDraft
from app.authoring.fields import day
from app.authoring.problem import Finding, Problem
from app.authoring.problem_codes import Code
from app.authoring.suggestions import listing
from app.checks.fact_ranges import Ranges
from app.checks.jointly_shadowed import ShadowedRule, shadowed_rules
from app.domain.region import GLOBAL, GlobalRules
from app.domain.rule import DEFAULT_PRESENTATION, Rule, Severity

# A rule is compared with others only if these entries were read without an error.
_DECISIVE = ("severity", "priority", "active", "enabled")


def never_shown(drafts: Drafts, today: date, ranges: Ranges) -> Iterator[Problem]:
    """Compares the rules of each region. Global rules are compared with each other: some regions have no others."""
    by_region: defaultdict[str, list[Rule]] = defaultdict(list)
    for draft in drafts.rules.values():
        rule = _rule(draft)
        if rule is not None:
            by_region[draft.region].append(rule)
    for region, rules in by_region.items():
        joining = by_region.get(GLOBAL, []) if _compete(drafts, region) else []
        for each in shadowed_rules(rules, joining, today, ranges):
            yield from drafts.rules[each.rule.id].locate([_finding(each)])


def _rule(draft: RuleDraft) -> Rule | None:
    """None if its conditions or its precedence cannot be read."""
    form, clause = draft.parts, draft.clause
    if form is None or clause is None or not all(draft.certain((name,)) for name in _DECISIVE):
        return None
    severity = Severity[form.severity.upper()]
    return Rule(
        draft.id,
        form.typology,
        severity,
        form.rationale,
        form.message,
        DEFAULT_PRESENTATION[severity],
        form.priority,
        clause,
        day(form.active.since) if form.active.since else None,
        day(form.active.until) if form.active.until else None,
        form.enabled,
    )


def _compete(drafts: Drafts, region: str) -> bool:
    """Whether a global rule can be shown although a rule of the region matches."""
    draft = drafts.regions.get(region)
    if region == GLOBAL or draft is None or draft.parts is None or not draft.certain(("global",)):
        return False
    return GlobalRules(draft.parts.global_).apply(own_match=True)


def _finding(each: ShadowedRule) -> Finding:
    rule, by = each.rule, each.by
    if len(by) == 1:
        first = f"also meets `{by[0].id}`, which comes first ({_why(rule, by[0])})"
    else:
        first = f"also meets one of {listing(other.id for other in by)}, which come first"
    message = f"never shown: every withdrawal that this rule is for {first}"
    return Finding(Code.NEVER_SHOWN, ("severity",), message, _hint(rule, by))


def _why(rule: Rule, other: Rule) -> str:
    if other.severity is not rule.severity:
        return f"{other.severity.word} comes before {rule.severity.word}"
    if other.priority != rule.priority:
        return f"priority {other.priority} comes before {rule.priority}"
    return "with equal severity and priority, the id decides"


def _hint(rule: Rule, by: Sequence[Rule]) -> str:
    """The author of a region's rule cannot change those of `global`, which every region shares."""
    others = f"ask for more in `when` of {listing(other.id for other in by)}"
    highest = max(other.severity for other in by)
    if highest is not rule.severity:
        return f"{others}; or set `severity: {highest.word}` and a higher `priority` here, or delete this rule"
    priority = max(other.priority for other in by) + 1
    if _is_global(rule) or not any(map(_is_global, by)):
        return f"{others}; or set `priority: {priority}` here, or delete this rule"
    return f"give it a higher `priority`, such as `priority: {priority}`; or {others}, or delete this rule"


def _is_global(rule: Rule) -> bool:
    return rule.id.startswith(f"{GLOBAL}/")
