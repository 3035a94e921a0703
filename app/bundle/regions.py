"""A region's record to the domain: every contact can be reached, and every action leads to one."""

from zoneinfo import ZoneInfo

from app.bundle.record import RegionRecord
from app.bundle.refusal import BundleError
from app.domain.message import TEXT_FACTS
from app.domain.region import Contact, Region


def region_of(record: RegionRecord) -> Region:
    """Raises BundleError."""
    _refuse_unusable(record)
    return Region(
        record.id,
        record.name,
        record.partner.name,
        record.partner.unit,
        tuple(record.languages),
        record.timezone,
        record.global_rules,
        tuple(record.official_domains),
        {name: Contact(name, each.phone, each.url, each.verified) for name, each in record.contacts.items()},
        record.actions,
    )


def _refuse_unusable(record: RegionRecord) -> None:
    try:
        ZoneInfo(record.timezone)
    except (ValueError, LookupError, OSError):
        raise BundleError(f"{record.id}: {record.timezone!r} is not a time zone on this machine") from None
    for name, contact in record.contacts.items():
        if contact.phone is None and contact.url is None:
            raise BundleError(f"{record.id}: the contact `{name}` has no phone and no url")
        if name in TEXT_FACTS:
            raise BundleError(f"{record.id}: a contact has the name of a fact, `{name}`")
    for action, name in record.actions.items():
        if name not in record.contacts:
            raise BundleError(f"{record.id}: `{action}` names {name!r}, which is not a contact")
        if action == "call" and record.contacts[name].phone is None:
            raise BundleError(f"{record.id}: `call` names `{name}`, which has no phone number")
