"""What a reviewer must not overlook, by kind. The kinds stand in the order in which a review lists them."""

from dataclasses import dataclass
from enum import StrEnum


class CalloutKind(StrEnum):
    """A member's value is its heading."""

    SIZE = "A large change: ask for a smaller one if you cannot read it all"
    CONTACTS = "Contacts: compare each with its official page"
    OFFICIAL = "Official: these texts speak for the police"
    UNGUARDED = "Texts that only a person can judge: their language has no word list"
    WHOLE = "New as a whole: somebody who speaks the language must read all of it"
    OFF = "Alerts that are removed or made weaker"
    FRONT = "Rules that are now shown instead of others"
    ACTIONS = "Buttons: where they lead and what they say"
    LOSSES = "Texts that say less, or the contrary: contacts, questions, denials, what to do"
    GRAVE = "Critical and high warnings: other titles, new sentences"
    MILD = "Mild warnings: other titles, new sentences"
    VARIANTS = "Variants: a share of the users sees these words"
    UNUSUAL = "Out of the usual: kind of scam, priority, waiting"
    BEHIND = "Translations left behind by this change"
    MARKED = "Translations that say anew what they were made from, in the same words"
    LANGUAGES = "Texts that change in some of their languages only"
    EXAMPLES = "Examples that the rule no longer has to match"
    VOCABULARY = "Facts and kinds of scam that lose something"
    GLOBAL = "Where the global rules apply"
    ACCEPTED = "Warnings of `check` that are now accepted"
    OUTSIDE = "Files outside the rules and texts"
    LINKS = "Symbolic links: their targets can change without them"
    REGION = "Partner, languages and time zone"


_ORDER = list(CalloutKind)


@dataclass(frozen=True, slots=True)
class Callout:
    """`what` names the entry, with its values if any; `path` is its file, where it has one.

    `page` is the address of the official page to compare it with.
    """

    about: CalloutKind
    what: str
    before: str | None = None
    after: str | None = None
    path: str = ""
    page: str = ""

    @property
    def rank(self) -> int:
        return _ORDER.index(self.about)
