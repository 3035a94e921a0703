"""The form of a region.yaml."""

import re
from typing import Annotated, Literal

from pydantic import Field

from app.authoring.accept_entry import Accept
from app.authoring.fields import (
    ContactName,
    Day,
    Domain,
    Form,
    Language,
    LongText,
    Page,
    Phone,
    ShortText,
    TimeZone,
    Url,
)

# `take reports`, `accept any police reports`; not `take calls about reports`, not `follow up on reports`.
_TAKES_REPORTS = re.compile(
    r"\b(?:take|takes|taking|accept|accepts|accepting|receive|receives|register|registers)\s+"
    r"(?:(?!about\b|after\b|by\b|for\b|from\b|of\b|on\b|to\b|up\b|with\b)[\w'-]+\s+){0,4}reports?\b",
    re.IGNORECASE,
)


class Partner(Form):
    name: ShortText = Field(description="The police force or authority that answers for these rules.")
    unit: ShortText | None = Field(None, description="Its unit, where one should be named.")


class ContactForm(Form):
    """A number or address that alerts may show, and when somebody checked it."""

    phone: Phone | None = Field(None, description="The number as people dial it, in quotes.")
    url: Url | None = Field(None, description="The address of a page, beginning with https://.")
    hours: ShortText | None = Field(None, description="When somebody answers.")
    does: LongText = Field(description="What people get there.")
    does_not: LongText | None = Field(
        None, description="What they do not get there. Where it takes no reports, write `take reports`."
    )
    source: Page | None = Field(
        None, description="The official page on which this was read. A verified contact needs it."
    )
    verified_at: Day = Field(description="The day on which somebody last checked it.")
    verify_by: Day = Field(description="The day by which it is to be checked again.")
    verified: bool = Field(description="False keeps it out of every alert.")

    @property
    def reachable(self) -> bool:
        return self.phone is not None or self.url is not None

    @property
    def takes_reports(self) -> bool:
        """Whether people can report a crime there: `does_not` does not say otherwise."""
        return not _TAKES_REPORTS.search(self.does_not or "")


class ActionContacts(Form):
    """Which contact serves which action."""

    review: ContactName | None = Field(None, description="Where users can check what they were told.")
    call: ContactName | None = Field(None, description="Whom users can call for advice.")
    report: ContactName | None = Field(None, description="Where users can report a crime.")

    def named(self) -> dict[str, str]:
        return self.model_dump(exclude_none=True)


class RegionFile(Form):
    """A region: whose rules these are, in which languages, and whom users can turn to."""

    name: ShortText = Field(description="The region's name.")
    partner: Partner = Field(description="Whose rules and texts these are.")
    languages: Annotated[list[Language], Field(min_length=1, max_length=32)] = Field(
        description="The languages that its texts come in; the first is the default."
    )
    timezone: TimeZone = Field("UTC", description="The time zone whose days decide when a rule is active.")
    global_: Literal["fallback", "alongside", "off"] = Field(
        "fallback",
        alias="global",
        description="The rules of `global`: where none of ours matches, alongside ours, or not at all.",
    )
    official_domains: list[Domain] = Field(default_factory=list, description="The web domains of the partner.")
    contacts: dict[ContactName, ContactForm] = Field(default_factory=dict, description="Numbers and addresses by name.")
    actions: ActionContacts = Field(default_factory=ActionContacts, description="Which contact serves which action.")

    accept: Accept = Field(default_factory=dict)

    def verified(self) -> frozenset[str]:
        return frozenset(name for name, contact in self.contacts.items() if contact.verified)
