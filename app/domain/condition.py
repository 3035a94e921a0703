"""Conditions on the facts of a withdrawal, and the obvious way to decide them.

A test never holds on an absent fact, whatever its operator; `Given(False)` is the one exception.
Values keep their type: "1", 1 and true are three values, 1 and 1.0 are one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from app.domain.fact import Context, Kind, Scalar, Value, kind_of


class Predicate(Protocol):
    """One question about one fact."""

    def holds(self, value: Value | None) -> bool:
        """Whether it is met by `value`; None means that the fact is absent."""
        ...

    def source(self) -> object:
        """The test as an author writes it."""
        ...


def same(left: Scalar, right: Value) -> bool:
    """Equality that keeps types apart, which Python's own does not (True == 1)."""
    return kind_of(left) is kind_of(right) and left == right


@dataclass(frozen=True, slots=True)
class OneOf:
    values: tuple[Scalar, ...]

    def holds(self, value: Value | None) -> bool:
        return value is not None and any(same(wanted, value) for wanted in self.values)

    def source(self) -> object:
        return self.values[0] if len(self.values) == 1 else list(self.values)


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Met by every given value but these, one of another type included."""

    values: tuple[Scalar, ...]

    def holds(self, value: Value | None) -> bool:
        return value is not None and not any(same(barred, value) for barred in self.values)

    def source(self) -> object:
        return {"not": self.values[0]} if len(self.values) == 1 else {"not_in": list(self.values)}


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds on a number; None is no bound."""

    gt: float | None = None
    gte: float | None = None
    lt: float | None = None
    lte: float | None = None

    def holds(self, value: Value | None) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (
            (self.gt is None or value > self.gt)
            and (self.gte is None or value >= self.gte)
            and (self.lt is None or value < self.lt)
            and (self.lte is None or value <= self.lte)
        )

    @property
    def bounds(self) -> Iterator[float]:
        return (bound for bound in (self.gt, self.gte, self.lt, self.lte) if bound is not None)

    def source(self) -> object:
        named = {"gt": self.gt, "gte": self.gte, "lt": self.lt, "lte": self.lte}
        return {name: bound for name, bound in named.items() if bound is not None}


def _is_set(value: Value | None) -> bool:
    return value is not None and kind_of(value) is Kind.SET


@dataclass(frozen=True, slots=True)
class HasAny:
    values: tuple[str, ...]

    def holds(self, value: Value | None) -> bool:
        return _is_set(value) and any(wanted in value for wanted in self.values)  # type: ignore[operator]  # a set

    def source(self) -> object:
        return {"any": list(self.values)}


@dataclass(frozen=True, slots=True)
class HasAll:
    values: tuple[str, ...]

    def holds(self, value: Value | None) -> bool:
        return _is_set(value) and all(wanted in value for wanted in self.values)  # type: ignore[operator]  # a set

    def source(self) -> object:
        return {"all": list(self.values)}


@dataclass(frozen=True, slots=True)
class HasNone:
    """Holds on an empty list, which is given; not on an absent one."""

    values: tuple[str, ...]

    def holds(self, value: Value | None) -> bool:
        return _is_set(value) and not any(barred in value for barred in self.values)  # type: ignore[operator]  # a set

    def source(self) -> object:
        return {"none": list(self.values)}


@dataclass(frozen=True, slots=True)
class Given:
    expected: bool

    def holds(self, value: Value | None) -> bool:
        return (value is not None) is self.expected

    def source(self) -> object:
        return {"given": self.expected}


@dataclass(frozen=True, slots=True)
class Condition:
    """One test on one fact."""

    fact: str
    predicate: Predicate

    def holds(self, context: Context) -> bool:
        return self.predicate.holds(context.get(self.fact))


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds where every part does; without parts it holds."""

    parts: tuple["Clause", ...] = ()

    def holds(self, context: Context) -> bool:
        return all(part.holds(context) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds where one part does; without parts it does not."""

    parts: tuple["Clause", ...] = ()

    def holds(self, context: Context) -> bool:
        return any(part.holds(context) for part in self.parts)


Clause = Condition | AllOf | AnyOf
ALWAYS = AllOf()


def conditions(clause: Clause) -> Iterator[Condition]:
    """Every condition in a clause, in the order in which it was written."""
    if isinstance(clause, Condition):
        yield clause
        return
    for part in clause.parts:
        yield from conditions(part)


def explain(clause: Clause, context: Context) -> dict[str, object]:
    """Each condition, met or not, with the value that was seen; `all` and `any` nest as they were written."""
    if isinstance(clause, Condition):
        return {
            "fact": clause.fact,
            "condition": clause.predicate.source(),
            "seen": context.get(clause.fact),
            "met": clause.holds(context),
        }
    name = "all" if isinstance(clause, AllOf) else "any"
    return {name: [explain(part, context) for part in clause.parts], "met": clause.holds(context)}


def source(clause: Clause) -> dict[str, object]:
    """A clause as an author writes it."""
    if isinstance(clause, Condition):
        return {clause.fact: clause.predicate.source()}
    name = "all" if isinstance(clause, AllOf) else "any"
    parts = [source(part) for part in clause.parts]
    merged = {key: part for written in parts for key, part in written.items()}
    if isinstance(clause, AllOf) and len(merged) == sum(map(len, parts)):
        return merged
    return {name: parts}
