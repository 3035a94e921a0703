"""Request and answer as most FastAPI services would write them."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class Destination(_Strict):
    address: str | None = None
    kind: str | None = None
    first_use: bool | None = None
    tags: list[str] | None = None


class Account(_Strict):
    age_days: float | None = None
    age_band: str | None = None
    kyc_level: float | None = None
    withdrawals_30d: float | None = None
    first_withdrawal: bool | None = None


class Session(_Strict):
    signals: list[str] | None = None


class Withdrawal(_Strict):
    withdrawal_id: str
    user_id: str
    region: str
    languages: list[str] | None = None
    asset: str | None = None
    network: str | None = None
    amount: str | None = None
    amount_usd: float | None = None
    share_of_balance: float | None = None
    channel: str | None = None
    declared_purpose: str | None = None
    destination: Destination | None = None
    account: Account | None = None
    session: Session | None = None
    attributes: dict[str, str | bool | float | list[str] | None] | None = None


class Action(BaseModel):
    kind: str
    label: str
    url: str | None = None
    phone: str | None = None


class Presentation(BaseModel):
    mode: str
    min_display_seconds: int
    acknowledge: str


class Alert(BaseModel):
    rule_id: str
    region: str
    typology: str
    severity: str
    variant: str | None
    language: str
    direction: str
    text_status: str
    source: str | None
    title: str
    body: list[str]
    questions: list[str]
    actions: list[Action]
    presentation: Presentation


class Answer(BaseModel):
    assessment_id: str
    revision: str
    stale: bool
    matched: list[str]
    matched_count: int
    alert: Alert | None


def shown(answer: Answer, matched: list[Any]) -> Answer:
    """The answer with the rules that an engine matched."""
    return answer.model_copy(update={"matched": matched[:16], "matched_count": len(matched)})
