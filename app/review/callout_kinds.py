"""What a reviewer must not overlook, by kind. The kinds stand in the order in which a review lists them."""

from dataclasses import dataclass
from enum import StrEnum


class CalloutKind(StrEnum):
    """A member's value is its heading."""

    CONTACTS = "Contacts: compare each with its official page"
    OFFICIAL = "Official: these texts speak for the police"
    ACTIONS = "Buttons: where they lead and what they say"
    OFF = "Alerts that are removed or made weaker"
    GLOBAL = "Where the global rules apply"
    ACCEPTED = "Warnings of `check` that are now accepted"
    OUTSIDE = "Files outside the rules and texts"
    LINKS = "Symbolic links: their targets can change without them"
    REGION = "Partner, languages and time zone"


_ORDER = list(CalloutKind)


@dataclass(frozen=True, slots=True)
class Callout:
    """`what` names the entry, with its values if any; `path` is its file, where it has one."""

    about: CalloutKind
    what: str
    before: str | None = None
    after: str | None = None
    path: str = ""

    @property
    def rank(self) -> int:
        return _ORDER.index(self.about)
