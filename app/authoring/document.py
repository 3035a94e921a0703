"""A source file as plain data, with the line and column of every key and value."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from app.authoring.extent import extents
from app.authoring.problem import START, Finding, Path, Place, Problem, Spot

LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Document:
    """`data` is None where the file is not YAML; `problems` then says why."""

    path: str
    text: str
    data: object
    problems: tuple[Problem, ...]
    values: dict[Path, Place] = field(repr=False)
    keys: dict[Path, Place] = field(repr=False)

    def place(self, where: Path, spot: Spot = Spot.VALUE) -> Place:
        """Line and column, from 1, of the value or key at a path, or else of the nearest value around it."""
        if spot is Spot.KEY and where in self.keys:
            return self.keys[where]
        while where and where not in self.values:
            where = where[:-1]
        return self.values.get(where, START)

    def locate(self, finding: Finding) -> Problem:
        place, end = self.place(finding.where, finding.spot), self._end(finding.where, finding.spot)
        if finding.piece is not None and end is not None:
            place, end = self._piece(finding.piece, place, end)
        problem = Problem.at(self.path, place, finding.code, finding.message, finding.hint)
        return replace(problem, where=finding.where, end=end)

    def _piece(self, piece: str, first: Place, last: Place) -> tuple[Place, Place]:
        """Where a piece stands between two places; both of them if it is not found: it may be written as an escape."""
        lines = LINE_END.split(self.text)
        for number in range(first[0], last[0] + 1):
            begin = first[1] - 1 if number == first[0] else 0
            finish = last[1] - 1 if number == last[0] else len(lines[number - 1])
            if match := re.compile(re.escape(piece), re.IGNORECASE).search(lines[number - 1], begin, finish):
                return (number, match.start() + 1), (number, match.end() + 1)
        return first, last

    def _end(self, where: Path, spot: Spot) -> Place | None:
        """The end of the key or value at a path, or of the single value that an author wrote in place of a list."""
        if spot is Spot.KEY and where in self.keys:
            return extents(self.text).scalars.get(self.keys[where])
        if where not in self.values:
            around = where[:-1]
            alone = around in self.values and not isinstance(self._at(around), dict | list)
            return self._end(around, Spot.VALUE) if alone else None
        known = extents(self.text)
        ends = known.collections if isinstance(self._at(where), dict | list) else known.scalars
        return ends.get(self.values[where])

    def _at(self, where: Path) -> object:
        """The value at a path; None where a second entry of the same name has replaced it."""
        here: Any = self.data
        for part in where:
            try:
                here = here[part]
            except (KeyError, IndexError, TypeError):
                return None
        return here
