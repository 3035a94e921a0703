"""Callouts of region.yaml: contacts, buttons, global rules, partner and languages."""

from collections.abc import Iterator

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
        for change in sorted(entry_changes(data_of(old), data_of(new)), key=_importance):
            if change.where[0] != "accept":
                about = _KINDS.get(change.where[0], CalloutKind.REGION)
                yield Callout(about, f"{region}: {change.name}", change.before, change.after, path)


def _importance(change: EntryChange) -> tuple[bool, bool]:
    """Destinations first, and of these first the ones that existed before."""
    return change.where[-1] not in _DESTINATIONS, change.before is None
