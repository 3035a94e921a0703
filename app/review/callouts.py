"""What a reviewer must not overlook: contacts, official texts, accepted warnings, alerts removed or made weaker.

A pull request can come from a scammer. Anything that could send users to a wrong number or remove an alert stands at
the top of the review, however small it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.rule import Severity
from app.review.consequences import Consequences
from app.review.rule_changes import ChangeKind, RuleChange
from app.review.rule_sentences import format_yaml_value, plural
from app.review.snapshot import Snapshot
from app.review.text_changes import BUTTON, TextChange, data_of
from app.review.weakening import weakenings
from app.review.yaml_diff import EntryChange, entry_changes

_ACCEPT = "accept"


@dataclass(frozen=True, slots=True)
class Callout:
    """`about` is the kind, one of the constants below; `what` names the entry, with its values if any."""

    about: str
    what: str
    before: str | None = None
    after: str | None = None


CONTACTS = "Contacts: compare each with its official page"
ACTIONS = "Buttons: where they lead and what they say"
GLOBAL = "Where the global rules apply"
REGION = "Partner, languages and time zone"
OFFICIAL = "Official: these texts speak for the police"
ACCEPTED = "Warnings of `check` that are now accepted"
OFF = "Alerts that are removed or made weaker"
LINKS = "Symbolic links: their targets can change without them"
OUTSIDE = "Files outside the rules and texts"
_ORDER = (CONTACTS, OFFICIAL, ACTIONS, OFF, GLOBAL, ACCEPTED, OUTSIDE, LINKS, REGION)

_OF_REGION = {"contacts": CONTACTS, "official_domains": CONTACTS, "actions": ACTIONS, "global": GLOBAL}
# The entries that send users somewhere come first: the other entries of a contact could fill a page before them.
_DESTINATIONS = frozenset({"phone", "url", "verified", "official_domains"})


def callouts(
    before: Snapshot,
    after: Snapshot,
    rules: list[RuleChange],
    texts: list[TextChange],
    *,
    found: Consequences,
    today: date,
    outside: list[str],
    links: list[str],
) -> list[Callout]:
    """The most important first."""
    unordered = [
        *_regions(before, after),
        *_statuses(before, after),
        *_official(texts),
        *_labels(texts),
        *_accepted(before, after),
        *_removed(rules),
        *_weakened(before, after, rules, today),
        *_warned_less(before, after, found),
        *(Callout(OUTSIDE, path) for path in outside),
        *(Callout(LINKS, path) for path in links),
    ]
    return sorted(unordered, key=lambda callout: _ORDER.index(callout.about))


def _regions(before: Snapshot, after: Snapshot) -> Iterator[Callout]:
    for region in sorted(before.drafts.regions.keys() | after.drafts.regions.keys()):
        old, new = before.drafts.regions.get(region), after.drafts.regions.get(region)
        for change in sorted(entry_changes(data_of(old), data_of(new)), key=_importance):
            if change.where[0] != _ACCEPT:
                about = _OF_REGION.get(change.where[0], REGION)
                yield Callout(about, f"{region}: {change.name}", change.before, change.after)


def _importance(change: EntryChange) -> tuple[bool, bool]:
    """Destinations first, and of these first the ones that existed before."""
    return change.where[-1] not in _DESTINATIONS, change.before is None


def _statuses(before: Snapshot, after: Snapshot) -> Iterator[Callout]:
    for place in sorted(before.drafts.texts.keys() | after.drafts.texts.keys()):
        old = data_of(before.drafts.texts.get(place)).get("status")
        new = data_of(after.drafts.texts.get(place)).get("status")
        if old != new and "official" in {old, new}:
            values = (None if status is None else format_yaml_value(status) for status in (old, new))
            yield Callout(OFFICIAL, f"{'/'.join(place)}: status", *values)


def _official(texts: list[TextChange]) -> Iterator[Callout]:
    """One for each message that is or was official; its words are listed below."""
    names = dict.fromkeys(
        f"{text.region}/{text.language}: {text.message or 'the buttons of every message'}"
        for text in texts
        if text.official
    )
    yield from (Callout(OFFICIAL, f"{name}: the text changed") for name in names)


def _labels(texts: list[TextChange]) -> Iterator[Callout]:
    """One changed word makes a button that says Cancel but proceeds."""
    for text in texts:
        if BUTTON in text.part and (text.before is not None or text.after is not None):
            where = f"{text.region}/{text.language}: {text.message or 'every message'}: {text.part}"
            yield Callout(ACTIONS, where, text.before, text.after)


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
    """The accepted warnings of each file, and of each message in a file."""
    data: dict[str, Mapping[str, Any]] = {each.path: data_of(each) for each in snapshot.drafts.every()}
    for texts in snapshot.drafts.texts.values():
        messages = data_of(texts).get("messages")
        for name, message in messages.items() if isinstance(messages, dict) else ():
            data[f"{texts.path}: {name}"] = message if isinstance(message, dict) else {}
    return {path: entries[_ACCEPT] for path, entries in data.items() if _ACCEPT in entries}


def _removed(rules: list[RuleChange]) -> Iterator[Callout]:
    for rule in rules:
        if rule.what is ChangeKind.REMOVED:
            yield Callout(OFF, f"{rule.before} is removed")
        if rule.what is ChangeKind.MOVED:
            yield Callout(OFF, f"{rule.before} is renamed to {rule.after}: figures under the old name end here")
        for field in rule.fields:
            if field.name == "switched on" and rule.after and field.after == "no":
                yield Callout(OFF, f"{rule.rule_id} is switched off (enabled: false)")


def _weakened(before: Snapshot, after: Snapshot, rules: list[RuleChange], today: date) -> Iterator[Callout]:
    for rule in rules:
        old, new = before.form(rule.before or ""), after.form(rule.after or "")
        if old is not None and new is not None:
            for what, was, becomes in weakenings(old, new, today):
                yield Callout(OFF, f"{rule.rule_id} {what}", was, becomes)


def _warned_less(before: Snapshot, after: Snapshot, found: Consequences) -> Iterator[Callout]:
    """For any reason: another condition, a milder rule that comes first, a removed rule."""
    lost: dict[tuple[str, str, str], int] = {}
    for change in found.shown or ():
        was, becomes = _severity(before, change.before), _severity(after, change.after)
        if was is not None and (becomes is None or becomes < was):
            rule = change.before or ""
            now = "no warning" if becomes is None else f"{change.after} ({becomes.word})"
            place = change.region, f"{rule} ({was.word})", now
            lost[place] = lost.get(place, 0) + 1
    for (region, was_shown, now), count in lost.items():
        yield Callout(OFF, f"{region}: {plural(count, 'example withdrawal')}", was_shown, now)


def _severity(snapshot: Snapshot, rule_id: str | None) -> Severity | None:
    if rule_id is None or snapshot.book is None:
        return None
    return snapshot.book.rule(rule_id).severity
