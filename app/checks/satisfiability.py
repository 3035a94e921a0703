"""Decides exactly whether formulas can hold together, or gives up once the allowed effort is spent.

A withdrawal is a choice of one class of values in each column (see `formulas`). A room is the set of classes that are
still open, a mask for each column.
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
Room = list[int]


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


def possible(demands: Iterable[Formula], room: Sequence[int], effort: Effort) -> bool:
    """Whether some choice in the room meets all demands. Raises TooHard."""
    left_over = narrowed(demands, room, effort)
    if left_over is None:
        return False
    left, still = left_over
    if not still:
        return True
    first = min(still, key=lambda each: len(each.parts))
    others = [each for each in still if each is not first]
    return any(possible([part, *others], left, effort) for part in first.parts)


def met(formula: Formula, room: Sequence[int], effort: Effort) -> bool | None:
    """True if the formula holds everywhere in the room, False if nowhere; None if neither is known."""
    if isinstance(formula, Choice):
        here = room[formula.column]
        if not here & formula.classes:
            return False
        return None if here & ~formula.classes else True
    decisive = isinstance(formula, Some)
    unknown = False
    effort.left -= len(formula.parts)
    for part in formula.parts:
        answer = met(part, room, effort)
        if answer is decisive:
            return decisive
        unknown = unknown or answer is None
    return None if unknown else not decisive


def narrowed(demands: Iterable[Formula], room: Sequence[int], effort: Effort) -> tuple[Room, list[Some]] | None:
    """The room that is left once demands without alternatives are met, and the open alternatives.

    None if no room is left. Raises TooHard.
    """
    left = list(room)
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


def _assert(demands: Iterable[Formula], room: Room, effort: Effort) -> list[Some] | None:
    """Narrows `room` in place and returns the alternatives among the demands; None if a column has no class left."""
    alternatives: list[Some] = []
    stack = list(demands)
    while stack:
        effort.spend(1)
        demand = stack.pop()
        if isinstance(demand, Choice):
            room[demand.column] &= demand.classes
            if not room[demand.column]:
                return None
        elif isinstance(demand, Every):
            stack.extend(demand.parts)
        else:
            alternatives.append(demand)
    return alternatives


def _open_parts(alternatives: Some, room: Room, effort: Effort) -> tuple[Formula, ...] | None:
    """The alternatives that the room does not rule out; None if one of them already holds everywhere in it."""
    parts = []
    for part in alternatives.parts:
        answer = met(part, room, effort)
        if answer:
            return None
        if answer is None:
            parts.append(part)
    return tuple(parts)
