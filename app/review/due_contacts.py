"""Contacts that must be verified again, and by when."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.authoring.drafts import Drafts
from app.authoring.fields import day
from app.checks.output.markdown import code, document, plain, table


@dataclass(frozen=True, slots=True)
class Due:
    """A verified contact. `source` is the official page to verify it against."""

    region: str
    contact: str
    verify_by: date
    source: str | None
    path: str


def due(drafts: Drafts, today: date, within_days: int) -> list[Due]:
    """The soonest first, overdue contacts included. Contacts that are not shown to users are left out."""
    last = today + timedelta(days=within_days)
    found = [
        Due(region, name, day(contact.verify_by), contact.source, draft.path)
        for region, draft in drafts.regions.items()
        if draft.parts is not None
        for name, contact in draft.parts.contacts.items()
        if contact.verified and draft.certain(("contacts", name)) and day(contact.verify_by) <= last
    ]
    return sorted(found, key=lambda each: (each.verify_by, each.region, each.contact))


def overdue(found: list[Due], today: date) -> list[Due]:
    """Contacts whose day has passed; `check` warns about them too."""
    return [each for each in found if each.verify_by < today]


def as_text(found: list[Due], today: date) -> str:
    words = {True: "overdue", False: "due    "}
    lines = [
        f"{each.verify_by}  {words[each.verify_by < today]}  {each.region}/{each.contact}  {each.source or 'no page'}"
        for each in found
    ]
    return "\n".join(lines) or "No contact is due."


def as_markdown(found: list[Due], today: date) -> str:
    """The text of an issue."""
    if not found:
        return "No contact is due.\n"
    request = (
        "Please open each official page and compare the number or address. Then set `verified_at` and `verify_by` in "
        "the file, in a pull request. If a contact is wrong, set `verified: false` immediately."
    )
    rows = [
        (
            f"{each.verify_by}{' **overdue**' if each.verify_by < today else ''}",
            code(f"{each.region}/{each.contact}"),
            plain(each.source or "none"),
            code(each.path),
        )
        for each in found
    ]
    return document([request, table(("by", "contact", "official page", "file"), rows)])
