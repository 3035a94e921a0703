"""The values of unquoted YAML scalars by the core schema of YAML 1.2: `no`, `012`, `1:30` and dates are text."""

import re
from math import isfinite

from app.domain.fact import Scalar

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_FIRST_OF_NUMBER = frozenset("-+.0123456789")


class NotFinite(ValueError):
    """A number that cannot be compared: .nan, .inf, or beyond a double."""


def resolve(text: str) -> Scalar | None:
    """The value of an unquoted scalar. Raises NotFinite."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _FIRST_OF_NUMBER:
        return text
    if _NOT_FINITE.fullmatch(text):
        raise NotFinite
    if not _FLOAT.fullmatch(text):
        return text
    return _number(text)


def _number(text: str) -> int | float:
    number = float(text)
    if not isfinite(number):
        raise NotFinite
    return int(text) if _INT.fullmatch(text) else number
