"""Side effects of a change: examples that now get another warning, and problems that `check` newly reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.authoring.problem import Problem
from app.checks.checker import in_order
from app.checks.problem_changes import problem_changes
from app.domain.region import GLOBAL
from app.review.rule_changes import context_of_example
from app.review.rule_sentences import describe_example
from app.review.snapshot import Snapshot
from app.service.rulebook import Rulebook

_WITHOUT_FOLDER = ""  # no country has this code, so it gets what every region without a folder gets


@dataclass(frozen=True, slots=True)
class ShownChange:
    """An example withdrawal that gets another warning. `rules` are the rules that have it as an example."""

    region: str
    given: str
    rules: tuple[str, ...]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Consequences:
    """`came` are problems that `check` reports in the new files only; `went`, in the old files only.

    `shown` is None where either side cannot be loaded.
    """

    shown: tuple[ShownChange, ...] | None
    came: tuple[Problem, ...]
    went: tuple[Problem, ...]


def consequences(before: Snapshot, after: Snapshot, today: date) -> Consequences:
    shown = None
    if before.book is not None and after.book is not None:
        shown = tuple(_shown(before, before.book, after, after.book, today))
    problems = problem_changes(before.checked, after.checked)
    return Consequences(shown, in_order((*problems.came, *problems.revealed)), problems.went)


def _shown(before: Snapshot, old: Rulebook, after: Snapshot, new: Rulebook, today: date) -> Iterator[ShownChange]:
    for (region, given), (facts, rules) in _examples(before, after).items():
        shown = (_first(book, region, facts, today) for book in (old, new))
        was, becomes = shown
        if was != becomes:
            yield ShownChange(region, given, tuple(rules), was, becomes)


Examples = dict[tuple[str, str], tuple[dict[str, object], dict[str, None]]]


def _examples(before: Snapshot, after: Snapshot) -> Examples:
    """Every example withdrawal of both sides, once for each region, with the rules that have it."""
    found: Examples = {}
    for snapshot in (before, after):
        for rule_id, rule in sorted(snapshot.drafts.rules.items()):
            for example in rule.form.examples if rule.form is not None else ():
                key = rule.region, describe_example(example.given)
                found.setdefault(key, (example.given, {}))[1][rule_id] = None
    return found


def _first(book: Rulebook, region: str, facts: dict[str, object], today: date) -> str | None:
    """The rule that is shown for a withdrawal in the region on a day."""
    place = book.jurisdiction(_WITHOUT_FOLDER if region == GLOBAL else region.upper())
    matches = place.rules.match(context_of_example(facts), today)
    return matches.first[0].id if matches.count else None
