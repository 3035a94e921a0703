"""What a rule asks of one fact: a closed set of kinds, one for each operator that authors can write.

No predicate holds on an absent fact, except `Given(False)`. Values keep their type: "1", 1 and true are three values,
1 and 1.0 are one.

Besides `holds` and `source`, each kind says what other modules need to know of it:

- `values`: the values that it lists; None where it takes no list.
- `alternatives`: one predicate a listed value, where any one of these is enough; else None.
- `constants`: what it compares a single value with. Two texts that are no constants, and two numbers between the same
  two constants, are alike to it.
- `members`: what it asks of the members of a set; None where it asks nothing of them.
- `words`: how it reads after the name of its fact and before its values.

A new kind belongs here, in `operators` and in tests/strategies.py. If it leaves one of these out, mypy names every use
of it. A module that treats one kind specially must be right for all others, or `match` with `assert_never`.
"""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from app.domain.fact import Kind, Number, Scalar, Value, kind_of


@dataclass(frozen=True, slots=True)
class Members:
    """A demand on a set in conjunctive form: at least one value of each of `required`, and none of `barred`."""

    required: tuple[tuple[str, ...], ...] = ()
    barred: tuple[str, ...] = ()


def same(left: Scalar, right: Value) -> bool:
    """Equality that keeps types apart, which Python's own does not (True == 1)."""
    return kind_of(left) is kind_of(right) and left == right


@dataclass(frozen=True, slots=True)
class OneOf:
    """Holds on each of these values."""

    values: tuple[Scalar, ...]
    members: ClassVar[None] = None

    def holds(self, value: Value | None) -> bool:
        """Whether `value` meets it; None is an absent fact."""
        if isinstance(value, str):  # equals no value of another type: a twentieth of the time for many values
            return value in self.values
        return value is not None and any(same(wanted, value) for wanted in self.values)

    def source(self) -> object:
        """The predicate as an author writes it."""
        return self.values[0] if len(self.values) == 1 else list(self.values)

    @property
    def alternatives(self) -> tuple["OneOf", ...]:
        return tuple(OneOf((value,)) for value in self.values)

    @property
    def constants(self) -> tuple[Scalar, ...]:
        return self.values

    @property
    def words(self) -> str:
        return "is one of" if len(self.values) > 1 else "is"


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Holds on every given value except these, also on values of another type."""

    values: tuple[Scalar, ...]
    alternatives: ClassVar[None] = None
    members: ClassVar[None] = None

    def holds(self, value: Value | None) -> bool:
        return value is not None and not any(same(barred, value) for barred in self.values)

    def source(self) -> object:
        return {"not": self.values[0]} if len(self.values) == 1 else {"not_in": list(self.values)}

    @property
    def constants(self) -> tuple[Scalar, ...]:
        return self.values

    @property
    def words(self) -> str:
        return "is given, and is none of" if len(self.values) > 1 else "is given, and is not"


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds on a number; None is no bound."""

    gt: float | None = None
    gte: float | None = None
    lt: float | None = None
    lte: float | None = None
    values: ClassVar[None] = None
    alternatives: ClassVar[None] = None
    members: ClassVar[None] = None

    def holds(self, value: Value | None) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (
            (self.gt is None or value > self.gt)
            and (self.gte is None or value >= self.gte)
            and (self.lt is None or value < self.lt)
            and (self.lte is None or value <= self.lte)
        )

    def source(self) -> object:
        named = {"gt": self.gt, "gte": self.gte, "lt": self.lt, "lte": self.lte}
        return {name: bound for name, bound in named.items() if bound is not None}

    @property
    def constants(self) -> tuple[Number, ...]:
        return tuple(bound for bound in (self.gt, self.gte, self.lt, self.lte) if bound is not None)

    @property
    def words(self) -> str:
        bounds = {"more than": self.gt, "at least": self.gte, "less than": self.lt, "at most": self.lte}
        return "is " + " and ".join(
            f"{word} {number_in_words(bound)}" for word, bound in bounds.items() if bound is not None
        )


def _is_set(value: Value | None) -> bool:
    return value is not None and kind_of(value) is Kind.SET


@dataclass(frozen=True, slots=True)
class HasAny:
    """Holds on a set with at least one of these values."""

    values: tuple[str, ...]
    constants: ClassVar[tuple[()]] = ()

    def holds(self, value: Value | None) -> bool:
        return _is_set(value) and any(wanted in value for wanted in self.values)  # type: ignore[operator]  # a set

    def source(self) -> object:
        return {"any": list(self.values)}

    @property
    def alternatives(self) -> tuple["HasAny", ...]:
        return tuple(HasAny((value,)) for value in self.values)

    @property
    def members(self) -> Members:
        return Members(required=(self.values,))

    @property
    def words(self) -> str:
        return "has at least one of" if len(self.values) > 1 else "has"


@dataclass(frozen=True, slots=True)
class HasAll:
    """Holds on a set with all of these values."""

    values: tuple[str, ...]
    alternatives: ClassVar[None] = None
    constants: ClassVar[tuple[()]] = ()

    def holds(self, value: Value | None) -> bool:
        return _is_set(value) and all(wanted in value for wanted in self.values)  # type: ignore[operator]  # a set

    def source(self) -> object:
        return {"all": list(self.values)}

    @property
    def members(self) -> Members:
        return Members(required=tuple((value,) for value in self.values))

    @property
    def words(self) -> str:
        return "has all of" if len(self.values) > 1 else "has"


@dataclass(frozen=True, slots=True)
class HasNone:
    """Holds on a set with none of these values, such as the empty set; not on an absent fact."""

    values: tuple[str, ...]
    alternatives: ClassVar[None] = None
    constants: ClassVar[tuple[()]] = ()

    def holds(self, value: Value | None) -> bool:
        return _is_set(value) and not any(barred in value for barred in self.values)  # type: ignore[operator]  # a set

    def source(self) -> object:
        return {"none": list(self.values)}

    @property
    def members(self) -> Members:
        return Members(barred=self.values)

    @property
    def words(self) -> str:
        return "is given, and has none of" if len(self.values) > 1 else "is given, and does not have"


@dataclass(frozen=True, slots=True)
class Given:
    """Holds where the fact is given, or where it is absent."""

    expected: bool
    values: ClassVar[None] = None
    alternatives: ClassVar[None] = None
    constants: ClassVar[tuple[()]] = ()
    members: ClassVar[None] = None

    def holds(self, value: Value | None) -> bool:
        return (value is not None) is self.expected

    def source(self) -> object:
        return {"given": self.expected}

    @property
    def words(self) -> str:
        return "is given" if self.expected else "is not given"


Predicate: TypeAlias = OneOf | NoneOf | Range | HasAny | HasAll | HasNone | Given


def number_in_words(number: Number) -> str:
    """A number as people read it: 12,500 for 12500.0."""
    return f"{number:,.10g}" if abs(number) < 1e10 else f"{number:g}"
