"""What a reviewer must not overlook: contacts, official texts, accepted warnings, what switches warnings off.

A pull request can come from a scammer. What could send users to a wrong number, or take warnings away, stands at the
very top of the review, however small it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.rule import Severity
from app.review.consequences import Consequences
from app.review.rule_changes import RuleChange, What
from app.review.rule_sentences import shown
from app.review.snapshot import Places, Snapshot
from app.review.text_changes import BUTTON, TextChange, data_of
from app.review.weakening import weakenings
from app.review.yaml_diff import EntryChange, entry_changes

_ACCEPT = "accept"


@dataclass(frozen=True, slots=True)
class Callout:
    """`about` says which kind it is; `what` is one entry or thing, before and after where there is either."""

    about: str
    what: str
    before: str | None = None
    after: str | None = None


CONTACTS = "Contacts: compare each with its official page"
ACTIONS = "The buttons: who they lead to, and what they say"
GLOBAL = "Where the global rules apply"
REGION = "Partner, languages and time zone"
OFFICIAL = "Official: these texts speak for the police"
ACCEPTED = "Warnings of the check that are accepted from now on"
OFF = "Warnings that are taken away or made weaker"
LINKS = "Links: what they lead to can change without them"
OUTSIDE = "Files outside the rules and texts"
_ORDER = (CONTACTS, OFFICIAL, ACTIONS, OFF, GLOBAL, ACCEPTED, OUTSIDE, LINKS, REGION)

_OF_REGION = {"contacts": CONTACTS, "official_domains": CONTACTS, "actions": ACTIONS, "global": GLOBAL}
# Where users are sent. What else is said of a contact could fill a page in front of it.
_REACHED = frozenset({"phone", "url", "verified", "official_domains"})


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
    """In the order in which they matter."""
    called = [
        *_regions(before, after),
        *_statuses(before, after),
        *_official(texts),
        *_labels(texts),
        *_accepted(before, after),
        *_taken_away(rules),
        *_weakened(before, after, rules, today),
        *_warned_less(before, after, found),
        *(Callout(OUTSIDE, path) for path in outside),
        *(Callout(LINKS, path) for path in links),
    ]
    return sorted(called, key=lambda callout: _ORDER.index(callout.about))


def outside(paths: list[str], places: Places) -> list[str]:
    return [path for path in paths if not places.holds(path)]


def _regions(before: Snapshot, after: Snapshot) -> Iterator[Callout]:
    for region in sorted(before.drafts.regions.keys() | after.drafts.regions.keys()):
        old, new = before.drafts.regions.get(region), after.drafts.regions.get(region)
        for change in sorted(entry_changes(data_of(old), data_of(new)), key=_matters):
            if change.where[0] != _ACCEPT:
                about = _OF_REGION.get(change.where[0], REGION)
                yield Callout(about, f"{region}: {change.name}", change.before, change.after)


def _matters(change: EntryChange) -> tuple[bool, bool]:
    """First where users are sent, and of that first what they were sent to before."""
    return change.where[-1] not in _REACHED, change.before is None


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


def _labels(texts: list[TextChange]) -> Iterator[Callout]:
    """A button that says Cancel and goes on is one word away."""
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
    """By file, and by message of a file, what it accepts."""
    data: dict[str, Mapping[str, Any]] = {each.path: data_of(each) for each in snapshot.drafts.every()}
    for texts in snapshot.drafts.texts.values():
        messages = data_of(texts).get("messages")
        for name, message in messages.items() if isinstance(messages, dict) else ():
            data[f"{texts.path}: {name}"] = message if isinstance(message, dict) else {}
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


def _weakened(before: Snapshot, after: Snapshot, rules: list[RuleChange], today: date) -> Iterator[Callout]:
    for rule in rules:
        old, new = before.form(rule.before or ""), after.form(rule.after or "")
        if old is not None and new is not None:
            for what, was, becomes in weakenings(old, new, today):
                yield Callout(OFF, f"{rule.rule_id} {what}", was, becomes)


def _warned_less(before: Snapshot, after: Snapshot, found: Consequences) -> Iterator[Callout]:
    """Whatever the reason: another condition, a milder rule in front, a rule that is gone."""
    lost: dict[tuple[str, str, str], int] = {}
    for change in found.shown or ():
        was, becomes = _severity(before, change.before), _severity(after, change.after)
        if was is not None and (becomes is None or becomes < was):
            rule = change.before or ""
            now = "no warning" if becomes is None else f"{change.after} ({becomes.word})"
            place = change.region, f"{rule} ({was.word})", now
            lost[place] = lost.get(place, 0) + 1
    for (region, was_shown, now), count in lost.items():
        withdrawals = "1 withdrawal" if count == 1 else f"{count} withdrawals"
        yield Callout(OFF, f"{region}: {withdrawals} of the examples", was_shown, now)


def _severity(snapshot: Snapshot, rule_id: str | None) -> Severity | None:
    if rule_id is None or snapshot.book is None:
        return None
    return snapshot.book.rule(rule_id).severity
