"""Callouts of region.yaml: contacts, buttons, global rules, partner and languages."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.text_changes import data_of
from app.review.yaml_diff import EntryChange, entry_changes

_KINDS = {
    "contacts": CalloutKind.CONTACTS,
    "official_domains": CalloutKind.CONTACTS,
    "actions": CalloutKind.ACTIONS,
    "global": CalloutKind.GLOBAL,
}
# The entries that send users somewhere come first: the other entries of a contact could fill a page before them.
_DESTINATIONS = frozenset({"phone", "url", "verified", "official_domains"})


def region_callouts(found: Difference) -> Iterator[Callout]:
    before, after = found.before.drafts.regions, found.after.drafts.regions
    for region in sorted(before.keys() | after.keys()):
        old, new = before.get(region), after.get(region)
        path = (new or old).path  # type: ignore[union-attr]  # one of them is there
        for what, was, becomes in _languages(data_of(old).get("languages"), data_of(new).get("languages")):
            yield Callout(CalloutKind.OFF, f"{region} {what}", was, becomes, path)
        for change in sorted(entry_changes(data_of(old), data_of(new)), key=_importance):
            if change.where[0] != "accept":
                about = _KINDS.get(change.where[0], CalloutKind.REGION)
                was, becomes = (
                    _reached(change, change.before, data_of(old)),
                    _reached(change, change.after, data_of(new)),
                )
                page = _official_page(change, data_of(old), data_of(new))
                yield Callout(about, f"{region}: {change.name}", was, becomes, path, page)


def _reached(change: EntryChange, value: str | None, region: Mapping[str, Any]) -> str | None:
    """The value of an entry, with the number or address that it sends users to: `yes (18222)`."""
    if value is None:
        return None
    contact: object = None
    if change.where[0] == "actions":
        contact = value
    elif change.where[0] == "contacts" and change.where[-1] == "verified":
        contact = change.where[1]
    contacts = region.get("contacts")
    entries = contacts.get(contact) if isinstance(contacts, dict) else None
    shown = [str(entries[name]) for name in ("phone", "url") if name in entries] if isinstance(entries, dict) else []
    return f"{value} ({', '.join(shown)})" if shown else value


def _official_page(change: EntryChange, *sides: Mapping[str, Any]) -> str:
    """The `source` of a contact that now sends users elsewhere. One that changes too has a callout of its own."""
    if change.where[0] != "contacts" or change.where[-1] not in _DESTINATIONS:
        return ""
    before, after = (_entry(side, "contacts", change.where[1], "source") for side in sides)
    return str(after) if before == after and after is not None else ""


def _entry(data: object, *where: str) -> object:
    for name in where:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _languages(before: object, after: object) -> Iterator[tuple[str, str | None, str | None]]:
    if isinstance(before, list) and isinstance(after, list):
        for language in before:
            if language not in after:
                yield f"no longer offers {language}", None, None
        if before[:1] != after[:1]:
            was, becomes = (str(next(iter(languages), "none")) for languages in (before, after))
            yield "has another first language", was, becomes


def _importance(change: EntryChange) -> tuple[bool, bool]:
    """Destinations first, and of these first the ones that existed before."""
    return change.where[-1] not in _DESTINATIONS, change.before is None
