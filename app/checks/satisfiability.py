"""Decides exactly whether formulas can hold together, or gives up once the allowed effort is spent.

A withdrawal is a choice of one class of values in each column (see `formulas`). The domains are the classes that are
still open: by column, a mask.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """Holds where the class in this column is one of `classes`, a mask."""

    column: int
    classes: int


@dataclass(frozen=True, slots=True)
class Every:
    parts: tuple["Formula", ...]


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple["Formula", ...]


Formula = Choice | Every | Some
Domains = list[int]


class TooHard(Exception):
    """The effort is spent, so the answer is unknown."""


@dataclass(slots=True)
class Effort:
    """The number of steps left. A step takes about a quarter of a microsecond."""

    left: int

    def spend(self, steps: int) -> None:
        """Raises TooHard."""
        self.left -= steps
        if self.left < 0:
            raise TooHard


def satisfiable(demands: Iterable[Formula], domains: Sequence[int], effort: Effort) -> bool:
    """Whether some choice within the domains meets all demands. Raises TooHard."""
    return solution(demands, domains, effort) is not None


def solution(demands: Iterable[Formula], domains: Sequence[int], effort: Effort) -> Domains | None:
    """Narrower domains in which every choice meets all demands; None if no choice does. Raises TooHard."""
    left_over = propagate(demands, domains, effort)
    if left_over is None:
        return None
    left, still = left_over
    if not still:
        return left
    first = min(still, key=lambda each: len(each.parts))
    others = [each for each in still if each is not first]
    solutions = (solution([part, *others], left, effort) for part in first.parts)
    return next((found for found in solutions if found is not None), None)


def evaluate(formula: Formula, domains: Sequence[int], effort: Effort) -> bool | None:
    """True if the formula holds for every choice within the domains, False if for none; None if neither is known."""
    if isinstance(formula, Choice):
        here = domains[formula.column]
        if not here & formula.classes:
            return False
        return None if here & ~formula.classes else True
    decisive = isinstance(formula, Some)
    unknown = False
    effort.left -= len(formula.parts)
    for part in formula.parts:
        answer = evaluate(part, domains, effort)
        if answer is decisive:
            return decisive
        unknown = unknown or answer is None
    return None if unknown else not decisive


def propagate(demands: Iterable[Formula], domains: Sequence[int], effort: Effort) -> tuple[Domains, list[Some]] | None:
    """The domains once demands without alternatives are met, and the alternatives still open.

    None if a domain becomes empty. Raises TooHard.
    """
    left = list(domains)
    certain = list(demands)
    still: list[Some] = []
    while certain:
        alternatives = _assert(certain, left, effort)
        if alternatives is None:
            return None
        certain, still = [], [*still, *alternatives]
        waiting: list[Some] = []
        for each in still:
            parts = _open_parts(each, left, effort)
            if parts is None:
                continue
            if len(parts) > 1:
                waiting.append(each if len(parts) == len(each.parts) else Some(parts))
            elif parts:
                certain.append(parts[0])
            else:
                return None
        still = waiting
    return left, still


def _assert(demands: Iterable[Formula], domains: Domains, effort: Effort) -> list[Some] | None:
    """Narrows `domains` in place and returns the alternatives among the demands; None if a domain is empty."""
    alternatives: list[Some] = []
    stack = list(demands)
    while stack:
        effort.spend(1)
        demand = stack.pop()
        if isinstance(demand, Choice):
            domains[demand.column] &= demand.classes
            if not domains[demand.column]:
                return None
        elif isinstance(demand, Every):
            stack.extend(demand.parts)
        else:
            alternatives.append(demand)
    return alternatives


def _open_parts(alternatives: Some, domains: Domains, effort: Effort) -> tuple[Formula, ...] | None:
    """The alternatives that the domains do not rule out; None if one of them holds already."""
    parts = []
    for part in alternatives.parts:
        answer = evaluate(part, domains, effort)
        if answer:
            return None
        if answer is None:
            parts.append(part)
    return tuple(parts)
