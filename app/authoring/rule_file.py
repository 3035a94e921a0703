"""The form of a rule file."""

from typing import Annotated, Literal

from pydantic import Field

from app.authoring.accept_entry import Accept
from app.authoring.fields import Day, Form, LongText, MessageName, ShortText
from app.domain.rule import DEFAULT_PRESENTATION, Acknowledge, Mode, Presentation, Severity

SeverityWord = Literal["info", "caution", "high", "critical"]
DisplaySeconds = Annotated[int, Field(ge=0, le=60)]
Priority = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]

MATCH = "match"
NO_MATCH = "no match"


class Active(Form):
    """Days in the region's time zone."""

    since: Day | None = Field(None, alias="from", description="The first day on which the rule applies.")
    until: Day | None = Field(None, description="The first day on which it applies no longer.")


class PresentationForm(Form):
    """How hard the alert is to overlook. What is left out follows from the severity."""

    mode: Mode | None = Field(
        None, description="Where the alert appears: in a banner, a dialog, or on a page of its own."
    )
    min_display_seconds: DisplaySeconds | None = Field(None, description="How long until the user can go on, 0 to 60.")
    acknowledge: Acknowledge | None = Field(None, description="Whether the user must tick a box to go on.")


class Example(Form):
    """A withdrawal, and what the rule does with it."""

    given: dict[str, object] = Field(description="The facts of the withdrawal, named as in conditions.")
    expect: Literal["match", "no match"] = Field(description="`match` where the rule is for it, else `no match`.")


class RuleFile(Form):
    """One warning rule. Its id is its place: rules/hk/name.yaml is hk/name."""

    typology: ShortText = Field(description="The kind of scam, as typologies.yaml names it.")
    severity: SeverityWord = Field(description="How grave the warning is; the gravest that matches is shown.")
    rationale: LongText = Field(description="Why this rule exists, for the people who maintain it. Users never see it.")
    message: MessageName = Field(description="Which message is shown: a key in the region's text files.")
    priority: Priority = Field(0, description="Of two rules with the same severity, the higher priority is shown.")
    when: dict[str, object] = Field(
        default_factory=dict, description="What must be true of the withdrawal. Without it, every withdrawal matches."
    )
    active: Active = Field(default_factory=Active, description="From when until when the rule applies.")
    enabled: bool = Field(default=True, description="False switches the rule off, whatever else it says.")
    presentation: PresentationForm = Field(
        default_factory=PresentationForm, description="The friction that the exchange's page applies."
    )
    examples: list[Example] = Field(
        default_factory=list, description="Withdrawals that match and that do not. `forewarn check` tries them all."
    )
    accept: Accept = Field(default_factory=dict)

    @property
    def full_presentation(self) -> Presentation:
        """What the file leaves out follows from the severity."""
        usual, given = DEFAULT_PRESENTATION[Severity[self.severity.upper()]], self.presentation
        return Presentation(
            given.mode or usual.mode,
            usual.min_display_seconds if given.min_display_seconds is None else given.min_display_seconds,
            given.acknowledge or usual.acknowledge,
        )
