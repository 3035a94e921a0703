"""A rule's condition as a bundle writes it: every mapping has one entry, every value its type.

Authors have more ways to write a condition; `authoring.condition_syntax` reads those.
"""

from collections.abc import Generator, Mapping
from math import isfinite
from reprlib import repr as shown
from sys import intern

from app.bundle.refusal import BundleError
from app.domain.condition import AllOf, AnyOf, Clause, Condition
from app.domain.fact import ATTRIBUTE_PREFIX, FACTS, Kind, Number, Scalar
from app.domain.operators import OPERATORS, OPERATORS_OF, Takes
from app.domain.predicate import OneOf, Predicate, Range

# Conditions, groups and values of one rule together.
SIZE_LIMIT = 1000
# Groups within groups. Source files allow 20 levels of YAML, which become at most 19 groups.
DEPTH_LIMIT = 32

_GROUPS: Mapping[str, type[AllOf | AnyOf]] = {"all": AllOf, "any": AnyOf}


def source_of(clause: Clause) -> dict[str, object]:
    """The one way to write a clause in a bundle: `clause_of` returns it again."""
    if isinstance(clause, Condition):
        return {clause.fact: clause.predicate.source()}
    name = "all" if isinstance(clause, AllOf) else "any"
    return {name: [source_of(part) for part in clause.parts]}


def clause_of(source: object) -> Generator[None, None, Clause]:
    """Pauses after every condition: a thousand take 2 ms. Raises BundleError."""
    return _Reader().clause(source, 1)


class _Reader:
    """Counts what one rule has, so that a hostile one is refused before it takes long."""

    def __init__(self) -> None:
        self._size = 0

    def clause(self, source: object, depth: int) -> Generator[None, None, Clause]:
        if not isinstance(source, dict) or len(source) != 1:
            raise BundleError(f"a condition is a mapping with one entry, found {shown(source)}")
        [(name, written)] = source.items()
        self._count(1)
        if name in _GROUPS:
            if depth > DEPTH_LIMIT:
                raise BundleError(f"more than {DEPTH_LIMIT} levels of `all` and `any`")
            parts = []
            for part in _list(name, written):
                parts.append((yield from self.clause(part, depth + 1)))
                yield
            return _GROUPS[name](tuple(parts))
        if name not in FACTS and not name.startswith(ATTRIBUTE_PREFIX):
            raise BundleError(f"{shown(name)} is not a fact that this version knows")
        return Condition(name, self._predicate(name, FACTS.get(name), written))

    def _predicate(self, fact: str, kind: Kind | None, written: object) -> Predicate:
        """`kind` is None for an attribute, whose values may have any type."""
        if isinstance(written, list) and kind is not Kind.SET:
            return OneOf(self._values(fact, kind, written))
        if not isinstance(written, dict):
            return OneOf((_value(fact, kind, written),))
        if written and all(name in OPERATORS_OF[kind] for name in written):
            if all(OPERATORS[name].takes is Takes.BOUND for name in written):
                return Range(**{name: _number(fact, bound) for name, bound in written.items()})
            [name, *others] = written
            if not others:
                return OPERATORS[name].predicate(self._operand(fact, kind, name, written[name]))
        raise BundleError(f"`{fact}`: no predicate that this version knows, found {shown(written)}")

    def _operand(self, fact: str, kind: Kind | None, name: str, written: object) -> object:
        match OPERATORS[name].takes:
            case Takes.TEXTS:
                return self._values(fact, Kind.TEXT, _list(name, written))
            case Takes.VALUES:
                return self._values(fact, kind, _list(name, written))
            case Takes.VALUE:
                return (_value(fact, kind, written),)
            case Takes.BOUND:
                return _number(fact, written)
            case Takes.FLAG:
                if not isinstance(written, bool):
                    raise BundleError(f"`{name}` takes true or false, found {shown(written)}")
                return written

    def _values(self, fact: str, kind: Kind | None, written: list[object]) -> tuple[Scalar, ...]:
        self._count(len(written))
        return tuple(_value(fact, kind, value) for value in written)

    def _count(self, more: int) -> None:
        self._size += more
        if self._size > SIZE_LIMIT:
            raise BundleError(f"more than {SIZE_LIMIT:,} conditions and values in one rule")


def _list(name: str, written: object) -> list[object]:
    if not isinstance(written, list):
        raise BundleError(f"`{name}` takes a list, found {shown(written)}")
    return written


def _value(fact: str, kind: Kind | None, written: object) -> Scalar:
    if isinstance(written, str) and kind in {Kind.TEXT, None}:
        return intern(written)
    if isinstance(written, bool) and kind in {Kind.FLAG, None}:
        return written
    if kind in {Kind.NUMBER, None}:
        return _number(fact, written)
    raise BundleError(f"`{fact}` is a {kind}, found {shown(written)}")


def _number(fact: str, written: object) -> Number:
    if isinstance(written, bool) or not isinstance(written, int | float) or not isfinite(written):
        raise BundleError(f"`{fact}`: expected a number, found {shown(written)}")
    return written
