"""Rewrites the paths of problems relative to the repository, as annotations on a pull request need them."""

import os.path
from dataclasses import replace
from pathlib import Path

from app.authoring.problem import Problem
from app.checks.checker import Checked


def seen_from(root: Path, checked: Checked) -> Checked:
    """Paths below `root` relative to it, all others as they are."""
    return replace(
        checked,
        problems=tuple(_moved(problem, root) for problem in checked.problems),
        accepted=tuple(replace(each, problem=_moved(each.problem, root)) for each in checked.accepted),
        earlier=checked.earlier and frozenset(_moved(problem, root) for problem in checked.earlier),
        redone=frozenset(_moved(problem, root) for problem in checked.redone),
        texts={_relative(path, root): text for path, text in checked.texts.items()},
    )


def _moved(problem: Problem, root: Path) -> Problem:
    return replace(problem, path=_relative(problem.path, root))


def _relative(path: str, root: Path) -> str:
    """Links to folders are resolved, as git does; a file that is a link keeps its own name."""
    whole = Path(os.path.realpath(Path(path).parent)) / Path(path).name
    base = os.path.realpath(root)
    return whole.relative_to(base).as_posix() if whole.is_relative_to(base) else path
