"""A request's facts: as rules see them, as texts show them, as events record them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from app.domain.address import shorten
from app.domain.amount import cut
from app.domain.amount_format import AmountFormat
from app.domain.bundle import Bundle
from app.domain.fact import ATTRIBUTE_PREFIX, FACTS, Context, Kind, Value

# What an event says in the place of a value that facts.yaml does not list: it could be anything, a name included.
OTHER = "other"

Request = Mapping[str, Any]  # validated against api.models.AssessmentRequest


@dataclass(frozen=True, slots=True)
class Kept:
    """What events keep: by fact, the values that they record by name (a fact that is not here is not recorded), and the
    facts that may be numbers. A number where another kind was declared could be anything, a phone number included."""

    listed: Mapping[str, frozenset[str]]
    numbers: frozenset[str]


_TOP = tuple(fact for fact in FACTS if "." not in fact)
_GROUPS = tuple(
    (group, tuple((fact.partition(".")[2], fact) for fact in FACTS if fact.startswith(group + ".")))
    for group in ("destination", "account", "session")
)


def context_of(request: Request) -> Context:
    """The facts that a request gives, under their full names; null is not given."""
    context: dict[str, Value] = {}
    for fact in _TOP:
        value = request.get(fact)
        if value is not None:
            context[fact] = value
    for group, members in _GROUPS:
        given = request.get(group)
        if given:
            for member, fact in members:
                value = given.get(member)
                if value is not None:
                    context[fact] = value
    attributes = request.get("attributes")
    if attributes:
        for name, value in attributes.items():
            if value is not None:
                context[ATTRIBUTE_PREFIX + name] = value
    return context


def text_facts(request: Request, amounts: AmountFormat) -> dict[str, str]:
    """What a text can show of a withdrawal: see `domain.message.TEXT_FACTS`."""
    facts = {name: value for name in ("amount", "asset", "network") if (value := request.get(name)) is not None}
    if "amount" in facts:
        facts["amount"] = amounts.write(facts["amount"])
    address = (request.get("destination") or {}).get("address")
    if address is not None:
        facts["destination"] = shorten(address)
    return facts


def recorded(context: Context, keep: Kept) -> dict[str, Value]:
    """The facts as an event keeps them: unlisted values as `other`, the amount cut, undeclared attributes left out."""
    listed = keep.listed
    kept: dict[str, Value] = {}
    for fact, value in context.items():
        values = listed.get(fact)
        if values is None:
            continue
        kind = value.__class__
        if kind is str:
            kept[fact] = value if value in values else OTHER
        elif kind is list or kind is tuple:
            kept[fact] = [item if item in values else OTHER for item in cast("Sequence[str]", value)]
        elif fact == "amount_usd":
            kept[fact] = cut(cast("float", value))
        elif kind is bool or fact in keep.numbers:
            kept[fact] = value
    return kept


def kept_facts(content: Bundle) -> Kept:
    kinds = {**FACTS, **{name: attribute.kind for name, attribute in content.attributes.items()}}
    return Kept(
        {fact: content.known_values.get(fact, frozenset()) for fact in kinds},
        frozenset(fact for fact, kind in kinds.items() if kind is Kind.NUMBER),
    )
