"""Which rules were added, removed, changed or moved, and which of their entries differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.authoring.drafts import RuleDraft
from app.authoring.rule_file import MATCH, NO_MATCH, Example, RuleFile
from app.domain.condition import Clause
from app.domain.fact import Context
from app.review import rule_sentences
from app.review.moved_rules import moved_rules
from app.review.snapshot import Snapshot


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One entry of a rule in words; None where the rule does not exist on that side."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ExampleChange:
    """One example of a rule: what it expects and what the rule gives, before and after.

    `expected_*` is None where that side lacks the example; `gives_*` where it has no readable rule.
    """

    given: str
    expected_before: str | None
    expected_after: str | None
    gives_before: str | None
    gives_after: str | None


@dataclass(frozen=True, slots=True)
class RuleChange:
    """`before` and `after` are the rule's ids, `path` is its file; of a removed rule, the file before.

    Conditions are lines; `unreadable` names unreadable sides.
    """

    what: ChangeKind
    before: str | None
    after: str | None
    fields: tuple[FieldChange, ...]
    conditions_before: tuple[str, ...] | None
    conditions_after: tuple[str, ...] | None
    examples: tuple[ExampleChange, ...]
    unreadable: tuple[str, ...]
    path: str

    @property
    def rule_id(self) -> str:
        """The rule's id after the change; of a removed rule, the one before."""
        return self.after or self.before or ""

    @property
    def conditions_changed(self) -> bool:
        return self.conditions_before != self.conditions_after

    @property
    def changes_more_than_rationale(self) -> bool:
        return any(field.name != "rationale" for field in self.fields)


def rule_changes(before: Snapshot, after: Snapshot) -> list[RuleChange]:
    """By rule id."""
    old, new = before.drafts.rules, after.drafts.rules
    moved = dict(moved_rules(old, new))
    changes = []
    for rule_id in sorted(old.keys() | new.keys()):
        came_from = next((old_id for old_id, new_id in moved.items() if new_id == rule_id), None)
        if rule_id in moved:
            continue
        if came_from is not None:
            changes.append(_change(ChangeKind.MOVED, before, came_from, after, rule_id))
        elif rule_id not in new:
            changes.append(_change(ChangeKind.REMOVED, before, rule_id, after, None))
        elif rule_id not in old:
            changes.append(_change(ChangeKind.ADDED, before, None, after, rule_id))
        elif _content(old[rule_id]) != _content(new[rule_id]):
            changes.append(_change(ChangeKind.CHANGED, before, rule_id, after, rule_id))
    return changes


def _content(rule: RuleDraft) -> object:
    """The content without layout and comments; of a file that is not YAML, its text."""
    return (
        rule.form.model_dump(exclude={"accept"}) if rule.form is not None else (rule.document.data, rule.document.text)
    )


def _change(what: ChangeKind, before: Snapshot, old: str | None, after: Snapshot, new: str | None) -> RuleChange:
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
        None if clauses[0] is None else tuple(rule_sentences.describe_conditions(clauses[0])),
        None if clauses[1] is None else tuple(rule_sentences.describe_conditions(clauses[1])),
        tuple(_examples(forms, clauses)),
        tuple(unreadable),
        (after.drafts.rules[new] if new else before.drafts.rules[old or ""]).path,
    )


def _fields(before: RuleFile | None, after: RuleFile | None) -> Iterator[FieldChange]:
    """The entries that differ; all entries of an added or removed rule."""
    old, new = _entries(before), _entries(after)
    for name in old or new:
        if old.get(name) != new.get(name):
            yield FieldChange(name, old.get(name), new.get(name))


def _entries(rule: RuleFile | None) -> dict[str, str]:
    if rule is None:
        return {}
    presentation = rule.full_presentation
    return {
        "typology": rule.typology,
        "severity": rule.severity,
        "priority": rule_sentences.format_yaml_value(rule.priority),
        "applies": rule_sentences.describe_period(rule),
        "switched on": rule_sentences.format_yaml_value(rule.enabled),
        "presentation": rule_sentences.describe_presentation(
            presentation.mode, presentation.min_display_seconds, presentation.acknowledge
        ),
        "message": rule.message,
        "rationale": rule.rationale,
    }


def _examples(
    forms: tuple[RuleFile | None, RuleFile | None], clauses: tuple[Clause | None, Clause | None]
) -> Iterator[ExampleChange]:
    """Examples added, removed, or whose expectation or result differs. Old examples try the new rule too."""
    old, new = (_by_given(form.examples if form else []) for form in forms)
    for given in dict.fromkeys((*old, *new)):
        before, after = old.get(given), new.get(given)
        facts = (after or before).given  # type: ignore[union-attr]  # one of them has it
        expected = before.expect if before else None, after.expect if after else None
        gives = _evaluate(clauses[0], facts), _evaluate(clauses[1], facts)
        if expected[0] != expected[1] or (gives[0] != gives[1] and None not in gives):
            yield ExampleChange(given, *expected, *gives)


def _by_given(examples: list[Example]) -> dict[str, Example]:
    return {rule_sentences.describe_example(example.given): example for example in examples}


def _evaluate(clause: Clause | None, facts: dict[str, object]) -> str | None:
    if clause is None:
        return None
    return MATCH if clause.holds(context_of_example(facts)) else NO_MATCH


def context_of_example(given: dict[str, object]) -> Context:
    return {fact: value for fact, value in given.items() if value is not None}  # type: ignore[misc]  # `check` says which are no values
