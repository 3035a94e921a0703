"""The checks of a region.yaml. A finding that only follows from something unreadable is left out."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.authoring.drafts import Draft
from app.authoring.problem import Finding
from app.authoring.problem_codes import Code
from app.authoring.region_file import RegionFile
from app.checks.confusables import confusable_words
from app.checks.message_texts import Scope
from app.checks.official_addresses import address_errors
from app.checks.official_sources import source_errors
from app.checks.phone_numbers import phone_warnings
from app.checks.region_contacts import (
    doubtful_days,
    missing_contacts,
    overdue_contacts,
    region_errors,
    same_places,
)

_CONTACTS = ("contacts",)


@dataclass(frozen=True, slots=True)
class RegionContext:
    """A region.yaml that was read, with stand-ins in `parts` for what does not fit."""

    id: str
    draft: Draft[RegionFile]
    parts: RegionFile
    today: date


def _contacts(region: RegionContext) -> Iterable[Finding]:
    return (each for each in region_errors(region.parts) if not _follows(each, region.draft, region.parts))


def _overdue_contacts(region: RegionContext) -> Iterable[Finding]:
    return overdue_contacts(region.parts, region.today)


def _days(region: RegionContext) -> Iterable[Finding]:
    return (each for each in doubtful_days(region.parts, region.today) if _whole(each, region.draft))


def _missing_contacts(region: RegionContext) -> Iterable[Finding]:
    """Only where every contact and action could be read."""
    certain = region.draft.certain(_CONTACTS) and region.draft.certain(("actions",))
    return missing_contacts(region.parts) if certain else ()


def _official_sources(region: RegionContext) -> Iterable[Finding]:
    certain = region.draft.certain(("official_domains",))
    found = source_errors(region.id, region.parts) if certain else ()
    return (each for each in found if _whole(each, region.draft))


def _same_places(region: RegionContext) -> Iterable[Finding]:
    return same_places(region.parts)


def _phone_numbers(region: RegionContext) -> Iterable[Finding]:
    return phone_warnings(region.id, region.parts)


def _official_addresses(region: RegionContext) -> Iterable[Finding]:
    return (each for each in address_errors(region.parts) if not _unsure_address(each, region.draft))


def _confusable_names(region: RegionContext) -> Iterator[Finding]:
    """Alerts show these names in the letters of one of the region's languages, or in Latin ones."""
    parts = region.parts
    shown = {("name",): parts.name, ("partner", "name"): parts.partner.name, ("partner", "unit"): parts.partner.unit}
    for where, text in shown.items():
        by_language = [list(confusable_words(text or "", language)) for language in parts.languages]
        for violation in min(by_language, key=len):
            yield violation.at(where)


REGION_CHECKS: Sequence[Callable[[RegionContext], Iterable[Finding]]] = (
    _contacts,
    _overdue_contacts,
    _days,
    _missing_contacts,
    _official_sources,
    _same_places,
    _phone_numbers,
    _official_addresses,
    _confusable_names,
)


def _unsure_address(finding: Finding, draft: Draft[RegionFile]) -> bool:
    """Whether the official domains, or whether the contact is verified, could not be read."""
    verified = (*finding.where[:-1], "verified")
    return finding.code is Code.UNOFFICIAL_ADDRESS and (
        not draft.certain(("official_domains",)) or draft.stands_in(verified)
    )


def _whole(finding: Finding, draft: Draft[RegionFile]) -> bool:
    """Whether the contact that it is about could be read."""
    return draft.certain(finding.where[:2])


def _follows(finding: Finding, draft: Draft[RegionFile], parts: RegionFile) -> bool:
    """Whether the finding only says that something else in the file could not be read."""
    if finding.code is Code.UNKNOWN_CONTACT:
        named = parts.actions.named()[str(finding.where[-1])]
        return draft.stands_in(_CONTACTS) or named in _lost_contacts(draft)
    return finding.code is Code.BAD_VALUE and bool(draft.names_lost(finding.where))


def scope_of(draft: Draft[RegionFile] | None) -> Scope | None:
    """What the region's texts can name; None where that is not known."""
    if draft is None or draft.parts is None or draft.stands_in(_CONTACTS):
        return None
    unsure = (name for name in draft.parts.contacts if draft.stands_in((*_CONTACTS, name, "verified")))
    return Scope.of(draft.parts, _lost_contacts(draft).union(unsure))


def _lost_contacts(draft: Draft[RegionFile]) -> frozenset[str]:
    """The contacts with an impossible name, under the name that was probably meant: `Help Line` is `help_line`."""
    return frozenset(re.sub(r"[\W_]+", "_", name.lower()) for name in draft.names_lost(_CONTACTS))
