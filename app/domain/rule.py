"""A warning rule: when it applies, and which message it shows."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from sys import intern
from typing import Literal, get_args

from app.domain.condition import ALWAYS, Clause
from app.domain.fact import Context

TYPOLOGIES = (
    "general",
    "investment",
    "romance",
    "employment",
    "impersonation_official",
    "impersonation_support",
    "phishing",
    "family_emergency",
    "recovery",
    "purchase",
    "remote_access",
    "account_takeover",
    "extortion",
    "money_mule",
)


# Both from the mildest on.
Mode = Literal["banner", "dialog", "interstitial"]
Acknowledge = Literal["none", "checkbox"]
MODES: tuple[str, ...] = get_args(Mode)
ACKNOWLEDGEMENTS: tuple[str, ...] = get_args(Acknowledge)

# The second part of a rule's id: the name of its file.
RULE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
RULE_NAME_LIMIT = 64


class Severity(IntEnum):
    INFO = 0
    CAUTION = 1
    HIGH = 2
    CRITICAL = 3

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Presentation:
    """The friction that the front end applies; `min_display_seconds` is in seconds, 0 to 60."""

    mode: str
    min_display_seconds: int
    acknowledge: str


DEFAULT_PRESENTATION = {
    Severity.INFO: Presentation("banner", 0, "none"),
    Severity.CAUTION: Presentation("dialog", 0, "none"),
    Severity.HIGH: Presentation("interstitial", 5, "checkbox"),
    Severity.CRITICAL: Presentation("interstitial", 10, "checkbox"),
}

Precedence = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One warning rule. `id` is its place: `hk/investment-new-address`.

    `active_from` is inclusive, `active_until` exclusive, both days in the time zone of the withdrawal's region.
    """

    id: str
    typology: str
    severity: Severity
    rationale: str
    message: str
    presentation: Presentation
    priority: int = 0
    when: Clause = ALWAYS
    active_from: date | None = None
    active_until: date | None = None
    enabled: bool = True
    precedence: Precedence = field(init=False, repr=False, compare=False)
    region: str = field(init=False, repr=False, compare=False)  # the folder that owns this rule: `hk`, or `global`

    def __post_init__(self) -> None:
        object.__setattr__(self, "precedence", (-self.severity, -self.priority, self.id))
        object.__setattr__(self, "region", intern(self.id.partition("/")[0]))

    def applies_on(self, today: date) -> bool:
        return (
            self.enabled
            and (self.active_from is None or self.active_from <= today)
            and (self.active_until is None or today < self.active_until)
        )

    def matches(self, context: Context, today: date) -> bool:
        return self.applies_on(today) and self.when.holds(context)
