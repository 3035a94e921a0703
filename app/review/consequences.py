"""Side effects of a change: examples that now get another warning, and problems that `check` newly reports."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.authoring.problem import Problem
from app.checks.checker import in_order
from app.domain.decision import RegionRules
from app.domain.region import GLOBAL
from app.review.changed_translations import to_compare
from app.review.problem_changes import problem_changes
from app.review.replay import count_as_begun
from app.review.rule_changes import RuleChange, context_of_example
from app.review.rule_sentences import describe_example
from app.review.snapshot import Snapshot
from app.service.rulebook import Rulebook

WITHOUT_FOLDER = ""  # no country has this code, so it gets what every region without a folder gets


@dataclass(frozen=True, slots=True)
class ShownChange:
    """An example withdrawal that gets another warning. `rules` are the rules that have it as an example.

    `until` is the day on which a rule that this change puts off begins; None for what holds once every rule has begun.
    """

    region: str
    given: str
    rules: tuple[str, ...]
    before: str | None
    after: str | None
    until: date | None = None

    @property
    def period(self) -> str:
        """To follow what it now gets: ` until 2026-12-07`; empty for what stays."""
        return f" until {self.until}" if self.until is not None else ""


@dataclass(frozen=True, slots=True)
class Consequences:
    """`came` are problems that `check` reports in the new files only; `went`, in the old files only.

    `shown` is None where either side cannot be loaded.
    """

    shown: tuple[ShownChange, ...] | None
    came: tuple[Problem, ...]
    went: tuple[Problem, ...]


def consequences(before: Snapshot, after: Snapshot, rules: Sequence[RuleChange], today: date) -> Consequences:
    """Changed rules that begin later count as begun; what users get until then comes too, if it is another warning."""
    shown = None
    if before.book is not None and after.book is not None:
        changed = frozenset(rule.after for rule in rules if rule.after is not None)
        shown = tuple(_Shown(before.book, after.book, changed, today).changes(before, after))
    problems = problem_changes(before.checked, after.checked)
    return Consequences(
        shown, in_order((*problems.came, *problems.revealed, *map(to_compare, problems.redone))), problems.went
    )


Examples = dict[tuple[str, str], tuple[dict[str, object], dict[str, None]]]


@dataclass(frozen=True, slots=True)
class _Sides:
    """The rules of one region: before, after with every rule begun, and after as they are today.

    `begins` are the days on which changed rules begin, by their ids.
    """

    before: RegionRules
    begun: RegionRules
    today: RegionRules
    begins: dict[str, date]


# The rules that are shown for a withdrawal: before, once every rule has begun, and until then.
_Answers = tuple[str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class _Shown:
    before: Rulebook
    after: Rulebook
    changed: frozenset[str]
    today: date

    def changes(self, before: Snapshot, after: Snapshot) -> Iterator[ShownChange]:
        """Global examples count for each region where another rule answers them than elsewhere."""
        examples, anywhere = _examples(before, after), self._sides(GLOBAL)
        elsewhere = {
            given: self._answers(anywhere, facts) for (of, given), (facts, _) in examples.items() if of == GLOBAL
        }
        for region in sorted({region for side in (before, after) for region in side.drafts.regions}):
            sides = self._sides(region)
            for (of, given), (facts, rules) in examples.items():
                if of in {region, GLOBAL}:
                    answers = self._answers(sides, facts)
                    if of == region or answers != elsewhere[given]:
                        was, becomes, meanwhile = answers
                        if was != becomes:
                            yield ShownChange(region, given, tuple(rules), was, becomes)
                        if meanwhile not in {was, becomes}:
                            until = sides.begins.get(becomes or "") or min(sides.begins.values())
                            yield ShownChange(region, given, tuple(rules), was, meanwhile, until)

    def _sides(self, region: str) -> _Sides:
        code = WITHOUT_FOLDER if region == GLOBAL else region.upper()
        after = self.after.jurisdiction(code).rules
        begun, waiting = count_as_begun(after, self.changed, self.today)
        begins = {rule.id: rule.active_from for rule in waiting if rule.active_from is not None}
        return _Sides(self.before.jurisdiction(code).rules, begun, after, begins)

    def _answers(self, sides: _Sides, facts: dict[str, object]) -> _Answers:
        was, becomes = (_first(rules, facts, self.today) for rules in (sides.before, sides.begun))
        return was, becomes, _first(sides.today, facts, self.today) if sides.begins else becomes


def _examples(before: Snapshot, after: Snapshot) -> Examples:
    """Every example withdrawal of both sides, once for each region, with the rules that have it."""
    found: Examples = {}
    for snapshot in (before, after):
        for rule_id, rule in sorted(snapshot.drafts.rules.items()):
            for example in rule.form.examples if rule.form is not None else ():
                key = rule.region, describe_example(example.given)
                found.setdefault(key, (example.given, {}))[1][rule_id] = None
    return found


def _first(rules: RegionRules, facts: dict[str, object], today: date) -> str | None:
    matches = rules.match(context_of_example(facts), today)
    return matches.first[0].id if matches.count else None
