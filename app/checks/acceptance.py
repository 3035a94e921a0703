"""Applies the acceptances of files to their warnings. An acceptance that accepts nothing is itself a warning."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.authoring.drafts import Drafts
from app.authoring.problem import Finding, Path, Problem, Spot
from app.authoring.problem_codes import Code, Level
from app.authoring.text_file import TextFile

_ACCEPT = "accept"
_DELETE = "delete this line, and `accept:` if nothing is left under it"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A warning that its file accepts. `line` is that of the acceptance."""

    problem: Problem
    reason: str
    line: int


@dataclass(frozen=True, slots=True)
class _Acceptance:
    """One entry under an `accept`; it covers the warnings at and inside `scope`."""

    path: str
    scope: Path
    code: str
    reason: str
    line: int
    unused: Problem

    def accepts(self, problem: Problem) -> bool:
        inside = problem.where[: len(self.scope)] == self.scope
        return self.code == problem.code and inside and self.path == problem.path


def apply_acceptances(problems: Iterable[Problem], drafts: Drafts) -> tuple[list[Problem], list[Accepted]]:
    """The problems that remain, and those that are accepted.

    While any error remains, unused acceptances are not reported: some checks could not run.
    """
    # The narrowest first: a file's acceptance is unused if every message has its own.
    acceptances = sorted(_acceptances(drafts), key=lambda each: -len(each.scope))
    codes = {each.code for each in acceptances}
    left: list[Problem] = []
    accepted: list[Accepted] = []
    used: set[_Acceptance] = set()
    for problem in problems:
        accepting = None
        if problem.code in codes and problem.level is Level.WARNING:
            accepting = next((each for each in acceptances if each.accepts(problem)), None)
        if accepting is None:
            left.append(problem)
        else:
            used.add(accepting)
            accepted.append(Accepted(problem, accepting.reason, accepting.line))
    if all(problem.level is not Level.ERROR for problem in left):
        left += [each.unused for each in acceptances if each not in used]
    return left, accepted


def _acceptances(drafts: Drafts) -> Iterator[_Acceptance]:
    for draft in drafts.every():
        scopes: dict[Path, dict[str, str]] = {(): getattr(draft.parts, _ACCEPT, {})}
        if isinstance(draft.parts, TextFile):
            scopes |= {("messages", name): message.accept for name, message in draft.parts.messages.items()}
        for scope, entries in scopes.items():
            for code, reason in entries.items():
                where = (*scope, _ACCEPT, code)
                if draft.certain(where):
                    around = f"the message `{scope[-1]}`" if scope else "this file"
                    finding = Finding(
                        Code.UNUSED_ACCEPTANCE, where, f"{around} has no warning `{code}`", _DELETE, Spot.KEY
                    )
                    unused = draft.document.locate(finding)
                    yield _Acceptance(draft.path, scope, code, reason, unused.line, unused)
