"""Marks which problems were there before a change, so that only its own count."""

from dataclasses import replace
from datetime import date

from app.authoring.problem import Problem
from app.checks.checker import Checked, check_sources
from app.checks.output.relocation import seen_from
from app.commands.rule_folders import Folders
from app.review.changed_translations import to_compare
from app.review.problem_changes import problem_changes
from app.review.snapshot import placed, sources_of_commit


def since(base: str, folders: Folders, found: Checked, day: date) -> Checked:
    """The same with its `earlier` problems: those that the files had, on this day, where HEAD left `base`.

    Translations whose words the change renews too are `redone`. Raises GitError.
    """
    repository, places = placed(folders.rules, folders.locales)
    left = repository.merge_base(repository.commit(base), repository.commit("HEAD"), base)
    before = check_sources(sources_of_commit(repository, left, places), day)
    seen = seen_from(repository.root, found)
    changes = problem_changes(before, seen)
    pairs = list(zip(_all(found), _all(seen), strict=True))
    redone = {here: to_compare(here) for here, there in pairs if there in changes.redone}
    new = {here for here, there in pairs if there in changes.came} | redone.keys()
    return replace(
        found,
        problems=tuple(redone.get(each, each) for each in found.problems),
        earlier=frozenset(found.problems) - new,
        redone=frozenset(redone.values()),
    )


def _all(checked: Checked) -> tuple[Problem, ...]:
    return *checked.problems, *(each.problem for each in checked.accepted)
