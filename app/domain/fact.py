"""What a rule may ask about a withdrawal."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

# Both are named: mypyc makes a float of whatever is called one, and 2**53 + 1 would become 2**53.
Number = int | float
Scalar = str | bool | Number
Value = Scalar | Sequence[str]

# A withdrawal as the rules see it: the facts that were given, under their full names. An absent fact has no entry.
Context = Mapping[str, Value]

ATTRIBUTE_PREFIX = "attributes."

# Every fact that is a number; an attribute can be any number.
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
    """The kind of a value that a request gave; true and false are never numbers."""
    if isinstance(value, str):
        return Kind.TEXT
    if isinstance(value, bool):
        return Kind.FLAG
    return Kind.NUMBER if isinstance(value, int | float) else Kind.SET
