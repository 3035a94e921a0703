"""Reading a request's body: bytes to a validated request, or every error at once."""

import json
import re
from string import ascii_uppercase
from typing import Any, NoReturn, TypeVar

from msgspec import MsgspecError
from msgspec.json import Decoder
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from app.api.problem_document import FieldError, expectation, invalid, not_json, pointer
from app.api.reply import Reply
from app.api.request_models import DECIMAL, PATTERNS, AssessmentRequest
from app.service.withdrawal import LIST_LIMIT, TEXT_LIMIT, Withdrawal, withdrawal_of

T = TypeVar("T")

_ATTRIBUTE = (
    f"expected text up to {TEXT_LIMIT} characters, a finite number, true or false, "
    f"or a list of up to {LIST_LIMIT} such texts"
)

_DIGITS = 4300

# Making one takes milliseconds.
ASSESSMENT: TypeAdapter[AssessmentRequest] = TypeAdapter(AssessmentRequest)


def read(adapter: TypeAdapter[T], body: bytes) -> T | Reply:
    """The request, or the problem document that says all that is wrong with it."""
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        return _refusal(adapter, body, error)


def read_withdrawal(body: bytes) -> Withdrawal | Reply:
    """What `read` says of an assessment's body, by the short way where there is nothing to doubt.

    What msgspec reads and `certain` lets through is less than the contract's model accepts, never more; the rest, and
    every refusal, is the model's to say.
    """
    try:
        withdrawal = _withdrawal(body)
    except (MsgspecError, UnicodeDecodeError):
        return _by_the_model(body)
    address = withdrawal.destination.address if withdrawal.destination else None
    shown = f"{withdrawal.asset}{withdrawal.network}{address}"
    amount = withdrawal.amount
    certain = (
        withdrawal.region in _REGIONS
        and shown.isascii()
        and shown.isprintable()
        and (amount is None or _DECIMAL(amount) is not None)
    )
    return withdrawal if certain else _by_the_model(body)


def _by_the_model(body: bytes) -> Withdrawal | Reply:
    request = read(ASSESSMENT, body)
    return request if isinstance(request, Reply) else withdrawal_of(request)


_withdrawal = Decoder(Withdrawal).decode
_REGIONS = frozenset(first + second for first in ascii_uppercase for second in ascii_uppercase)
_DECIMAL = re.compile(DECIMAL.removesuffix("$") + r"\Z").match


def field_errors(error: ValidationError) -> list[FieldError]:
    """Every error once, by its pointer. A union reports each of its members; one sentence says them all."""
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
    """Only a wrong body pays for finding out whether it was JSON at all: pydantic takes a NaN for a number."""
    value = parsed(body)
    if isinstance(value, Reply):
        return value
    if error.errors(include_url=False, include_input=False)[0]["type"] != "json_invalid":
        return invalid(field_errors(error))
    # JSON that pydantic does not read: nested more than 200 deep, or half a surrogate pair.
    try:
        adapter.validate_python(value)
    except ValidationError as again:
        return invalid(field_errors(again))
    return invalid([FieldError("", "holds text that is not Unicode")])


def parsed(body: bytes) -> Any:
    """JSON as Python, or the Reply that says why it is none."""
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
    # Python refuses to read an integer of more than 4,300 digits; as a float it is infinite, and refused as that.
    return int(digits) if len(digits) < _DIGITS else float(digits)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
