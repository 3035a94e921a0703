"""The shape of a withdrawal: every field that a request may give, declared once.

`api.request_models` derives the contract from this. `service.withdrawal_decoder` repeats it for speed, and
tests/api/test_withdrawal_shape.py compares the two field by field.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.fact import LOWEST_NUMBER

TEXT_LIMIT = 128  # characters
ADDRESS_LIMIT = 256
LIST_LIMIT = 32  # entries

# ISO 3166-1 alpha-2.
REGION = r"^[A-Z]{2}$"
DECIMAL = r"^[0-9]+(\.[0-9]+)?$"

# A share of the balance is 1 at most. Fees and prices that moved in between take an emptied account slightly beyond,
# and that withdrawal needs its warning most. A percentage is far beyond.
HIGHEST_SHARE = 1.1


@dataclass(frozen=True, slots=True)
class Text:
    """Lengths in characters. An alert shows `visible` text, so it has no invisible or direction-changing character."""

    longest: int | None = TEXT_LIMIT  # None where the pattern limits it
    shortest: int = 0
    pattern: str | None = None
    visible: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number, from `lowest` to `highest`."""

    lowest: int = LOWEST_NUMBER
    highest: float | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class TextList:
    """A list of texts, each as long as a text may be."""

    longest: int = LIST_LIMIT


@dataclass(frozen=True, slots=True)
class Attributes:
    """The exchange's own facts by name: a text, a flag, a finite number, an integer of 64 bits or a list of texts."""

    longest: int = LIST_LIMIT


@dataclass(frozen=True, slots=True)
class Group:
    """An object. No other field may be in it; one that is not required may be absent or null."""

    description: str
    fields: Mapping[str, "Shape"]
    required: frozenset[str] = frozenset()


Shape = Text | Number | Flag | TextList | Attributes | Group

_NAME = Text(shortest=1)
_VISIBLE_NAME = Text(shortest=1, visible=True)

WITHDRAWAL = Group(
    "A withdrawal. Null means not given.",
    {
        "withdrawal_id": _NAME,
        "user_id": _NAME,
        "region": Text(longest=None, pattern=REGION),
        "languages": TextList(),
        "asset": _VISIBLE_NAME,
        "network": _VISIBLE_NAME,
        "amount": Text(pattern=DECIMAL),
        "amount_usd": Number(),
        "share_of_balance": Number(highest=HIGHEST_SHARE),
        "channel": Text(),
        "declared_purpose": Text(),
        "destination": Group(
            "Where the withdrawal goes.",
            {
                "address": Text(ADDRESS_LIMIT, shortest=1, visible=True),
                "kind": Text(),
                "first_use": Flag(),
                "tags": TextList(),
            },
        ),
        "account": Group(
            "Who withdraws: nothing that names the user.",
            {
                "age_days": Number(),
                "age_band": Text(),
                "kyc_level": Number(),
                "withdrawals_30d": Number(),
                "first_withdrawal": Flag(),
            },
        ),
        "session": Group("What the exchange noticed in this session.", {"signals": TextList()}),
        "attributes": Attributes(),
    },
    required=frozenset({"withdrawal_id", "user_id", "region"}),
)

# The fields that a text may show, by placeholder; `address.shorten` cuts the address.
SHOWN: Mapping[str, str] = {
    "amount": "amount",
    "asset": "asset",
    "network": "network",
    "destination": "destination.address",
}


def fields(group: Group = WITHDRAWAL, prefix: str = "") -> dict[str, Shape]:
    """Every field that is no group, under its full name such as `destination.kind`."""
    found: dict[str, Shape] = {}
    for name, shape in group.fields.items():
        found |= fields(shape, f"{prefix}{name}.") if isinstance(shape, Group) else {f"{prefix}{name}": shape}
    return found
