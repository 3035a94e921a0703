"""Recovers the valid parts of a document that does not fit its form, so that one fault does not hide the others.

A stand-in replaces each value that is wrong; the checks ignore it.
"""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from app.authoring.entry_types import annotation_at, bare, entries, form_at, is_form, of_field
from app.authoring.fields import HASH_DIGITS
from app.authoring.problem import Path
from app.authoring.suggestions import nearest

F = TypeVar("F", bound=BaseModel)

# A stand-in can have one more fault inside it, never a second.
_ROUNDS = 3

# One of them fits each kind of value in a form: names, languages, days, zones, phones, addresses, domains.
_STAND_INS = (
    *("und", "UTC", "2000-01-01", "112", "https://form.example", "form.example", "a reason of ours", "0" * HASH_DIGITS),
    *(False, 0),
)


@dataclass(frozen=True, slots=True)
class Recovered(Generic[F]):
    """`stand_ins` are the places whose value is not the author's; `lost` are the entries that could not be kept."""

    form: F
    stand_ins: frozenset[Path]
    lost: frozenset[Path]


def recover(form: type[F], data: object) -> Recovered[F] | None:
    """None where `data` is not a mapping, or too much of it is wrong."""
    if not isinstance(data, dict):
        return None
    kept = deepcopy(data)
    stand_ins: set[Path] = set()
    lost: set[Path] = set()
    for _ in range(_ROUNDS):
        try:
            return Recovered(form.model_validate(kept), frozenset(stand_ins), frozenset(lost))
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=False):
                where: Path = detail["loc"]
                if where and where[-1] == "[key]":
                    _drop(kept, where[:-1])
                    lost.add(where[:-1])
                elif detail["type"] == "extra_forbidden":
                    _drop(kept, where)
                    lost.add(where)
                    stand_ins |= _probably_meant(form, where, kept)
                elif where:
                    _put(kept, where, stand_in(annotation_at(form, where)))
                    stand_ins.add(where)
    return None


def _probably_meant(form: type[BaseModel], where: Path, kept: object) -> set[Path]:
    """The entry that an unknown one was probably meant to be, unless the document has that entry too."""
    around = form_at(form, where[:-1])
    close = nearest(where[-1], entries(around)) if around is not None else None
    beside = _around(kept, where)
    return {(*where[:-1], close)} if close is not None and isinstance(beside, dict) and close not in beside else set()


def stand_in(annotation: Any) -> object:
    """A value that is valid for this type."""
    kind = bare(annotation)
    if is_form(kind):
        return {name: stand_in(of_field(info)) for name, info in entries(kind).items() if info.is_required()}
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if get_origin(kind) is dict:
        return {}
    adapter: TypeAdapter[object] = TypeAdapter(annotation)
    options = ([], [stand_in(get_args(kind)[0])]) if get_origin(kind) is list else _STAND_INS
    return next((option for option in options if _fits(adapter, option)), None)


def _fits(adapter: TypeAdapter[object], value: object) -> bool:
    try:
        adapter.validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def _around(data: object, where: Path) -> Any:
    """The list or mapping that holds a place; None where an earlier repair removed it."""
    here: Any = data
    for part in where[:-1]:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            return None
    return here


def _put(data: object, where: Path, value: object) -> None:
    around, last = _around(data, where), where[-1]
    if isinstance(last, int) and isinstance(around, list):
        around[last : last + 1] = [value]
    elif isinstance(around, dict):
        around[last] = value


def _drop(data: object, where: Path) -> None:
    around = _around(data, where)
    if isinstance(around, dict):
        around.pop(where[-1], None)
