"""Reads a request's body: bytes to a validated request, or to a problem document that lists every error."""

import json
import re
from string import ascii_uppercase
from typing import Any, NoReturn, TypeVar

from msgspec import MsgspecError
from msgspec.json import Decoder
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from app.api.problem_document import FieldError, empty, expectation, invalid, not_json, pointer
from app.api.reply import Reply
from app.api.request_models import ASSESSMENT, PATTERNS
from app.domain.withdrawal import DECIMAL, LIST_LIMIT, TEXT_LIMIT
from app.service.withdrawal_decoder import Withdrawal, withdrawal_of

T = TypeVar("T")

_ATTRIBUTE = (
    f"expected text up to {TEXT_LIMIT} characters, a finite number, true or false, "
    f"or a list of up to {LIST_LIMIT} such texts"
)

_DIGITS = 4300


def read(adapter: TypeAdapter[T], body: bytes) -> T | Reply:
    """The request, or a problem document that lists every error in it."""
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        return _refusal(adapter, body, error)


def read_withdrawal(body: bytes) -> Withdrawal | Reply:
    """Reads an assessment's body as `read` does, in a quarter of the time where it is plainly valid.

    msgspec checks types and lengths, `checked` the patterns, more strictly than the contract. A body that fails either
    goes to the contract's model, which accepts it after all or words the refusal.
    """
    try:
        withdrawal = _decode(body)
    except (MsgspecError, UnicodeDecodeError):
        return _read_by_contract(body)
    address = withdrawal.destination.address if withdrawal.destination else None
    shown = f"{withdrawal.asset}{withdrawal.network}{address}"
    amount = withdrawal.amount
    checked = (
        withdrawal.region in _REGIONS
        and shown.isascii()
        and shown.isprintable()
        and (amount is None or _DECIMAL(amount) is not None)
    )
    return withdrawal if checked else _read_by_contract(body)


def _read_by_contract(body: bytes) -> Withdrawal | Reply:
    request = read(ASSESSMENT, body)
    return request if isinstance(request, Reply) else withdrawal_of(request)


_decode = Decoder(Withdrawal).decode
_REGIONS = frozenset(first + second for first in ascii_uppercase for second in ascii_uppercase)
_DECIMAL = re.compile(DECIMAL.removesuffix("$") + r"\Z").match


def field_errors(error: ValidationError) -> list[FieldError]:
    """One error a pointer. pydantic reports every member of a union; one sentence covers them."""
    found: dict[str, FieldError] = {}
    for detail in error.errors(include_url=False, include_input=False):
        place = detail["loc"]
        text = field_text(detail)
        if len(place) > 2 and place[0] == "attributes":
            text = text if place[2] == "[key]" else _ATTRIBUTE
            place = place[:2]
        where = pointer(place)
        found.setdefault(where, FieldError(where, text))
    return list(found.values())


def field_text(detail: ErrorDetails) -> str:
    if detail["type"] == "string_pattern_mismatch":
        return PATTERNS.get(detail.get("ctx", {}).get("pattern", ""), "is not as expected")
    return expectation(detail)


def _refusal(adapter: TypeAdapter[T], body: bytes, error: ValidationError) -> Reply:
    """Parses a wrong body again to learn whether it was JSON at all: pydantic reads NaN as a number."""
    value = parsed(body)
    if isinstance(value, Reply):
        return value
    if error.errors(include_url=False, include_input=False)[0]["type"] != "json_invalid":
        return invalid(field_errors(error))
    # pydantic cannot read JSON nested more than 200 deep, nor half a surrogate pair.
    try:
        adapter.validate_python(value)
    except ValidationError as again:
        return invalid(field_errors(again))
    return invalid([FieldError("", "holds text that is not Unicode")])


def parsed(body: bytes) -> Any:
    """The JSON value, or a Reply that says why the body is not JSON."""
    if not body.strip():
        return empty()
    try:
        return json.loads(body.decode(), parse_constant=_no_constant, parse_int=_whole)
    except UnicodeDecodeError:
        return not_json("it is not UTF-8")
    except RecursionError:
        return invalid([FieldError("", "is nested too deeply")])
    except json.JSONDecodeError as wrong:
        return not_json(f"{_lower(wrong.msg).removesuffix(' at')} at line {wrong.lineno}, column {wrong.colno}")
    except ValueError as wrong:
        return not_json(str(wrong))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"it holds {name}")


def _whole(digits: str) -> float:
    # Python cannot read an integer of more than 4,300 digits. As a float it is infinite, which is refused.
    return int(digits) if len(digits) < _DIGITS else float(digits)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
