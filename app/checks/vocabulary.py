"""Checks that facts, attributes and typologies are those that requests have, and that files agree on them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from app.authoring.condition_syntax import Parsed
from app.authoring.facts_file import FactForm, FactsFile
from app.authoring.problem import Finding, Path, Spot
from app.authoring.problem_codes import Code
from app.authoring.suggestions import did_you_mean, listing, nearest, quoted
from app.authoring.typologies_file import TypologiesFile
from app.checks.fact_ranges import Ranges, range_of
from app.domain.bundle import Attribute
from app.domain.condition import AnyOf, Clause, Condition
from app.domain.fact import ATTRIBUTE_PREFIX, FACTS, Kind, kind_of
from app.domain.predicate import Predicate
from app.domain.rule import TYPOLOGIES

_DESCRIBED = {Kind.TEXT: "text", Kind.FLAG: "true or false", Kind.NUMBER: "a number", Kind.SET: "a set"}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The maps are keyed by full names, attributes too: `attributes.funds_from`."""

    known_values: Mapping[str, frozenset[str]]
    attributes: Mapping[str, Attribute]
    ranges: Ranges
    # Attributes whose entry in facts.yaml cannot be read; None where that may be any of them.
    unsure: frozenset[str] | None = frozenset()

    @classmethod
    def of(
        cls, facts: Mapping[str, FactForm], attributes: Mapping[str, FactForm], unsure: Iterable[str] | None = ()
    ) -> Self:
        described = {**facts, **{ATTRIBUTE_PREFIX + name: form for name, form in attributes.items()}}
        return cls(
            {name: frozenset(form.values) for name, form in described.items()},
            {ATTRIBUTE_PREFIX + name: Attribute(name, Kind(form.type)) for name, form in attributes.items()},
            {name: each for name, form in described.items() if (each := range_of(name, form)) is not None},
            None if unsure is None else frozenset(ATTRIBUTE_PREFIX + name for name in unsure),
        )


def fact_errors(facts: Mapping[str, FactForm]) -> Iterator[Finding]:
    """Facts that requests do not have, or have with another type."""
    for name, fact in facts.items():
        if name not in FACTS:
            hint = did_you_mean(name, FACTS) or "what an exchange adds is declared under `attributes`"
            yield Finding(Code.UNKNOWN_FACT, ("facts", name), f"{quoted(name)} is not a fact", hint, Spot.KEY)
        elif fact.type != FACTS[name]:
            message = f"`{name}` is {_DESCRIBED[FACTS[name]]}"
            yield Finding(Code.FACT_TYPE, ("facts", name, "type"), message, f"write `type: {FACTS[name]}`")


def undescribed_facts(form: FactsFile) -> Iterator[Finding]:
    for name in FACTS:
        if name not in form.facts:
            yield Finding(
                Code.UNDESCRIBED_FACT, ("facts",), f"`{name}` is not described", "describe it under `facts`", Spot.KEY
            )


def new_typologies(form: TypologiesFile) -> Iterator[Finding]:
    for name in form.typologies:
        if name not in TYPOLOGIES:
            message = f"{quoted(name)} is none of the typologies that clients know"
            yield Finding(Code.NEW_TYPOLOGY, ("typologies", name), message, did_you_mean(name, TYPOLOGIES), Spot.KEY)


def typology_errors(typology: str, known: Collection[str]) -> Iterator[Finding]:
    if typology not in known:
        hint = did_you_mean(typology, known) or f"possible: {listing(sorted(known))}"
        yield Finding(Code.UNKNOWN_TYPOLOGY, ("typology",), f"{quoted(typology)} is not a typology", hint)


def doubtful_conditions(parsed: Parsed, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Conditions that can be read but are never met, or name an undeclared value or attribute."""
    for where, clause in parsed.places:
        if is_empty(clause) and not parsed.has_finding(where):
            yield _never_met(where, clause)
        if isinstance(clause, Condition):
            if clause.fact.startswith(ATTRIBUTE_PREFIX):
                yield from _attribute(where, clause, vocabulary)
            yield from _values(parsed, where, clause, vocabulary.known_values.get(clause.fact, frozenset()))


def is_empty(clause: Clause) -> bool:
    """An empty list, of which one entry would have to hold."""
    if isinstance(clause, Condition):
        return clause.predicate.alternatives == ()
    return isinstance(clause, AnyOf) and not clause.parts


def _never_met(where: Path, clause: Clause) -> Finding:
    if isinstance(clause, Condition):
        return Finding(Code.NEVER_MET, where, "an empty list is never met", "list values, or delete the condition")
    return Finding(Code.NEVER_MET, where, "an empty `any` is never met", "list conditions, or delete it")


def _values(parsed: Parsed, where: Path, condition: Condition, known: frozenset[str]) -> Iterator[Finding]:
    if not known:
        return
    for i, value in enumerate(condition.predicate.values or ()):
        if isinstance(value, str) and value not in known:
            close = did_you_mean(value, known, at_most=0)
            hint = close or "add it to rules/facts.yaml, or use one of those listed there"
            message = f"{quoted(value)} is not a listed value of `{condition.fact}`"
            yield Finding(Code.UNLISTED_VALUE, parsed.item(where, i), message, hint)


def _attribute(where: Path, condition: Condition, vocabulary: Vocabulary) -> Iterator[Finding]:
    if vocabulary.unsure is None or condition.fact in vocabulary.unsure:
        return
    declared = vocabulary.attributes
    attribute = declared.get(condition.fact)
    if attribute is None:
        # By the bare names: what all have in common would make any two look alike.
        close = nearest(condition.fact.removeprefix(ATTRIBUTE_PREFIX), (each.name for each in declared.values()))
        hint = f"did you mean `{ATTRIBUTE_PREFIX}{close}`?" if close else None
        message = f"{quoted(condition.fact)} is not declared, so events do not record it"
        yield Finding(
            Code.UNDECLARED_ATTRIBUTE, where, message, hint or "declare it in rules/facts.yaml under `attributes`"
        )
        return
    if any(kind is not attribute.kind for kind in _kinds(condition.predicate)):
        message = f"{quoted(condition.fact)} is declared as {_DESCRIBED[attribute.kind]}; this asks for another type"
        yield Finding(Code.ATTRIBUTE_TYPE, where, message, "values of another type are never equal")


def _kinds(predicate: Predicate) -> set[Kind]:
    """The kinds of value that it asks about."""
    return {Kind.SET} if predicate.members is not None else {kind_of(each) for each in predicate.constants}
