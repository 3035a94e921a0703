"""A rule's alerts as users get them, in each language and variant, encoded by the code that serves them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from app.domain.fact import Context
from app.domain.rule import Rule
from app.preview.sample_withdrawal import body_of, context_for
from app.service.rulebook import Rulebook
from app.service.withdrawal_facts import Request, text_facts

Alert = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Card:
    """`alert` is as in the answer of POST /v1/assessments. `variant` is None where the text has no variants."""

    language: str
    variant: str | None
    alert: Alert


def cards(rulebook: Rulebook, rule: Rule, example: Context | None = None) -> list[Card]:
    """Every alert of a rule, by language in the region's order, then by variant.

    Filled in for a withdrawal with the facts of `example`, or for one derived from the rule's conditions.
    """
    request = sample_request(rulebook, rule, example)
    return [
        Card(language, variant, alert_of(rulebook, rule, language, variant, request))
        for language in rulebook.owner(rule).region.languages
        for variant in variants(rulebook, rule, language)
    ]


def sample_request(rulebook: Rulebook, rule: Rule, example: Context | None = None) -> Request:
    """The body of the assessment whose alert the cards show."""
    region = rulebook.owner(rule).region
    facts = context_for(rule.when, example)
    return body_of(facts, region=region.code, languages=list(region.languages[:1]))


def variants(rulebook: Rulebook, rule: Rule, language: str) -> Iterator[str | None]:
    yield from rulebook.owner(rule).wordings[rule.message, language]


def alert_of(rulebook: Rulebook, rule: Rule, language: str, variant: str | None, request: Request) -> Alert:
    """The alert that this withdrawal would get, in this language and variant. Raises KeyError where there is none."""
    wording = rulebook.owner(rule).wordings[rule.message, language][variant]
    prepared = rulebook.prepared[rule.id]
    amounts = rulebook.jurisdiction(request["region"]).amount_formats[language]
    encoded = b"".join((prepared.head, *wording.fill(text_facts(request, amounts)), prepared.presentation))
    alert: Alert = orjson.loads(b"{" + encoded)["alert"]
    return alert
