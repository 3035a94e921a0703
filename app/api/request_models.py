"""The bodies of requests. pydantic reads them from bytes as TypedDicts: half the time of a BaseModel."""

from typing import Annotated, NotRequired

from pydantic import ConfigDict, Field, StringConstraints, WithJsonSchema, with_config
from typing_extensions import TypedDict

from app.domain.fact import LOWEST_NUMBER
from app.domain.invisible import CATEGORIES, RANGES
from app.domain.outcome import OUTCOME_NAMES
from app.service.withdrawal import ADDRESS_LIMIT, LIST_LIMIT, TEXT_LIMIT

STRICT = ConfigDict(strict=True, extra="forbid")

# pydantic's regular expressions do not know the surrogates, Cs, which no JSON text can hold.
_CATEGORIES = "".join(rf"\p{{{each}}}" for each in CATEGORIES if each != "Cs")
_RANGES = "".join(rf"\x{{{first:X}}}-\x{{{last:X}}}" for first, last in RANGES)
_SEEN = rf"^[^{_CATEGORIES}{_RANGES}]+$"

DECIMAL = r"^[0-9]+(\.[0-9]+)?$"
REGION = r"^[A-Z]{2}$"
REGION_OR_GLOBAL = r"^([A-Z]{2}|global)$"
RFC3339 = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
OUTCOME = f"^({'|'.join(OUTCOME_NAMES)})$"

# What a pattern asks for, in words, for problem documents.
PATTERNS = {
    _SEEN: "expected text without control, invisible or direction-changing characters",
    DECIMAL: 'expected a decimal number as text, such as "12500.00"',
    REGION: 'expected an ISO 3166-1 alpha-2 code in upper case, such as "HK"',
    REGION_OR_GLOBAL: 'expected a region such as "HK", or "global"',
    RFC3339: 'expected a time with its zone, such as "2026-11-20T10:00:00Z"',
    OUTCOME: f"expected one of {', '.join(OUTCOME_NAMES)}",
}

Text = Annotated[str, StringConstraints(max_length=TEXT_LIMIT)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LIMIT)]


def _shown(limit: int, description: str) -> WithJsonSchema:
    # The pattern stays out of the schema: `\p{Cf}` is beyond the regular expressions of many JSON Schema tools.
    return WithJsonSchema({"type": "string", "minLength": 1, "maxLength": limit, "description": description})


_VISIBLE = "Text without control, invisible or direction-changing characters: alerts show it."
Shown = Annotated[
    str,
    StringConstraints(min_length=1, max_length=TEXT_LIMIT, pattern=_SEEN),
    _shown(TEXT_LIMIT, _VISIBLE),
]
Address = Annotated[
    str,
    StringConstraints(min_length=1, max_length=ADDRESS_LIMIT, pattern=_SEEN),
    _shown(ADDRESS_LIMIT, _VISIBLE),
]
Amount = Annotated[str, StringConstraints(max_length=TEXT_LIMIT, pattern=DECIMAL)]
Number = Annotated[float, Field(ge=LOWEST_NUMBER, allow_inf_nan=False)]
TextList = Annotated[list[Text], Field(max_length=LIST_LIMIT)]
# Events hold integers of 64 bits; a larger one is read as the nearest float.
Whole = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Attribute = Text | bool | Whole | Annotated[float, Field(allow_inf_nan=False)] | TextList


@with_config(STRICT)
class Destination(TypedDict, total=False):
    """Where the withdrawal goes."""

    address: Address | None
    kind: Text | None
    first_use: bool | None
    tags: TextList | None


@with_config(STRICT)
class Account(TypedDict, total=False):
    """Who withdraws: nothing that names the user."""

    age_days: Number | None
    age_band: Text | None
    kyc_level: Number | None
    withdrawals_30d: Number | None
    first_withdrawal: bool | None


@with_config(STRICT)
class Session(TypedDict, total=False):
    """What the exchange noticed in this session."""

    signals: TextList | None


@with_config(STRICT)
class AssessmentRequest(TypedDict):
    """A withdrawal. Null means not given."""

    withdrawal_id: Id
    user_id: Id
    region: Annotated[str, StringConstraints(pattern=REGION)]
    languages: NotRequired[Annotated[list[Text], Field(max_length=LIST_LIMIT)] | None]
    asset: NotRequired[Shown | None]
    network: NotRequired[Shown | None]
    amount: NotRequired[Amount | None]
    amount_usd: NotRequired[Number | None]
    share_of_balance: NotRequired[Number | None]
    channel: NotRequired[Text | None]
    declared_purpose: NotRequired[Text | None]
    destination: NotRequired[Destination | None]
    account: NotRequired[Account | None]
    session: NotRequired[Session | None]
    attributes: NotRequired[Annotated[dict[Text, Attribute | None], Field(max_length=LIST_LIMIT)] | None]


@with_config(STRICT)
class ExplainRequest(AssessmentRequest):
    """A withdrawal, and the rule that is asked about: without one, every rule of the region."""

    rule_id: NotRequired[Annotated[str, StringConstraints(max_length=ADDRESS_LIMIT)] | None]


OutcomeName = Annotated[str, StringConstraints(pattern=OUTCOME), WithJsonSchema({"enum": list(OUTCOME_NAMES)})]
OccurredAt = Annotated[str, StringConstraints(pattern=RFC3339)]


@with_config(STRICT)
class OutcomeRequest(TypedDict):
    """What became of a withdrawal. Without `occurred_at` it is the time of receipt."""

    outcome: OutcomeName
    occurred_at: NotRequired[OccurredAt | None]


@with_config(STRICT)
class OutcomeItem(TypedDict):
    """One of many outcomes."""

    assessment_id: Annotated[str, StringConstraints(max_length=TEXT_LIMIT)]
    outcome: OutcomeName
    occurred_at: NotRequired[OccurredAt | None]
