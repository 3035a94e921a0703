"""Which problems a change brings, and which were there before it."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

from app.authoring.problem import Problem
from app.authoring.problem_codes import Code, Level
from app.checks.checker import Checked, in_order
from app.checks.output.text_output import offending, source_line
from app.review.changed_translations import TextsOfChange
from app.review.moved_files import moved_files

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SHARED = ""  # the region of what all regions share, such as facts.yaml


@dataclass(frozen=True, slots=True)
class ProblemChanges:
    """`came` is what the change brings; `stayed` was there before, perhaps in other lines; `went` is gone.

    `revealed` are warnings that were not reported before, in a place where an error may have hidden them. `redone` are
    translations that are behind, where the change has new words for both texts, or for the one whose delay is accepted.
    """

    came: tuple[Problem, ...]
    revealed: tuple[Problem, ...]
    redone: tuple[Problem, ...]
    stayed: tuple[Problem, ...]
    went: tuple[Problem, ...]


def problem_changes(before: Checked, after: Checked) -> ProblemChanges:
    """Both sides name files from the same root, and are judged on the same day: then time brings nothing.

    Each earlier problem accounts for one of now, so a second one of the same kind is new.
    """
    old_path = {new: old for old, new in moved_files(before.texts, after.texts)}
    unpaired = _Unpaired(list(before.problems), list(after.problems), old_path)

    def same_line(old: Problem, new: Problem) -> bool:
        return source_line(before.texts, old) == source_line(after.texts, new)

    def no_worse(old: Problem, new: Problem) -> bool:
        return _says_no_more(old.message, new.message) or _value(after, new) == _value(before, old) is not None

    unpaired.pair(lambda path, each: (path, _kind(each), each.where, each.message), same_line)
    unpaired.pair(lambda path, each: (path, _kind(each), each.message), same_line)  # an entry above it came or went
    unpaired.pair(lambda path, each: (path, _kind(each), each.where), no_worse)
    hidden, files = _Hidden(before), TextsOfChange(before.texts, after.texts, old_path)
    new = set(unpaired.after)
    redone = set(filter(files.both_changed, new))
    waited = {each.problem for each in after.accepted if files.translated_anew(each.problem)}
    revealed = set(filter(hidden.perhaps, new - redone))
    return ProblemChanges(
        in_order(new - revealed - redone),
        in_order(revealed),
        in_order(redone | waited),
        in_order(set(after.problems) - new),
        in_order(unpaired.before),
    )


def _kind(problem: Problem) -> tuple[str, str | None]:
    """What else has to be equal in one and the same problem. Of a translation, the hint names its source as it is."""
    return problem.code, problem.hint if problem.code == Code.TRANSLATION_BEHIND.slug else None


class _Unpaired:
    """The problems of both sides that have no counterpart yet."""

    def __init__(self, before: list[Problem], after: list[Problem], old_path: Mapping[str, str]) -> None:
        self.before = before
        self.after = after
        self._old_path = old_path

    def pair(
        self,
        key: Callable[[str, Problem], Hashable],
        same: Callable[[Problem, Problem], bool],
    ) -> None:
        """Removes pairs with equal keys that are the same. A key is made from the path before and the problem."""
        waiting: defaultdict[Hashable, list[Problem]] = defaultdict(list)
        for old in self.before:
            waiting[key(old.path, old)].append(old)
        left = []
        for new in self.after:
            candidates = waiting[key(self._old_path.get(new.path, new.path), new)]
            partner = next((old for old in candidates if same(old, new)), None)
            if partner is None:
                left.append(new)
            else:
                candidates.remove(partner)
        self.before = [old for candidates in waiting.values() for old in candidates]
        self.after = left


def _value(checked: Checked, problem: Problem) -> str | None:
    """The value that is marked. Where both sides have the same, the message differs because of something elsewhere.

    None where a key is marked, since what is wrong stands below it.
    """
    marked = offending(checked.texts, problem)
    return None if (marked,) == problem.where[-1:] else marked


def _says_no_more(old: str, new: str) -> bool:
    """Whether a message says nothing that the old one did not, and no higher number: `lacks a` after `lacks a and b`.

    A day is a word: another day is something else.
    """
    (old_words, old_numbers), (new_words, new_numbers) = _parts(old), _parts(new)
    if Counter(new_words) - Counter(old_words):
        return False
    if len(old_numbers) == len(new_numbers):
        return all(now <= then for then, now in zip(old_numbers, new_numbers, strict=True))
    return not Counter(new_numbers) - Counter(old_numbers)


def _parts(message: str) -> tuple[list[str], list[float]]:
    words = [word.strip(",;:") for word in message.split()]
    numbers = [word for word in words if _NUMBER.fullmatch(word)]
    return [word for word in words if word not in numbers], [float(number) for number in numbers]


class _Hidden:
    """What an error of before may have hidden: a file that cannot be read has no other problem."""

    def __init__(self, before: Checked) -> None:
        self._regions = {_region(each.path) for each in _errors(before.problems) if each.path in before.texts}

    def perhaps(self, problem: Problem) -> bool:
        if problem.level is Level.ERROR or not self._regions:
            return False
        everywhere = _SHARED in self._regions or problem.code == Code.UNUSED_ACCEPTANCE.slug
        return everywhere or _region(problem.path) in self._regions


def _errors(problems: Iterable[Problem]) -> Iterable[Problem]:
    return (each for each in problems if each.level is Level.ERROR)


def _region(path: str) -> str:
    """The folder of a region's file; empty for a file that all regions share."""
    return path.split("/")[-2] if path.count("/") >= 2 else _SHARED
