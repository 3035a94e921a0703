"""What a reviewer must not overlook: contacts, official texts, accepted warnings, what switches warnings off.

A pull request can come from a scammer. What could send users to a wrong number, or take warnings away, stands at the
very top of the review, however small it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.review.entries import EntryChange, entry_changes
from app.review.in_words import shown
from app.review.rule_changes import RuleChange, What
from app.review.snapshot import Places, Snapshot
from app.review.text_changes import TextChange, data_of

_ACCEPT = "accept"


@dataclass(frozen=True, slots=True)
class Callout:
    """`about` says which kind it is; `what` is one entry or thing, before and after where there is either."""

    about: str
    what: str
    before: str | None = None
    after: str | None = None


CONTACTS = "Contacts: compare each with its official page"
ACTIONS = "Who the buttons lead to"
GLOBAL = "Where the global rules apply"
REGION = "Partner, languages and time zone"
OFFICIAL = "Official: these texts speak for the police"
ACCEPTED = "Warnings of the check that are accepted from now on"
OFF = "Warnings that are taken away"
OUTSIDE = "Files outside the rules and texts"
_ORDER = (CONTACTS, OFFICIAL, ACTIONS, OFF, GLOBAL, ACCEPTED, OUTSIDE, REGION)

_OF_REGION = {"contacts": CONTACTS, "official_domains": CONTACTS, "actions": ACTIONS, "global": GLOBAL}


def callouts(
    before: Snapshot,
    after: Snapshot,
    rules: list[RuleChange],
    texts: list[TextChange],
    outside: list[str],
) -> list[Callout]:
    """In the order in which they matter."""
    found = [
        *_regions(before, after),
        *_statuses(before, after),
        *_official(texts),
        *_accepted(before, after),
        *_taken_away(rules),
        *(Callout(OUTSIDE, path) for path in outside),
    ]
    return sorted(found, key=lambda callout: _ORDER.index(callout.about))


def outside(paths: list[str], places: Places) -> list[str]:
    return [path for path in paths if not places.holds(path)]


def _regions(before: Snapshot, after: Snapshot) -> Iterator[Callout]:
    for region in sorted(before.drafts.regions.keys() | after.drafts.regions.keys()):
        old, new = before.drafts.regions.get(region), after.drafts.regions.get(region)
        for change in entry_changes(data_of(old), data_of(new)):
            if change.where[0] != _ACCEPT:
                about = _OF_REGION.get(change.where[0], REGION)
                yield Callout(about, f"{region}: {change.name}", change.before, change.after)


def _statuses(before: Snapshot, after: Snapshot) -> Iterator[Callout]:
    for place in sorted(before.drafts.texts.keys() | after.drafts.texts.keys()):
        old = data_of(before.drafts.texts.get(place)).get("status")
        new = data_of(after.drafts.texts.get(place)).get("status")
        if old != new and "official" in {old, new}:
            told = (None if status is None else shown(status) for status in (old, new))
            yield Callout(OFFICIAL, f"{'/'.join(place)}: status", *told)


def _official(texts: list[TextChange]) -> Iterator[Callout]:
    """One for each message, where its status was official already: the words stand below."""
    told = dict.fromkeys(
        f"{text.region}/{text.language}: {text.message or 'the buttons of every message'}"
        for text in texts
        if text.official
    )
    yield from (Callout(OFFICIAL, f"{name}: the text changed") for name in told)


def _accepted(before: Snapshot, after: Snapshot) -> Iterator[Callout]:
    old, new = (_accepts(snapshot) for snapshot in (before, after))
    for path in sorted(new):
        for change in entry_changes(old.get(path), new[path]) if path in old else _all_of(new[path]):
            if change.after is not None:
                name = f"{path}: {change.name}" if change.where else path
                yield Callout(ACCEPTED, name, change.before, change.after)


def _all_of(accepted: object) -> Iterator[EntryChange]:
    yield from entry_changes({}, accepted) if isinstance(accepted, dict) else entry_changes(None, accepted)


def _accepts(snapshot: Snapshot) -> dict[str, object]:
    """By file, what it accepts."""
    data: Mapping[str, Any] = {each.path: data_of(each) for each in snapshot.drafts.every()}
    return {path: entries[_ACCEPT] for path, entries in data.items() if _ACCEPT in entries}


def _taken_away(rules: list[RuleChange]) -> Iterator[Callout]:
    for rule in rules:
        if rule.what is What.REMOVED:
            yield Callout(OFF, f"{rule.before} is removed")
        if rule.what is What.MOVED:
            yield Callout(OFF, f"{rule.before} is called {rule.after} now: figures of the old name end here")
        for field in rule.fields:
            if field.name == "switched on" and rule.after and field.after == "no":
                yield Callout(OFF, f"{rule.rule_id} is switched off (enabled: false)")
