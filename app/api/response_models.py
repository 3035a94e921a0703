"""The shapes of answers, for the OpenAPI document. The service builds answers from prepared bytes; a test compares them
with these, field by field.

They are open: a client that was made from the document must take an answer with a field that a later version adds
(docs/decisions/0029).
"""

from pydantic import BaseModel, Field


class Action(BaseModel):
    """One choice, in the order in which to offer them: the safe one first, `proceed` last."""

    kind: str = Field(description="cancel, review, call, report or proceed")
    label: str
    url: str | None = None
    phone: str | None = None


class Presentation(BaseModel):
    """The friction to apply."""

    mode: str = Field(description="banner, dialog or interstitial")
    min_display_seconds: int = Field(ge=0, le=60)
    acknowledge: str = Field(description="none or checkbox")


class Alert(BaseModel):
    """All that is needed to show the warning."""

    rule_id: str
    region: str
    typology: str
    severity: str = Field(description="info, caution, high or critical")
    variant: str | None
    language: str = Field(description="BCP 47")
    direction: str = Field(description="ltr or rtl")
    text_status: str = Field(description="official, draft, machine or sample")
    source: str | None = Field(description="the partner whose words these are, where they are official")
    title: str
    body: list[str]
    questions: list[str]
    actions: list[Action]
    presentation: Presentation


class Assessment(BaseModel):
    """What matched, and the alert to show: null where nothing did."""

    assessment_id: str
    revision: str
    stale: bool = Field(description="the revision has not been confirmed lately; the answer is good all the same")
    matched: list[str] = Field(description="the first 16 matching rules, by precedence", max_length=16)
    matched_count: int
    alert: Alert | None


class Recorded(BaseModel):
    recorded: bool


class ItemResult(BaseModel):
    recorded: bool
    detail: str | None = Field(default=None, description="why not, where it was not recorded")


class Results(BaseModel):
    """One result an item, in order."""

    results: list[ItemResult]


class Wrong(BaseModel):
    pointer: str = Field(description="JSON pointer into the body")
    detail: str


class Problem(BaseModel):
    """RFC 9457. Never echoes a value."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Wrong] | None = None


class RulePage(BaseModel):
    revision: str
    rules: list[dict[str, object]]
    next_cursor: str | None


class Rule(BaseModel):
    revision: str
    rule: dict[str, object]


class Explanation(BaseModel):
    """Why each rule matches or not: matches first, in order of precedence."""

    revision: str
    region: str
    today: str
    shown: str | None
    matched_count: int
    rule_count: int
    truncated: bool = Field(description="whether `limit` left rules out")
    rules: list[dict[str, object]]


class Alive(BaseModel):
    status: str


class Readiness(BaseModel):
    """What an operator needs to know of this worker. docs/operating.md explains each reason."""

    status: str = Field(description="ready, degraded or not ready")
    reasons: list[str]
    bundle: dict[str, object]
    journal: dict[str, object]
    redis: dict[str, object]
    keys: dict[str, object]
