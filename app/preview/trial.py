"""Trying a withdrawal: a form's fields to facts, and what the rules of a region make of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, cast

import orjson

from app.api.handlers import assessment_adapter
from app.api.reply import Reply
from app.api.request_body import read
from app.authoring.facts_file import FactForm
from app.domain.fact import FACTS, Context, Kind, Value
from app.domain.rule import Rule
from app.preview.alert_cards import Alert, alert_of
from app.preview.condition_words import Group, Line, spelled, unmet
from app.preview.edition import Edition
from app.preview.sample_withdrawal import body_of
from app.service.catalogue import CONDITIONS_NOT_MET, explanation
from app.service.language_choice import choose_language
from app.service.withdrawal_facts import Request, context_of

Pairs = Sequence[tuple[str, str]]

# In a form an empty set needs a value: "looked, and found nothing" is not "not given".
NOTHING_FOUND = "-"

_EVERY_RULE = 1_000_000
_YES_NO = {"true": True, "false": False}
_WORLD = "ZZ"  # no country has this code, so only the rules of `global` are asked


@dataclass(frozen=True, slots=True)
class Field:
    """One fact as a form field. `chosen` are the values as they stand in the address."""

    name: str
    form: FactForm
    chosen: Sequence[str]

    @property
    def extra(self) -> Sequence[str]:
        """Chosen values that facts.yaml does not list."""
        return [value for value in self.chosen if value not in self.form.values and value != NOTHING_FOUND]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one rule. `reasons` it was not asked for; `unmet` are its conditions that are not met."""

    rule: Rule
    matched: bool
    reasons: Sequence[str]
    when: Line | Group
    unmet: Sequence[Line | Group]


@dataclass(frozen=True, slots=True)
class Trial:
    """`mistakes` says what is wrong with the fields, by name; then there is nothing else."""

    mistakes: Mapping[str, str]
    today: str = ""
    alert: Alert | None = None
    matched: Sequence[Outcome] = ()
    others: Sequence[Outcome] = ()


def fields(edition: Edition, pairs: Pairs) -> list[Field]:
    """Every fact that a rule can ask: those of every withdrawal in their order, then what exchanges add."""
    names = [*(name for name in FACTS if name in edition.facts), *(name for name in edition.facts if name not in FACTS)]
    return [Field(name, edition.facts[name], [value for key, value in pairs if key == name]) for name in names]


def pairs_of(context: Context) -> list[tuple[str, str]]:
    """The form's fields that give these facts."""
    return [(fact, text) for fact, value in context.items() for text in _texts(value)]


def attempt(edition: Edition, region: str, pairs: Pairs, now: float, language: str | None = None) -> Trial:
    """Asks the rules of a region folder. `language` of the alert; else the region's first."""
    facts, mistakes = _facts(edition, pairs)
    if mistakes:
        return Trial(mistakes)
    languages = [language] if language else []
    code = edition.rulebook.content.regions[region].code
    body = body_of(facts, region=_WORLD if code == region else code, languages=languages)
    request = read(assessment_adapter(), orjson.dumps(body))
    if isinstance(request, Reply):
        return Trial({error["pointer"].lstrip("/").replace("/", "."): error["detail"] for error in _errors(request)})
    return _tried(edition, cast("Request", request), now)


def _tried(edition: Edition, request: Request, now: float) -> Trial:
    book = edition.rulebook
    context = context_of(request)
    explained = _finish(explanation(book, request, now, None, _EVERY_RULE))
    outcomes = [_outcome(edition, context, each) for each in explained["rules"]]
    alert = None
    if explained["shown"]:
        rule = book.rule(explained["shown"])
        owner = book.owner(rule)
        language = choose_language(request.get("languages") or (), owner.region.languages)
        variant = next(iter(owner.wordings[rule.message, language]))
        alert = alert_of(book, rule, language, variant, request)
    return Trial(
        {},
        explained["today"],
        alert,
        [each for each in outcomes if each.matched],
        [each for each in outcomes if not each.matched],
    )


def _outcome(edition: Edition, context: Context, explained: Mapping[str, Any]) -> Outcome:
    rule = edition.rulebook.rule(explained["rule_id"])
    when = spelled(rule.when, edition.facts, context)
    reasons = [reason for reason in explained["reasons"] if reason != CONDITIONS_NOT_MET]
    return Outcome(rule, explained["matched"], reasons, when, unmet(when))


def _finish(working: Any) -> dict[str, Any]:
    while True:
        try:
            next(working)
        except StopIteration as done:
            return cast("dict[str, Any]", done.value)


def _errors(reply: Reply) -> list[dict[str, str]]:
    errors: list[dict[str, str]] = orjson.loads(reply.body).get("errors", [])
    return errors


def _facts(edition: Edition, pairs: Pairs) -> tuple[dict[str, Value], dict[str, str]]:
    facts: dict[str, Value] = {}
    mistakes: dict[str, str] = {}
    for field in fields(edition, pairs):
        given = [text.strip() for text in field.chosen if text.strip()]
        if not given:
            continue
        try:
            facts[field.name] = _value(Kind(field.form.type), given)
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
