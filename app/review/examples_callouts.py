"""Callouts of examples: withdrawals that a rule had to match, and that it no longer matches by design."""

from collections.abc import Iterator

from app.authoring.rule_file import MATCH
from app.review.callout_groups import Finding, gathered
from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.rule_changes import ChangeKind


def examples_callouts(found: Difference) -> Iterator[Callout]:
    """Not those that the rule still matches: their removal takes a warning from nobody."""
    yield from gathered(CalloutKind.EXAMPLES, _findings(found), "example")


def _findings(found: Difference) -> Iterator[Finding]:
    for rule in found.rules:
        for example in rule.examples if rule.what is not ChangeKind.REMOVED else ():
            if example.expected_before == MATCH and MATCH not in (example.gives_after, example.expected_after):
                what = "an example is removed" if example.expected_after is None else "an example is turned round"
                yield Finding(what, rule.rule_id.partition("/")[0], rule.rule_id, example.given, None, rule.path)
