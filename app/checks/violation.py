"""What a check says of a text, before its place in a file is known."""

from typing import NamedTuple

from app.authoring.problem import Finding, Path, Spot
from app.authoring.problem_codes import Code
from app.authoring.suggestions import piece


class Violation(NamedTuple):
    """The message quotes first what is wrong, where not the whole text is; `hint` says what to write instead."""

    code: Code
    message: str
    hint: str | None = None

    def at(self, where: Path, spot: Spot = Spot.VALUE) -> Finding:
        return Finding(self.code, where, self.message, self.hint, spot, piece(self.message))
