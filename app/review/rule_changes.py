"""Which rules came, went, changed or moved, and in what."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from app.authoring.drafts import RuleDraft
from app.authoring.rule_file import MATCH, NO_MATCH, Example, RuleFile
from app.bundle.record import presentation_of
from app.domain.condition import Clause
from app.domain.fact import Context
from app.domain.rule import Severity
from app.review.rule_sentences import conditions_in_words, given_in_words, period_in_words, presentation_in_words, shown
from app.review.snapshot import Snapshot

# How alike a rule that went and one that came must be to be one that moved. 0.6 is what git takes for files.
_ALIKE = 0.6
# Comparing one pair line by line takes 0.1 ms; of more pairs only those that are the same are found.
_PAIRS = 2_500


class What(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Field:
    """One entry of a rule in words. None is a rule that is not there."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ExampleChange:
    """One withdrawal of a rule's examples, and what the rule does with it before and after.

    `expected` is None where the example is not there; `gives` where there is no rule that could be asked.
    """

    given: str
    expected_before: str | None
    expected_after: str | None
    gives_before: str | None
    gives_after: str | None


@dataclass(frozen=True, slots=True)
class RuleChange:
    """`before` and `after` are the rule's ids. Conditions are lines; unreadable says which side cannot be read."""

    what: What
    before: str | None
    after: str | None
    fields: tuple[Field, ...]
    conditions_before: tuple[str, ...] | None
    conditions_after: tuple[str, ...] | None
    examples: tuple[ExampleChange, ...]
    unreadable: tuple[str, ...]

    @property
    def rule_id(self) -> str:
        """The rule's name from now on."""
        return self.after or self.before or ""

    @property
    def conditions_changed(self) -> bool:
        return self.conditions_before != self.conditions_after


def rule_changes(before: Snapshot, after: Snapshot) -> list[RuleChange]:
    """By rule id."""
    old, new = before.drafts.rules, after.drafts.rules
    moved = dict(_moves(before, after))
    changes = []
    for rule_id in sorted(old.keys() | new.keys()):
        came_from = next((gone for gone, came in moved.items() if came == rule_id), None)
        if rule_id in moved:
            continue
        if came_from is not None:
            changes.append(_change(What.MOVED, before, came_from, after, rule_id))
        elif rule_id not in new:
            changes.append(_change(What.REMOVED, before, rule_id, after, None))
        elif rule_id not in old:
            changes.append(_change(What.ADDED, before, None, after, rule_id))
        elif _written(old[rule_id]) != _written(new[rule_id]):
            changes.append(_change(What.CHANGED, before, rule_id, after, rule_id))
    return changes


def _written(rule: RuleDraft) -> object:
    """What the file says, without layout and comments; a file that is no YAML is its text."""
    return (
        rule.form.model_dump(exclude={"accept"}) if rule.form is not None else (rule.document.data, rule.document.text)
    )


def _moves(before: Snapshot, after: Snapshot) -> Iterator[tuple[str, str]]:
    """Rules that went, and the new one that is most like each."""
    gone = sorted(before.drafts.rules.keys() - after.drafts.rules.keys())
    came = sorted(after.drafts.rules.keys() - before.drafts.rules.keys())
    like = _likeness if len(gone) * len(came) <= _PAIRS else _sameness
    alike = [
        (likeness, old, new)
        for old in gone
        for new in came
        if (likeness := like(before.drafts.rules[old], after.drafts.rules[new])) >= _ALIKE
    ]
    for _, old, new in sorted(alike, reverse=True):
        if old in gone and new in came:
            gone.remove(old)
            came.remove(new)
            yield old, new


def _sameness(old: RuleDraft, new: RuleDraft) -> float:
    return float(old.document.text == new.document.text)


def _likeness(old: RuleDraft, new: RuleDraft) -> float:
    return SequenceMatcher(None, old.document.text.splitlines(), new.document.text.splitlines()).ratio()


def _change(what: What, before: Snapshot, old: str | None, after: Snapshot, new: str | None) -> RuleChange:
    forms = before.form(old) if old else None, after.form(new) if new else None
    clauses = before.clause(old) if old else None, after.clause(new) if new else None
    unreadable = [
        side
        for side, rule_id, form in (("before", old, forms[0]), ("after", new, forms[1]))
        if rule_id is not None and form is None
    ]
    return RuleChange(
        what,
        old,
        new,
        tuple(_fields(*forms)),
        None if clauses[0] is None else tuple(conditions_in_words(clauses[0])),
        None if clauses[1] is None else tuple(conditions_in_words(clauses[1])),
        tuple(_examples(forms, clauses)),
        tuple(unreadable),
    )


def _fields(before: RuleFile | None, after: RuleFile | None) -> Iterator[Field]:
    """The entries that differ; of a rule that came or went, all."""
    old, new = _named(before), _named(after)
    for name in old or new:
        if old.get(name) != new.get(name):
            yield Field(name, old.get(name), new.get(name))


def _named(rule: RuleFile | None) -> dict[str, str]:
    if rule is None:
        return {}
    presentation = presentation_of(Severity[rule.severity.upper()], rule.presentation)
    return {
        "typology": rule.typology,
        "severity": rule.severity,
        "priority": shown(rule.priority),
        "applies": period_in_words(rule),
        "switched on": shown(rule.enabled),
        "presentation": presentation_in_words(
            presentation.mode, presentation.min_display_seconds, presentation.acknowledge
        ),
        "message": rule.message,
        "rationale": rule.rationale,
    }


def _examples(
    forms: tuple[RuleFile | None, RuleFile | None], clauses: tuple[Clause | None, Clause | None]
) -> Iterator[ExampleChange]:
    """Those that came or went, expect something else, or get something else: the old ones try the new rule too."""
    old, new = (_by_given(form.examples if form else []) for form in forms)
    for given in dict.fromkeys((*old, *new)):
        before, after = old.get(given), new.get(given)
        facts = (after or before).given  # type: ignore[union-attr]  # one of them has it
        expected = before.expect if before else None, after.expect if after else None
        gives = _gives(clauses[0], facts), _gives(clauses[1], facts)
        if expected[0] != expected[1] or (gives[0] != gives[1] and None not in gives):
            yield ExampleChange(given, *expected, *gives)


def _by_given(examples: list[Example]) -> dict[str, Example]:
    return {given_in_words(example.given): example for example in examples}


def _gives(clause: Clause | None, facts: dict[str, object]) -> str | None:
    if clause is None:
        return None
    return MATCH if clause.holds(context_of_example(facts)) else NO_MATCH


def context_of_example(given: dict[str, object]) -> Context:
    return {fact: value for fact, value in given.items() if value is not None}  # type: ignore[misc]  # `check` says which are no values
