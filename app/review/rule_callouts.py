"""Callouts of rules: removed, renamed, switched off, or made weaker, also by what they ask."""

from collections.abc import Iterator

from app.authoring.rule_file import RuleFile
from app.checks.satisfiability import TooHard
from app.review.callout_groups import listed
from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.narrowing import in_words, lost_withdrawal
from app.review.rule_changes import ChangeKind, RuleChange
from app.review.weakening import begins, is_shown_on, weakenings


def rule_callouts(found: Difference) -> Iterator[Callout]:
    for rule in found.rules:
        for what in _gone(rule):
            yield Callout(CalloutKind.OFF, what, path=rule.path)
        yield from _narrowed(found, rule)
    for rule in found.rules:
        old, new = found.before.form(rule.before or ""), found.after.form(rule.after or "")
        if old is not None and new is not None:
            for what, was, becomes in weakenings(old, new, found.today):
                yield Callout(CalloutKind.OFF, f"{rule.rule_id} {what}", was, becomes, rule.path)
            yield from _put_off(found, rule, old, new)


def _put_off(found: Difference, rule: RuleChange, old: RuleFile, new: RuleFile) -> Iterator[Callout]:
    """What users get until a rule begins that is shown today."""
    if not is_shown_on(old, found.today) or begins(new, found.today) == found.today:
        return
    shown = found.consequences.shown or ()
    instead = dict.fromkeys(
        change.after or "no warning" for change in shown if change.until is not None and change.before == rule.before
    )
    such = f"; such a withdrawal gets {listed(instead)} instead" if instead else ""
    what = f"{rule.rule_id}: until {new.active.since} nobody gets this warning{such}"
    yield Callout(CalloutKind.OFF, what, path=rule.path)


def _narrowed(found: Difference, rule: RuleChange) -> Iterator[Callout]:
    before, after = found.before.clause(rule.before or ""), found.after.clause(rule.after or "")
    if before is None or after is None:
        return
    try:
        lost = lost_withdrawal(before, after)
    except TooHard:
        what = f"{rule.rule_id} has conditions that are too intricate to say whether it asks for more than before"
    else:
        if lost is None:
            return
        what = f"{rule.rule_id} asks for more than before: it no longer matches, for example, {in_words(lost)}"
    yield Callout(CalloutKind.OFF, what, path=rule.path)


def _gone(rule: RuleChange) -> Iterator[str]:
    if rule.what is ChangeKind.REMOVED:
        yield f"{rule.before} is removed"
    if rule.what is ChangeKind.MOVED:
        yield f"{rule.before} is renamed to {rule.after}: figures under the old name end here"
    for field in rule.fields:
        if field.name == "switched on" and rule.after and field.after == "no":
            yield f"{rule.rule_id} is switched off (enabled: false)"
