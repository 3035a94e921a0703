"""Validates a document against the form of its kind: every fault at its place, in plain words."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.authoring.entry_types import annotation_at, bare, entries, form_at, is_form, limits, of_field
from app.authoring.fields import IN_WORDS
from app.authoring.keyboard_slips import slips
from app.authoring.problem import Finding, Path, Spot
from app.authoring.problem_codes import Code
from app.authoring.suggestions import as_flag, as_number, did_you_mean, found, listing, nearest, quoted
from app.domain.fact import ATTRIBUTE_PREFIX, FACTS

F = TypeVar("F", bound=BaseModel)


def is_condition(name: str) -> bool:
    """Whether an entry of this name can stand under `when`."""
    return name in FACTS or name in {"all", "any"} or name.startswith(ATTRIBUTE_PREFIX)


def validate(form: type[F], data: object) -> tuple[F | None, list[Finding]]:
    """The data as a form, or None and every fault."""
    try:
        return form.model_validate(data), []
    except ValidationError as error:
        findings = [_finding(form, detail, data) for detail in error.errors(include_url=False)]
        return None, _without_consequences(findings)


def _without_consequences(findings: list[Finding]) -> list[Finding]:
    """An entry with a misspelt name is not reported as missing too."""
    unknown = [each.where for each in findings if each.code is Code.UNKNOWN_KEY]
    if any(len(where) == 1 and is_condition(str(where[0])) for where in unknown):
        findings = [each for each in findings if each.where != ("when",)]
    return [
        each
        for each in findings
        if each.code is not Code.MISSING_KEY or not any(_meant(each, where) for where in unknown)
    ]


def _meant(missing: Finding, where: Path) -> bool:
    return where[:-1] == missing.where and nearest(where[-1], [missing.message.split("`")[1]]) is not None


def _finding(form: type[BaseModel], detail: ErrorDetails, data: object) -> Finding:
    where: Path = detail["loc"]
    if where and where[-1] == "[key]":
        code, message, hint = _words(detail)
        return Finding(code, where[:-1], message, hint, Spot.KEY)
    kind = detail["type"]
    if kind == "extra_forbidden":
        around = form_at(form, where[:-1])
        hint = _belongs_under(form, where) or did_you_mean(where[-1], entries(around) if around is not None else ())
        return Finding(Code.UNKNOWN_KEY, where, f"{quoted(str(where[-1]))} is not an entry here", hint, Spot.KEY)
    if kind == "missing":
        about = _about(form_at(form, where[:-1]), str(where[-1]))
        return Finding(Code.MISSING_KEY, where[:-1], f"`{where[-1]}` is missing", about)
    if kind in {"greater_than_equal", "less_than_equal"}:
        code, message, hint = _out_of_range(detail["input"], limits(annotation_at(form, where)))
    else:
        code, message, hint = _words(detail)
    around = form_at(form, where) if kind == "model_type" else None
    if around is not None and not isinstance(detail["input"], list):
        hint = f"its entries are {listing(entries(around))}"
    name = _name(where)
    return Finding(code, where, f"`{name}`: {message}" if name else message, hint)


def _belongs_under(form: type[BaseModel], where: Path) -> str | None:
    """A hint for an entry at the left margin that belongs into one of the groups there."""
    name = str(where[0])
    if len(where) > 1:
        return None
    for group, info in entries(form).items():
        inner = bare(of_field(info))
        if name in (entries(inner) if is_form(inner) else ()) or (group == "when" and is_condition(name)):
            return f"if it belongs under `{group}:`, begin the line with two spaces"
    return None


def _name(where: Path) -> str:
    """The innermost key of a path, so that a fault in a list names its list."""
    return next((part for part in reversed(where) if isinstance(part, str)), "")


Words = tuple[Code, str, str | None]


def _words(detail: ErrorDetails) -> Words:
    kind = detail["type"]
    if kind == IN_WORDS:
        context = detail["ctx"]
        value = detail["input"]
        shown = f"{quoted(value)} is {context['words']}" if isinstance(value, str) else context["words"]
        return Code.BAD_VALUE, shown, context["hint"]
    explain = _EXPLAINED.get(kind)
    if explain is None:
        return Code.BAD_VALUE, f"not possible here, found {found(detail['input'])}", None
    return explain(detail["input"], detail.get("ctx", {}))


def _expected_text(value: object, _context: Mapping[str, Any]) -> Words:
    hint = None
    if isinstance(value, bool | int | float):
        hint = "put it in quotes"
    elif isinstance(value, dict) and len(value) == 1:
        empty = next(iter(value.values())) is None
        hint = f"a text {'that begins with a curly brace' if empty else 'with a colon and a space in it'} needs quotes"
    elif isinstance(value, list):
        hint = "a text that begins with a square bracket needs quotes"
    return Code.WRONG_TYPE, f"expected text, found {found(value)}", hint


def _expected_flag(value: object, _context: Mapping[str, Any]) -> Words:
    return Code.WRONG_TYPE, f"expected `true` or `false`, found {found(value)}", as_flag(value)


def _expected_whole(value: object, _context: Mapping[str, Any]) -> Words:
    hint = as_number(value) if isinstance(value, str) else None
    if isinstance(value, float):
        hint = f"write {value:.0f}" if value.is_integer() else "write it without a fraction"
    return Code.WRONG_TYPE, f"expected a whole number, found {found(value)}", hint


def _expected_number(value: object, _context: Mapping[str, Any]) -> Words:
    return (
        Code.WRONG_TYPE,
        f"expected a number, found {found(value)}",
        as_number(value) if isinstance(value, str) else None,
    )


def _expected_list(value: object, _context: Mapping[str, Any]) -> Words:
    hint = f"write [{value}]" if isinstance(value, str | int | float) and len(str(value)) < 40 else None
    if hint is None and value is not None:
        hint = "begin every item with `- `, each on a line of its own"
    if isinstance(value, str) and (slip := next(slips(value), None)):
        hint = slip.hint
    return Code.WRONG_TYPE, f"expected a list, found {found(value)}", hint


def _expected_mapping(value: object, _context: Mapping[str, Any]) -> Words:
    hint = "delete the line, or write something under it" if value is None else None
    if isinstance(value, list):
        hint = "write the entries without `- ` before them"
    return Code.WRONG_TYPE, f"expected a mapping (entries such as `key: value`), found {found(value)}", hint


def _expected_one_of(value: object, context: Mapping[str, Any]) -> Words:
    options = [option.strip("'") for option in str(context["expected"]).replace(" or ", ", ").split(", ")]
    if isinstance(value, str):
        hint = did_you_mean(value, options, at_most=0)  # the message lists them all
        return Code.BAD_VALUE, f"{quoted(value)} is none of {listing(options)}", hint
    return Code.WRONG_TYPE, f"expected one of {listing(options)}, found {found(value)}", None


def _too_long(value: object, context: Mapping[str, Any]) -> Words:
    size = len(value) if isinstance(value, str | list | dict) else 0
    unit = "characters" if isinstance(value, str) else "entries"
    return Code.BAD_VALUE, f"too long: {size} {unit}, at most {context['max_length']}", None


def _too_short(_value: object, _context: Mapping[str, Any]) -> Words:
    return Code.BAD_VALUE, "empty", "write something, or delete the line"


def _out_of_range(value: object, allowed: Mapping[str, Any]) -> Words:
    return Code.BAD_VALUE, f"must be from {allowed['ge']:,} to {allowed['le']:,}, found {found(value)}", None


# pydantic's error types to ours. Source: https://docs.pydantic.dev/latest/errors/validation_errors/
_EXPLAINED: dict[str, Callable[[object, Mapping[str, Any]], Words]] = {
    "string_type": _expected_text,
    "bool_type": _expected_flag,
    "int_type": _expected_whole,
    "int_from_float": _expected_whole,
    "float_type": _expected_number,
    "list_type": _expected_list,
    "dict_type": _expected_mapping,
    "model_type": _expected_mapping,
    "literal_error": _expected_one_of,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "string_too_short": _too_short,
    "too_short": _too_short,
}


def _about(form: type[BaseModel] | None, entry: str) -> str | None:
    info = entries(form).get(entry) if form is not None else None
    return info.description if info is not None else None
