"""Conditions on the facts of a withdrawal, and the obvious way to decide them."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.fact import Context
from app.domain.predicate import Predicate


@dataclass(frozen=True, slots=True)
class Condition:
    """A predicate on one fact."""

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
    """Every condition in a clause, as ordered by its author."""
    if isinstance(clause, Condition):
        yield clause
        return
    for part in clause.parts:
        yield from conditions(part)


def explain(clause: Clause, context: Context) -> dict[str, object]:
    """Each condition with the value seen and whether it is met; `all` and `any` nest as written."""
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
