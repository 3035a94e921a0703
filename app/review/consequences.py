"""What else a change does: which examples of a region now get another warning, and what `check` says differently."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.authoring.problem import Problem
from app.domain.region import GLOBAL
from app.review.rule_changes import context_of_example
from app.review.rule_sentences import given_in_words
from app.review.snapshot import Snapshot
from app.service.rulebook import Rulebook

NOWHERE = ""  # no country has this code: what every region without a folder gets


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A withdrawal of the examples that gets another warning. `rules` are those whose example it is."""

    region: str
    given: str
    rules: tuple[str, ...]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Consequences:
    """`came` and `went` are what `check` says of the new files and of the old ones only.

    `shown` is None where either side cannot be loaded.
    """

    shown: tuple[ShownChange, ...] | None
    came: tuple[Problem, ...]
    went: tuple[Problem, ...]


def consequences(before: Snapshot, after: Snapshot, today: date) -> Consequences:
    shown = None
    if before.book is not None and after.book is not None:
        shown = tuple(_shown(before, before.book, after, after.book, today))
    old = {_named(problem): problem for problem in before.checked.problems}
    new = {_named(problem): problem for problem in after.checked.problems}
    return Consequences(
        shown,
        tuple(problem for name, problem in new.items() if name not in old),
        tuple(problem for name, problem in old.items() if name not in new),
    )


def _named(problem: Problem) -> tuple[str, str, str]:
    """The same problem, wherever in the file it moved."""
    return problem.path, problem.code, problem.message


def _shown(before: Snapshot, old: Rulebook, after: Snapshot, new: Rulebook, today: date) -> Iterator[ShownChange]:
    for (region, given), (facts, rules) in _examples(before, after).items():
        shown = (_first(book, region, facts, today) for book in (old, new))
        was, becomes = shown
        if was != becomes:
            yield ShownChange(region, given, tuple(rules), was, becomes)


Examples = dict[tuple[str, str], tuple[dict[str, object], dict[str, None]]]


def _examples(before: Snapshot, after: Snapshot) -> Examples:
    """Every withdrawal that is an example in either, once a region, with the rules whose it is."""
    found: Examples = {}
    for snapshot in (before, after):
        for rule_id, rule in sorted(snapshot.drafts.rules.items()):
            for example in rule.form.examples if rule.form is not None else ():
                key = rule.region, given_in_words(example.given)
                found.setdefault(key, (example.given, {}))[1][rule_id] = None
    return found


def _first(book: Rulebook, region: str, facts: dict[str, object], today: date) -> str | None:
    """The rule that a withdrawal of the region is shown on a day."""
    place = book.place(NOWHERE if region == GLOBAL else region.upper())
    matches = place.rules.match(context_of_example(facts), today)
    return matches.first[0].id if matches.count else None
