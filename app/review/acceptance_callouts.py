"""Callouts of warnings of `check` that a file now accepts."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.snapshot import Snapshot
from app.review.text_changes import data_of
from app.review.yaml_diff import EntryChange, entry_changes

# The path of a file, and the name of one of its messages or nothing.
_Place = tuple[str, str]

_ACCEPT = "accept"


def acceptance_callouts(found: Difference) -> Iterator[Callout]:
    old, new = _accepted(found.before), _accepted(found.after)
    for place in sorted(new):
        path, message = place
        named = f"{path}: {message}" if message else path
        for change in entry_changes(old[place], new[place]) if place in old else _all_of(new[place]):
            if change.after is not None:
                name = f"{named}: {change.name}" if change.where else named
                yield Callout(CalloutKind.ACCEPTED, name, change.before, change.after, path)


def _all_of(accepted: object) -> Iterator[EntryChange]:
    yield from entry_changes({}, accepted) if isinstance(accepted, dict) else entry_changes(None, accepted)


def _accepted(snapshot: Snapshot) -> dict[_Place, object]:
    """The accepted warnings of each file, and of each message in a file."""
    data: dict[_Place, Mapping[str, Any]] = {(each.path, ""): data_of(each) for each in snapshot.drafts.every()}
    for texts in snapshot.drafts.texts.values():
        messages = data_of(texts).get("messages")
        for name, message in messages.items() if isinstance(messages, dict) else ():
            data[texts.path, str(name)] = message if isinstance(message, dict) else {}
    return {place: entries[_ACCEPT] for place, entries in data.items() if _ACCEPT in entries}
