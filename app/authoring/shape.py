"""Does a document have the form that its kind asks for? Every fault at its place, in plain words."""

from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.authoring.codes import Code
from app.authoring.fields import IN_WORDS
from app.authoring.plain import did_you_mean, found, listing, quoted
from app.authoring.problem import Finding, Path, Spot

F = TypeVar("F", bound=BaseModel)


def fit(form: type[F], data: object) -> tuple[F | None, list[Finding]]:
    """The data as a form; None together with every fault where it does not fit."""
    try:
        return form.model_validate(data), []
    except ValidationError as error:
        return None, [_finding(form, detail, data) for detail in error.errors(include_url=False)]


def _finding(form: type[BaseModel], detail: ErrorDetails, data: object) -> Finding:
    where: Path = detail["loc"]
    if where and where[-1] == "[key]":
        code, message, hint = _words(detail)
        return Finding(code, where[:-1], message, hint, Spot.KEY)
    kind = detail["type"]
    if kind == "extra_forbidden":
        hint = did_you_mean(where[-1], _entries(_at(form, where[:-1])))
        return Finding(Code.UNKNOWN_KEY, where, f"{quoted(str(where[-1]))} is not an entry here", hint, Spot.KEY)
    if kind == "missing":
        about = _about(_at(form, where[:-1]), str(where[-1]))
        return Finding(Code.MISSING_KEY, where[:-1], f"`{where[-1]}` is missing", about)
    code, message, hint = _words(detail)
    name = _name(where)
    return Finding(code, where, f"`{name}`: {message}" if name else message, hint)


def _name(where: Path) -> str:
    """The innermost key on the way, so that a fault in a list names its list."""
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
        hint = "a text that begins with a curly brace needs quotes"
    elif isinstance(value, list):
        hint = "a text that begins with a square bracket needs quotes"
    return Code.WRONG_TYPE, f"expected text, found {found(value)}", hint


def _expected_flag(value: object, _context: Mapping[str, Any]) -> Words:
    return (
        Code.WRONG_TYPE,
        f"expected `true` or `false`, found {found(value)}",
        "write `true` or `false`, without quotes",
    )


def _expected_whole(value: object, _context: Mapping[str, Any]) -> Words:
    return Code.WRONG_TYPE, f"expected a whole number, found {found(value)}", None


def _expected_list(value: object, _context: Mapping[str, Any]) -> Words:
    hint = f"write [{value}]" if isinstance(value, str | int | float) and len(str(value)) < 40 else None
    return Code.WRONG_TYPE, f"expected a list, found {found(value)}", hint


def _expected_mapping(value: object, _context: Mapping[str, Any]) -> Words:
    hint = "delete the line, or write something under it" if value is None else None
    return Code.WRONG_TYPE, f"expected a mapping (entries such as `key: value`), found {found(value)}", hint


def _expected_one_of(value: object, context: Mapping[str, Any]) -> Words:
    options = [option.strip("'") for option in str(context["expected"]).replace(" or ", ", ").split(", ")]
    if isinstance(value, str):
        hint = did_you_mean(value, options)
        return (
            Code.BAD_VALUE,
            f"{quoted(value)} is none of {listing(options)}",
            None if hint and "possible" in hint else hint,
        )
    return Code.WRONG_TYPE, f"expected one of {listing(options)}, found {found(value)}", None


def _too_long(value: object, context: Mapping[str, Any]) -> Words:
    size = len(value) if isinstance(value, str | list | dict) else 0
    unit = "characters" if isinstance(value, str) else "entries"
    return Code.BAD_VALUE, f"too long: {size} {unit}, at most {context['max_length']}", None


def _too_short(_value: object, _context: Mapping[str, Any]) -> Words:
    return Code.BAD_VALUE, "empty", "write something, or delete the line"


def _at_least(value: object, context: Mapping[str, Any]) -> Words:
    return Code.BAD_VALUE, f"at least {context['ge']}, found {found(value)}", None


def _at_most(value: object, context: Mapping[str, Any]) -> Words:
    return Code.BAD_VALUE, f"at most {context['le']}, found {found(value)}", None


# pydantic's error types -> ours. Source: https://docs.pydantic.dev/latest/errors/validation_errors/
_EXPLAINED: dict[str, Callable[[object, Mapping[str, Any]], Words]] = {
    "string_type": _expected_text,
    "bool_type": _expected_flag,
    "int_type": _expected_whole,
    "int_from_float": _expected_whole,
    "list_type": _expected_list,
    "dict_type": _expected_mapping,
    "model_type": _expected_mapping,
    "literal_error": _expected_one_of,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "string_too_short": _too_short,
    "too_short": _too_short,
    "greater_than_equal": _at_least,
    "less_than_equal": _at_most,
}


def _at(form: type[BaseModel], where: Path) -> type[BaseModel] | None:
    """The form that a path leads to; None where it leads into free entries."""
    here: type[BaseModel] | None = form
    annotation: object = form
    for part in where:
        if here is not None:
            annotation = _annotation(here, str(part))
        annotation, here = _inside(annotation, stepped=here is not None)
    return here


def _annotation(form: type[BaseModel], entry: str) -> object:
    for name, info in form.model_fields.items():
        if (info.alias or name) == entry:
            return info.annotation
    return None


def _inside(annotation: object, *, stepped: bool) -> tuple[object, type[BaseModel] | None]:
    """Unwraps to a form. `stepped` is false where the path's last part was a key or position of a container."""
    while True:
        origin, parts = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            annotation = parts[0]
        elif origin in {Union, UnionType}:
            annotation = next(part for part in parts if part is not type(None))
        elif origin in {list, dict} and not stepped:
            annotation, stepped = parts[-1], True
        else:
            break
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, annotation
    return annotation, None


def _entries(form: type[BaseModel] | None) -> list[str]:
    return [] if form is None else [info.alias or name for name, info in form.model_fields.items()]


def _about(form: type[BaseModel] | None, entry: str) -> str | None:
    if form is None:
        return None
    return next((i.description for name, i in form.model_fields.items() if (i.alias or name) == entry), None)
