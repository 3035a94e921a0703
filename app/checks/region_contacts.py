"""Checks that a region's alerts can use the contacts that it names."""

from collections.abc import Iterator
from datetime import date, timedelta

from app.authoring.fields import day
from app.authoring.problem import Finding, Spot
from app.authoring.problem_codes import Code
from app.authoring.region_file import ContactForm, RegionFile
from app.authoring.suggestions import did_you_mean, quoted
from app.checks.number_words import spelled_numbers
from app.checks.safe_text import text_errors
from app.domain.message import TEXT_FACTS
from app.domain.region import Contact

# A year, and a month to find the time: of the 25 helplines that the samples name, five changed between 2022 and 2026.
_LONGEST = timedelta(days=400)
# Where the partner works, the next day may have begun.
_AHEAD = timedelta(days=1)


def region_errors(region: RegionFile) -> Iterator[Finding]:
    """Whatever would make an alert of this region wrong."""
    if len(set(region.languages)) < len(region.languages):
        yield Finding(Code.BAD_VALUE, ("languages",), "a language stands twice in `languages`", "keep one of them")
    for name, contact in region.contacts.items():
        if not contact.reachable:
            message = f"`{name}`: a contact needs `phone` or `url`"
            yield Finding(Code.BAD_VALUE, ("contacts", name), message, 'write phone: "18222" or url: "https://..."')
        if name in TEXT_FACTS:
            message = f"{{{name}}} in a text is the withdrawal's own"
            yield Finding(Code.CONTACT_NAME, ("contacts", name), message, "give the contact another name", Spot.KEY)
    for action, called in region.actions.named().items():
        serving = region.contacts.get(called)
        if serving is None:
            message = f"{quoted(called)} is not a contact of this region"
            hint = did_you_mean(called, region.contacts)
            yield Finding(Code.UNKNOWN_CONTACT, ("actions", action), message, hint)
        else:
            yield from _action_errors(action, called, serving)
    yield from _shown_names(region)


def _action_errors(action: str, name: str, contact: ContactForm) -> Iterator[Finding]:
    if action == "call" and contact.phone is None and contact.reachable:
        message = f"`{name}` has no phone number to call"
        yield Finding(Code.NO_PHONE, ("actions", action), message, "name a contact with a `phone`")
    if action == "report" and not contact.takes_reports:
        message = f"`{name}` takes no reports, says its `does_not`"
        yield Finding(Code.TAKES_NO_REPORTS, ("actions", action), message, "it can serve `call` or `review`")


def same_places(region: RegionFile) -> Iterator[Finding]:
    """Actions whose buttons lead where another one does, whether or not their contacts are verified yet."""
    earlier: dict[tuple[str, str], str] = {}
    for action, name in region.actions.named().items():
        contact = region.contacts.get(name)
        if contact is None or not contact.reachable or any(_action_errors(action, name, contact)):
            continue
        [target] = Contact(name, contact.phone, contact.url, contact.verified).target(action).items()
        first = earlier.setdefault(target, action)
        if first != action:
            message = f"`{first}` and `{action}` lead to the same place, so the alert shows `{first}` alone"
            hint = "name one of the two, the one whose label says what people get there"
            yield Finding(Code.SAME_PLACE, ("actions", action), message, hint)


def _shown_names(region: RegionFile) -> Iterator[Finding]:
    """Official alerts show the partner's name."""
    shown = {("name",): region.name, ("partner", "name"): region.partner.name, ("partner", "unit"): region.partner.unit}
    for where, text in shown.items():
        for each in (*text_errors(text), *spelled_numbers(text)) if text is not None else ():
            yield each.at(where)


def overdue_contacts(region: RegionFile, today: date) -> Iterator[Finding]:
    """Verified contacts whose `verify_by` has passed."""
    for name, contact in region.contacts.items():
        if contact.verified and day(contact.verified_at) < day(contact.verify_by) < today:
            message = f"`{name}` was to be checked again by {contact.verify_by}"
            hint = "check it on its official page, then set `verified_at` and `verify_by`"
            yield Finding(Code.VERIFY_BY_PASSED, ("contacts", name, "verify_by"), message, hint)


def doubtful_days(region: RegionFile, today: date) -> Iterator[Finding]:
    """Days of checks that cannot be, or of a next check that is too far away."""
    for name, contact in region.contacts.items():
        checked, due = day(contact.verified_at), day(contact.verify_by)
        if checked > today + _AHEAD:
            message = f"`{name}` cannot have been checked on {contact.verified_at}: that day is still to come"
            hint = "write the day on which you opened the official page"
            yield Finding(Code.CONTACT_DAYS, ("contacts", name, "verified_at"), message, hint)
        elif due <= checked:
            message = f"`{name}` was to be checked again by {contact.verify_by}, not after {contact.verified_at}"
            hint = "`verify_by` is the later day: half a year after `verified_at`, say"
            yield Finding(Code.CONTACT_DAYS, ("contacts", name, "verify_by"), message, hint)
        elif contact.verified and due - checked > _LONGEST:
            message = f"`{name}` would not be checked again for {(due - checked).days} days"
            hint = f"numbers change: write a day before {checked + _LONGEST}"
            yield Finding(Code.VERIFY_BY_FAR, ("contacts", name, "verify_by"), message, hint)


def missing_contacts(region: RegionFile) -> Iterator[Finding]:
    """A region whose alerts have no button for help."""
    verified = region.verified()
    if not any(name in verified for name in region.actions.named().values()):
        message = "no action leads to a verified contact, so alerts offer nothing but to cancel or to continue"
        hint = "verify a contact and name it under `actions`; until then, texts must say what to do without one"
        where = "actions" if region.actions.named() else "contacts"
        yield Finding(Code.NO_VERIFIED_CONTACT, (where,), message, hint, Spot.KEY)
