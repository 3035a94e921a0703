"""A dry run: turns a form's fields into a withdrawal and evaluates the rules of a region on it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, cast

import orjson

from app.api.reply import Reply
from app.api.request_body import read
from app.api.request_models import ASSESSMENT
from app.bundle.record import Fact
from app.domain.cooperative import finish
from app.domain.fact import FACTS, Context, Kind, Value
from app.domain.rule import Rule
from app.preview.alert_cards import Alert, alert_of
from app.preview.condition_words import ConditionGroup, ConditionLine, describe_clause, unmet_conditions
from app.preview.rulebook_view import RulebookView
from app.preview.sample_withdrawal import body_of
from app.service.language_choice import choose_language
from app.service.match_explanation import CONDITIONS_NOT_MET, explanation
from app.service.withdrawal_facts import Request, context_of

Pairs = Sequence[tuple[str, str]]

# The form value of an empty set, which differs from "not given".
NOTHING_FOUND = "-"

_EVERY_RULE = 1_000_000
_YES_NO = {"true": True, "false": False}
_WORLD = "ZZ"  # no country has this code, so only `global` rules apply


@dataclass(frozen=True, slots=True)
class Field:
    """One fact as a form field. `chosen` are its values in the query string."""

    name: str
    form: Fact
    chosen: Sequence[str]

    @property
    def extra(self) -> Sequence[str]:
        """Chosen values that facts.yaml does not list."""
        return [value for value in self.chosen if value not in self.form.values and value != NOTHING_FOUND]


@dataclass(frozen=True, slots=True)
class RuleResult:
    """The result of one rule. `reasons` say why it was not evaluated; `unmet` are the conditions that are not met."""

    rule: Rule
    matched: bool
    reasons: Sequence[str]
    when: ConditionLine | ConditionGroup
    unmet: Sequence[ConditionLine | ConditionGroup]


@dataclass(frozen=True, slots=True)
class DryRun:
    """`mistakes` are the errors of the fields, by name; with mistakes there are no results."""

    mistakes: Mapping[str, str]
    today: str = ""
    alert: Alert | None = None
    matched: Sequence[RuleResult] = ()
    others: Sequence[RuleResult] = ()


def fields(view: RulebookView, pairs: Pairs) -> list[Field]:
    """Every fact that a rule can test: the standard facts in their order, then attributes."""
    names = [*(name for name in FACTS if name in view.facts), *(name for name in view.facts if name not in FACTS)]
    return [Field(name, view.facts[name], [value for key, value in pairs if key == name]) for name in names]


def form_pairs(context: Context) -> list[tuple[str, str]]:
    """The form fields that give these facts."""
    return [(fact, text) for fact, value in context.items() for text in _texts(value)]


def dry_run(view: RulebookView, region: str, pairs: Pairs, now: float, language: str | None = None) -> DryRun:
    """Evaluates the rules of a region folder. The alert is in `language`, or in the region's first."""
    facts, mistakes = _facts(view, pairs)
    if mistakes:
        return DryRun(mistakes)
    languages = [language] if language else []
    code = view.rulebook.content.regions[region].code
    body = body_of(facts, region=_WORLD if code == region else code, languages=languages)
    request = read(ASSESSMENT, orjson.dumps(body))
    if isinstance(request, Reply):
        return DryRun({error["pointer"].lstrip("/").replace("/", "."): error["detail"] for error in _errors(request)})
    return _evaluate(view, cast("Request", request), now)


def _evaluate(view: RulebookView, request: Request, now: float) -> DryRun:
    book = view.rulebook
    context = context_of(request)
    explained: Mapping[str, Any] = finish(explanation(book, request, now, None, _EVERY_RULE))
    results = [_rule_result(view, context, each) for each in explained["rules"]]
    alert = None
    if explained["shown"]:
        rule = book.rule(explained["shown"])
        owner = book.owner(rule)
        language = choose_language(request.get("languages") or (), owner.region.languages)
        variant = next(iter(owner.wordings[rule.message, language]))
        alert = alert_of(book, rule, language, variant, request)
    return DryRun(
        {},
        explained["today"],
        alert,
        [each for each in results if each.matched],
        [each for each in results if not each.matched],
    )


def _rule_result(view: RulebookView, context: Context, explained: Mapping[str, Any]) -> RuleResult:
    rule = view.rulebook.rule(explained["rule_id"])
    when = describe_clause(rule.when, view.facts, context)
    reasons = [reason for reason in explained["reasons"] if reason != CONDITIONS_NOT_MET]
    return RuleResult(rule, explained["matched"], reasons, when, unmet_conditions(when))


def _errors(reply: Reply) -> list[dict[str, str]]:
    errors: list[dict[str, str]] = orjson.loads(reply.body).get("errors", [])
    return errors


def _facts(view: RulebookView, pairs: Pairs) -> tuple[dict[str, Value], dict[str, str]]:
    facts: dict[str, Value] = {}
    mistakes: dict[str, str] = {}
    for field in fields(view, pairs):
        given = [text.strip() for text in field.chosen if text.strip()]
        if not given:
            continue
        try:
            facts[field.name] = _value(field.form.type, given)
        except ValueError as error:
            mistakes[field.name] = str(error)
    return facts, mistakes


def _value(kind: Kind, given: Sequence[str]) -> Value:
    if kind is Kind.SET:
        return [text for text in given if text != NOTHING_FOUND]
    text = given[-1]
    if kind is Kind.TEXT:
        return text
    if kind is Kind.FLAG:
        if text not in _YES_NO:
            raise ValueError("expected yes or no")
        return _YES_NO[text]
    return _number(text)


def _number(text: str) -> float:
    try:
        number = float(text.replace(",", "").replace("_", ""))
    except ValueError:
        number = float("inf")
    if not isfinite(number):
        raise ValueError("expected a number, such as 2500 or 0.5")
    return int(number) if number.is_integer() else number


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, str | int | float):
        yield str(value)
    else:
        yield from value or [NOTHING_FOUND]
