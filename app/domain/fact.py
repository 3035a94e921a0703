"""Facts: what a rule may ask about a withdrawal. This is their one declaration."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

# Not `float` alone: mypyc converts what is typed `float`, and 2**53 + 1 would become 2**53.
Number = int | float
Scalar = str | bool | Number
Value = Scalar | Sequence[str]

# A withdrawal as the rules see it: the facts that were given, by full name. A fact that was not given has no entry.
Context = Mapping[str, Value]

ATTRIBUTE_PREFIX = "attributes."

# Of a number fact; an attribute can be any number.
LOWEST_NUMBER = 0


class Kind(StrEnum):
    TEXT = "text"
    FLAG = "flag"
    NUMBER = "number"
    SET = "set"


FACTS: Mapping[str, Kind] = {
    "asset": Kind.TEXT,
    "network": Kind.TEXT,
    "channel": Kind.TEXT,
    "declared_purpose": Kind.TEXT,
    "amount_usd": Kind.NUMBER,
    "share_of_balance": Kind.NUMBER,
    "destination.kind": Kind.TEXT,
    "destination.first_use": Kind.FLAG,
    "destination.tags": Kind.SET,
    "account.age_days": Kind.NUMBER,
    "account.age_band": Kind.TEXT,
    "account.kyc_level": Kind.NUMBER,
    "account.withdrawals_30d": Kind.NUMBER,
    "account.first_withdrawal": Kind.FLAG,
    "session.signals": Kind.SET,
}


def kind_of(value: Value) -> Kind:
    """The kind of a value in a request; true and false are flags, not numbers."""
    if isinstance(value, str):
        return Kind.TEXT
    if isinstance(value, bool):
        return Kind.FLAG
    return Kind.NUMBER if isinstance(value, int | float) else Kind.SET
