"""The alerts that a change alters, in every language and variant, encoded by the code that serves them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.authoring.rule_file import MATCH, RuleFile
from app.domain.fact import Context
from app.domain.message import FIRST_VARIANT
from app.domain.rule import Rule
from app.preview import alert_cards
from app.review.rule_changes import context_of_example
from app.review.snapshot import Snapshot
from app.review.text_meaning import unspaced
from app.service.rulebook import Rulebook
from app.service.withdrawal_facts import Request

Alert = Mapping[str, Any]

# The message itself, where it has variants and where it has none.
_FIRST = frozenset({FIRST_VARIANT, None})


@dataclass(frozen=True, slots=True)
class ChangedAlert:
    """One alert, filled in from the rule's own example. `new` means that this language and variant had none before.

    `inherits`: its rule and its text did not change, only a contact or a label that it takes from its region.
    """

    rule_id: str
    language: str
    variant: str | None
    new: bool
    alert: Alert
    inherits: bool = False


def changed_alerts(before: Snapshot, after: Snapshot) -> list[ChangedAlert]:
    """By rule, languages in the region's order; not those in which only white space changed.

    Empty where either side cannot be loaded.
    """
    old, new = before.book, after.book
    if old is None or new is None:
        return []
    return [card for rule_id in new.ids for card in _of_rule(new.rule(rule_id), old, after, new)]


def _of_rule(rule: Rule, old: Rulebook, after: Snapshot, new: Rulebook) -> Iterator[ChangedAlert]:
    request = alert_cards.sample_request(new, rule, first_match(after.form(rule.id), rule))
    for language in new.owner(rule).region.languages:
        for variant in alert_cards.variants(new, rule, language):
            alert = alert_cards.alert_of(new, rule, language, variant, request)
            earlier = _earlier(old, rule.id, language, variant, request)
            if _shown(alert) != _shown(earlier):
                yield ChangedAlert(rule.id, language, variant, earlier is None, alert)


def first_match(form: RuleFile | None, rule: Rule) -> Context | None:
    """The first of the rule's `match` examples that it really matches, or None."""
    return next(matching_examples(form, rule), None) if form is not None else None


def matching_examples(form: RuleFile, rule: Rule) -> Iterator[Context]:
    for example in form.examples:
        context = context_of_example(example.given)
        if example.expect == MATCH and rule.when.holds(context):
            yield context


def _earlier(old: Rulebook, rule_id: str, language: str, variant: str | None, request: Request) -> Alert | None:
    """The alert before the change; None where there was none. A text without variants is what `a` is with them."""
    if rule_id not in old.by_id:
        return None
    rule = old.rule(rule_id)
    known = old.owner(rule).wordings.get((rule.message, language), {})
    first = next(iter(known), variant)
    try:
        return alert_cards.alert_of(old, rule, language, first if variant in _FIRST else variant, request)
    except KeyError:
        return None


def _shown(alert: Alert | None) -> object:
    """What a reader could see of it."""
    return None if alert is None else unspaced({**alert, "variant": None})
