"""A region: its partner, languages, and the contacts that its alerts may name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

GLOBAL = "global"

# The id of a region is the name of its folder.
REGION_ID = re.compile(r"[a-z]{2}|global")

# Which label leads to which contact. `cancel` and `proceed` need none.
CONTACT_ACTIONS = ("review", "call", "report")
ACTIONS = ("cancel", *CONTACT_ACTIONS, "proceed")  # the safe one first, `proceed` last


class GlobalRules(StrEnum):
    """How the rules of `global` join those of a region."""

    FALLBACK = "fallback"  # only where none of the region's own rules matches
    ALONGSIDE = "alongside"
    OFF = "off"

    def apply(self, *, own_match: bool) -> bool:
        """Whether a withdrawal is tried on the global rules, given whether one of the region's own matches it."""
        return self is GlobalRules.ALONGSIDE or (self is GlobalRules.FALLBACK and not own_match)


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone number or web address. Users see it only once it is verified."""

    name: str
    phone: str | None
    url: str | None
    verified: bool

    @property
    def shown(self) -> str:
        """What replaces `{name}` in a text."""
        return self.phone or self.url or ""

    def target(self, action: str) -> dict[str, str]:
        """Where the button of an action leads: `phone` or `url`, as the alert names it."""
        by_phone = self.phone is not None and (action == "call" or self.url is None)
        return {"phone": self.phone or ""} if by_phone else {"url": self.url or ""}


@dataclass(frozen=True, slots=True)
class Region:
    """One region's settings. `id` is its folder (`hk`), `code` what requests call it (`HK`)."""

    id: str
    name: str
    partner: str
    unit: str | None
    languages: tuple[str, ...]
    timezone: str = "UTC"
    global_rules: GlobalRules = GlobalRules.FALLBACK
    official_domains: tuple[str, ...] = ()
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return GLOBAL if self.id == GLOBAL else self.id.upper()

    @property
    def source(self) -> str:
        """How an official alert names the partner."""
        return f"{self.partner}, {self.unit}" if self.unit else self.partner

    def verified_contacts(self) -> dict[str, str]:
        """What replaces each placeholder of this region: its verified contacts."""
        return {name: contact.shown for name, contact in self.contacts.items() if contact.verified}

    def contact_for(self, action: str) -> Contact | None:
        """The verified contact for an action. Without one (None), the alert leaves the action out."""
        contact = self.contacts.get(self.actions.get(action, ""))
        if contact is None or not contact.verified:
            return None
        return contact if action != "call" or contact.phone else None
