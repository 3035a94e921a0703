"""Callouts of rules: removed, renamed, switched off, or made weaker."""

from collections.abc import Iterator

from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.rule_changes import ChangeKind, RuleChange
from app.review.weakening import weakenings


def rule_callouts(found: Difference) -> Iterator[Callout]:
    for rule in found.rules:
        for what in _gone(rule):
            yield Callout(CalloutKind.OFF, what, path=rule.path)
    for rule in found.rules:
        old, new = found.before.form(rule.before or ""), found.after.form(rule.after or "")
        if old is not None and new is not None:
            for what, was, becomes in weakenings(old, new, found.today):
                yield Callout(CalloutKind.OFF, f"{rule.rule_id} {what}", was, becomes, rule.path)


def _gone(rule: RuleChange) -> Iterator[str]:
    if rule.what is ChangeKind.REMOVED:
        yield f"{rule.before} is removed"
    if rule.what is ChangeKind.MOVED:
        yield f"{rule.before} is renamed to {rule.after}: figures under the old name end here"
    for field in rule.fields:
        if field.name == "switched on" and rule.after and field.after == "no":
            yield f"{rule.rule_id} is switched off (enabled: false)"
