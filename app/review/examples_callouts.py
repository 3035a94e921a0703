"""Callouts of examples: withdrawals that a rule had to match, and that it need not match any more."""

from collections.abc import Iterator

from app.authoring.rule_file import MATCH
from app.review.callout_groups import Finding, gathered
from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.rule_changes import ChangeKind, ExampleChange


def examples_callouts(found: Difference) -> Iterator[Callout]:
    """Also those that the rule still matches, unless others took their place: the next change could narrow the rule."""
    yield from gathered(CalloutKind.EXAMPLES, _findings(found), "example")


def _findings(found: Difference) -> Iterator[Finding]:
    for rule in found.rules:
        new = (each.given for each in rule.examples if each.expected_before is None and each.expected_after == MATCH)
        for example in () if rule.what is ChangeKind.REMOVED or rule.unreadable else rule.examples:
            if example.expected_before == MATCH and example.expected_after != MATCH:
                what, becomes = _became(example, new)
                if becomes is None or example.gives_after != MATCH:
                    yield Finding(what, rule.rule_id.partition("/")[0], rule.rule_id, example.given, becomes, rule.path)


def _became(example: ExampleChange, new: Iterator[str]) -> tuple[str, str | None]:
    """What happened to an example, and the new one that stands in its place, if any."""
    if example.expected_after is not None:
        return "an example is turned round", None
    other = next(new, None)
    return ("an example is removed", None) if other is None else ("an example is changed", other)
