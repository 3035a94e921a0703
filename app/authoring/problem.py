"""What is wrong in a file, and where."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.authoring.problem_codes import Code, Level

# A place in a document: keys and list positions, from the outside in.
Path = tuple[str | int, ...]

# Line and column, both from 1.
Place = tuple[int, int]
START: Place = (1, 1)


class Spot(StrEnum):
    """Which end of an entry is meant."""

    VALUE = "value"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault in a document, before its line is known.

    `piece` is the wrong part of a text, where the rest of it is right.
    """

    code: Code
    where: Path
    message: str
    hint: str | None = None
    spot: Spot = Spot.VALUE
    piece: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A fault as people see it. `line` and `column` count from 1; `hint` says what to write instead.

    `where` is its path in the document, empty where it is about the whole document. `end` is the place after its last
    character, where that is known. Problems sort by path, line, column.
    """

    path: str
    line: int
    column: int
    code: str
    level: Level
    message: str
    hint: str | None = None
    where: Path = field(default=(), compare=False)
    end: Place | None = field(default=None, compare=False)

    @classmethod
    def at(cls, path: str, place: Place, code: Code, message: str, hint: str | None = None) -> "Problem":
        return cls(path, *place, code.slug, code.level, message, hint)
