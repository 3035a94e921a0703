"""The operators of conditions: how each is written, and the predicate that it makes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from app.domain.fact import Kind
from app.domain.predicate import Given, HasAll, HasAny, HasNone, NoneOf, Predicate, Range


class Takes(Enum):
    """What is written after an operator."""

    BOUND = "a number; bounds on one fact make one Range"
    VALUE = "one value of the fact's kind"
    VALUES = "a list of such values"
    TEXTS = "a list of texts"
    FLAG = "true or false"


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to write a predicate. `description` is what editors show."""

    takes: Takes
    predicate: Callable[[Any], Predicate]
    kinds: tuple[Kind, ...]  # of facts that it goes with; an attribute may have any
    description: str


_SCALARS = (Kind.TEXT, Kind.FLAG, Kind.NUMBER)
OPERATORS: Mapping[str, Operator] = {
    "gt": Operator(Takes.BOUND, Range, (Kind.NUMBER,), "More than this."),
    "gte": Operator(Takes.BOUND, Range, (Kind.NUMBER,), "This or more."),
    "lt": Operator(Takes.BOUND, Range, (Kind.NUMBER,), "Less than this."),
    "lte": Operator(Takes.BOUND, Range, (Kind.NUMBER,), "This or less."),
    "any": Operator(Takes.TEXTS, HasAny, (Kind.SET,), "At least one of these."),
    "all": Operator(Takes.TEXTS, HasAll, (Kind.SET,), "Each of these."),
    "none": Operator(Takes.TEXTS, HasNone, (Kind.SET,), "None of these."),
    "not": Operator(Takes.VALUE, NoneOf, _SCALARS, "Any value but this."),
    "not_in": Operator(Takes.VALUES, NoneOf, _SCALARS, "Any value but these."),
    "given": Operator(Takes.FLAG, Given, tuple(Kind), "Whether the withdrawal says anything about this at all."),
}
# By kind of fact; None is an attribute, which may have any.
OPERATORS_OF: Mapping[Kind | None, tuple[str, ...]] = {
    **{kind: tuple(name for name, each in OPERATORS.items() if kind in each.kinds) for kind in Kind},
    None: tuple(OPERATORS),
}
