"""The bodies of requests. pydantic reads them from bytes as TypedDicts: half the time of a BaseModel."""

from typing import Annotated, Any, NotRequired, assert_never

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, WithJsonSchema, with_config
from typing_extensions import TypedDict

from app.domain import withdrawal
from app.domain.invisible import CATEGORIES, RANGES
from app.domain.outcome import OUTCOME_NAMES
from app.domain.withdrawal import ADDRESS_LIMIT, DECIMAL, LIST_LIMIT, REGION, TEXT_LIMIT, WITHDRAWAL, Group, Shape

STRICT = ConfigDict(strict=True, extra="forbid")

# pydantic's regular expressions do not know the surrogates, Cs, which no JSON text can hold.
_CATEGORIES = "".join(rf"\p{{{each}}}" for each in CATEGORIES if each != "Cs")
_RANGES = "".join(rf"\x{{{first:X}}}-\x{{{last:X}}}" for first, last in RANGES)
_SEEN = rf"^[^{_CATEGORIES}{_RANGES}]+$"

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

_VISIBLE = "Text without control, invisible or direction-changing characters: alerts show it."
_Text = Annotated[str, StringConstraints(max_length=TEXT_LIMIT)]
# Events hold integers of 64 bits; a larger one is read as the nearest float.
_Whole = Annotated[int, Field(ge=-(2**63), lt=2**63)]
_TextList = Annotated[list[_Text], Field(max_length=LIST_LIMIT)]
_Attribute = _Text | bool | _Whole | Annotated[float, Field(allow_inf_nan=False)] | _TextList

Request = dict[str, Any]
_typed_dict: Any = TypedDict  # mypy knows it only with a literal of its members


def _model(name: str, group: Group) -> Any:
    """A TypedDict that refuses unknown fields and converts nothing. What is not required may be null."""
    members = {field: _type(field, shape) for field, shape in group.fields.items()}
    model = _typed_dict(
        name, {field: kind if field in group.required else NotRequired[kind | None] for field, kind in members.items()}
    )
    model.__doc__ = group.description
    return with_config(STRICT)(model)


def _type(field: str, shape: Shape) -> Any:
    match shape:
        case withdrawal.Text():
            return _text(shape)
        case withdrawal.Number():
            return Annotated[float, Field(ge=shape.lowest, le=shape.highest, allow_inf_nan=False)]
        case withdrawal.Flag():
            return bool
        case withdrawal.TextList():
            return Annotated[list[_Text], Field(max_length=shape.longest)]
        case withdrawal.Attributes():
            return Annotated[dict[_Text, _Attribute | None], Field(max_length=shape.longest)]
        case Group():
            return _model(field.title(), shape)
        case _:
            assert_never(shape)


def _text(shape: withdrawal.Text) -> Any:
    shortest = shape.shortest or None  # 0 would stand in the schema
    if not shape.visible:
        return Annotated[str, StringConstraints(min_length=shortest, max_length=shape.longest, pattern=shape.pattern)]
    # The pattern stays out of the schema: `\p{Cf}` is beyond the regular expressions of many JSON Schema tools.
    schema = {"type": "string", "minLength": shape.shortest, "maxLength": shape.longest, "description": _VISIBLE}
    constraints = StringConstraints(min_length=shortest, max_length=shape.longest, pattern=_SEEN)
    return Annotated[str, constraints, WithJsonSchema(schema)]


EXPLAINED = Group(
    "A withdrawal, and the rule that is asked about: without one, every rule of the region.",
    {**WITHDRAWAL.fields, "rule_id": withdrawal.Text(ADDRESS_LIMIT)},
    WITHDRAWAL.required,
)

# Making an adapter takes milliseconds.
ASSESSMENT: TypeAdapter[Request] = TypeAdapter(_model("AssessmentRequest", WITHDRAWAL))
EXPLAIN: TypeAdapter[Request] = TypeAdapter(_model("ExplainRequest", EXPLAINED))


OutcomeName = Annotated[str, StringConstraints(pattern=OUTCOME), WithJsonSchema({"enum": list(OUTCOME_NAMES)})]
OccurredAt = Annotated[str, StringConstraints(pattern=RFC3339)]
AssessmentId = Annotated[str, StringConstraints(max_length=TEXT_LIMIT)]

# Seven days. A longer age is most likely a time: an epoch in seconds, read as milliseconds, is twenty days.
AGO_LIMIT = 7 * 24 * 60 * 60 * 1_000
AgoMs = Annotated[
    int,
    Field(
        ge=0,
        le=AGO_LIMIT,
        description="How many milliseconds ago it happened, when this was sent. Not together with `occurred_at`.",
    ),
]
_Counted = Annotated[int, Field(ge=0, le=2**31 - 1)]  # what its column of the dataset holds


@with_config(STRICT)
class OutcomeRequest(TypedDict):
    """What became of a withdrawal, as the alert's event or you yourself say. Without a time, it happened on receipt."""

    outcome: OutcomeName
    occurred_at: NotRequired[OccurredAt | None]
    ago_ms: NotRequired[AgoMs | None]
    visible_ms: NotRequired[_Counted | None]
    scrolled: NotRequired[bool | None]
    ignored_inputs: NotRequired[_Counted | None]
    assessment_id: NotRequired[Annotated[AssessmentId, Field(description="That of the path.")] | None]


@with_config(STRICT)
class OutcomeItem(TypedDict):
    """One of many outcomes."""

    assessment_id: AssessmentId
    outcome: OutcomeName
    occurred_at: NotRequired[OccurredAt | None]
    ago_ms: NotRequired[AgoMs | None]
    visible_ms: NotRequired[_Counted | None]
    scrolled: NotRequired[bool | None]
    ignored_inputs: NotRequired[_Counted | None]


OUTCOME_REQUEST: TypeAdapter[OutcomeRequest] = TypeAdapter(OutcomeRequest)
OUTCOME_ITEM: TypeAdapter[OutcomeItem] = TypeAdapter(OutcomeItem)
