"""Values that the conditions at hand cannot tell apart form one class; one value of a class stands for all of it.

A text that a condition names is a class of its own, and all other texts are one class. The number line is cut at every
number that a condition names: n cuts make 2n + 1 segments, each a class. Of a set only the named members count.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, inf
from typing import Self

from app.domain.fact import Number, Scalar, Value
from app.domain.predicate import Predicate

# Stands for every text that no condition names: longer than the 128 characters that a rule or a request may have.
UNMENTIONED = "\0" * 129

# A row that names more of one fact than this is compiled with pauses within: every predicate of its demands is asked
# about every constant, and a rule may have 1,000 of both.
MANY = 8

# Names one class of the values of one fact.
EquivalenceKey = str | bool | int | frozenset[str] | tuple[()] | None


def segment_of(value: Number, cuts: Sequence[Number]) -> int:
    """2i + 1 at `cuts[i]`, 2i below it and above the cut before. `cuts` rise."""
    return bisect_left(cuts, value) + bisect_right(cuts, value)


def number_in(segment: int, cuts: Sequence[Number]) -> Number | None:
    """A number of a segment, infinity beyond the outermost cuts. None where no request can give a number between two.

    Large integers need the second try: between 2**53 and 2**53 + 2 no float has room, but an integer does.
    """
    place, on_cut = divmod(segment, 2)
    if on_cut:
        return cuts[place]
    if place == 0:
        return -inf
    if place == len(cuts):
        return inf
    low, high = cuts[place - 1], cuts[place]
    middle: Number = low + (high - low) / 2
    following: Number = floor(low) + 1
    if low < middle < high:
        return middle
    return following if following < high else None


def named_texts(constants: Iterable[Scalar]) -> set[str]:
    return {constant for constant in constants if isinstance(constant, str)}


def named_numbers(constants: Iterable[Scalar]) -> set[Number]:
    return {constant for constant in constants if not isinstance(constant, str | bool)}


@dataclass(frozen=True, slots=True)
class Discriminator:
    """What tells the values of one fact apart."""

    fact: str
    texts: frozenset[str]
    cuts: list[Number]  # rising
    members: frozenset[str]  # of sets

    @classmethod
    def of(cls, fact: str, predicates: Iterable[Predicate]) -> Self:
        constants: list[Scalar] = []
        members: set[str] = set()
        for predicate in predicates:
            constants.extend(predicate.constants)
            if predicate.members is not None:
                members.update(predicate.members.barred, *predicate.members.required)
        return cls(fact, frozenset(named_texts(constants)), sorted(named_numbers(constants)), frozenset(members))

    def equivalence_key(self, value: Value | None) -> EquivalenceKey:
        """The same for two values of one class. It holds no text that only the request has.

        A text that is named is its own key, a segment's is below zero so that it never equals true or false, a set's
        holds its named members; the empty set has a key of its own.
        """
        kind = value.__class__
        if kind is str:
            return value if value in self.texts else UNMENTIONED
        if kind is float or kind is int:
            return ~segment_of(value, self.cuts)  # type: ignore[arg-type]  # its class was just read
        if kind is bool or value is None:
            return value  # type: ignore[return-value]  # its class was just read
        return self.members.intersection(value) if value else ()  # type: ignore[arg-type]  # what is no scalar is a set
