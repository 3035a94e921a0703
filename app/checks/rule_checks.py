"""The checks of one rule."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.authoring.drafts import RuleDraft
from app.authoring.fields import day
from app.authoring.problem import Finding
from app.authoring.problem_codes import Code
from app.authoring.rule_file import RuleFile
from app.bundle.record import BLANK
from app.checks.amount_precision import imprecise_amounts
from app.checks.blank import is_blank
from app.checks.contradictions import contradictions
from app.checks.fact_ranges import Ranges, out_of_range
from app.checks.rule_examples import example_warnings, missing_examples
from app.checks.vocabulary import typology_errors
from app.domain.condition import Clause


@dataclass(frozen=True, slots=True)
class RuleContext:
    """`typologies` is None where they could not be read."""

    draft: RuleDraft
    parts: RuleFile
    typologies: Collection[str] | None
    today: date
    ranges: Ranges


def _rationale(rule: RuleContext) -> Iterator[Finding]:
    if is_blank(rule.parts.rationale):
        hint = f"write the reason in the place of `{BLANK} …`"
        yield Finding(Code.UNFILLED, ("rationale",), "nobody has written this yet", hint)


def _typology(rule: RuleContext) -> Iterable[Finding]:
    return typology_errors(rule.parts.typology, rule.typologies) if rule.typologies is not None else ()


def _period(rule: RuleContext) -> Iterator[Finding]:
    if not rule.draft.certain(("active",)):
        return
    since, until = rule.parts.active.since, rule.parts.active.until
    if since is not None and until is not None and day(until) <= day(since):
        message = f"from {since} until {until}, which excludes that day, is no day at all"
        yield Finding(Code.REVERSED_PERIOD, ("active",), message, "`until` is the first day on which the rule is off")
    # On the day itself, `until` may not have come yet in every time zone.
    elif until is not None and rule.parts.enabled and day(until) < rule.today:
        hint = "set a later day, delete the rule, or write `enabled: false` to keep it for another time"
        yield Finding(Code.EXPIRED, ("active", "until"), f"this rule has been off since {until}", hint)


def _contradictions(rule: RuleContext) -> Iterable[Finding]:
    return contradictions(rule.draft.when, rule.ranges) if _clause(rule) is not None else ()


def _clause(rule: RuleContext) -> Clause | None:
    """The condition; None where it cannot be read or asks for a number that cannot be: what follows says no more."""
    beyond = any(each.code is Code.OUT_OF_RANGE for each in out_of_range(rule.draft.when, rule.ranges))
    return None if beyond else rule.draft.clause


def _amounts(rule: RuleContext) -> Iterable[Finding]:
    return imprecise_amounts(rule.draft.when)


def _examples(rule: RuleContext) -> Iterator[Finding]:
    clause = _clause(rule)
    for finding in example_warnings(rule.parts, clause, rule.ranges):
        if finding.code is not Code.EXAMPLE_FAILED or rule.draft.certain(finding.where[:2]):
            yield finding
    if clause is not None and rule.draft.certain(("examples",)):
        yield from missing_examples(rule.parts, clause)


RULE_CHECKS: Sequence[Callable[[RuleContext], Iterable[Finding]]] = (
    _rationale,
    _typology,
    _period,
    _contradictions,
    _amounts,
    _examples,
)
