"""What is past its day among the rules in force: contacts to verify again, and rules whose period is over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.preview.rulebook_view import RulebookView


@dataclass(frozen=True, slots=True)
class OverdueContact:
    name: str
    verify_by: date


@dataclass(frozen=True, slots=True)
class OverdueRule:
    """`until` was the first day on which it was off."""

    id: str
    until: date


@dataclass(frozen=True, slots=True)
class OverdueRegion:
    """`name` is that of the region."""

    name: str
    contacts: tuple[OverdueContact, ...]
    rules: tuple[OverdueRule, ...]


def overdue_list(view: RulebookView, codes: Sequence[str], today: date) -> list[OverdueRegion]:
    """Only regions that have something, by folder. `codes` are regions as keys name them, such as HK; empty means all.

    What `check` warns of on this day, except that a bundle has no acceptances.
    """
    regions = view.rulebook.content.regions
    found = (
        OverdueRegion(regions[each].name, tuple(_contacts(view, each, today)), tuple(_rules(view, each, today)))
        for each in sorted(regions)
        if not codes or regions[each].code in codes
    )
    return [each for each in found if each.contacts or each.rules]


def _contacts(view: RulebookView, region: str, today: date) -> Iterator[OverdueContact]:
    for name, form in view.contacts.get(region, {}).items():
        if form.verified and form.verify_by < today:
            yield OverdueContact(name, form.verify_by)


def _rules(view: RulebookView, region: str, today: date) -> Iterator[OverdueRule]:
    for rule in view.rules:
        if rule.region == region and rule.enabled and rule.active_until is not None and rule.active_until < today:
            yield OverdueRule(rule.id, rule.active_until)
