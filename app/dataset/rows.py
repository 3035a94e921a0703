"""Turns journal lines into rows and checks their types.

msgspec reads a line in 2 microseconds, building the columns takes 3 more. Arrow's own JSON reader takes 4 in all, but
crashes the process (segmentation fault) on lines that are not objects (pyarrow 26.0.1).
"""

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Annotated, Any, NamedTuple

import msgspec
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from app.dataset.schema import ATTRIBUTES, FACT_TYPE, SCHEMA, TIME
from app.domain.event import FIELDS, VERSION, EventKind, FieldType
from app.domain.fact import ATTRIBUTE_PREFIX, FACTS, Kind
from app.domain.heap import collection_paused

_KINDS = frozenset(EventKind)

_ATTRIBUTE_MARK = f'"{ATTRIBUTE_PREFIX}'.encode()


def _member(fact: str) -> str:
    return fact.replace(".", "_")


_FACT_TYPES: Mapping[Kind, Any] = {Kind.TEXT: str, Kind.FLAG: bool, Kind.NUMBER: float, Kind.SET: list[str]}
_Facts = msgspec.defstruct(
    "_Facts",
    [(_member(fact), _FACT_TYPES[kind] | None, None) for fact, kind in FACTS.items()],
    rename={_member(fact): fact for fact in FACTS},
    gc=False,
)
_TYPES: Mapping[FieldType, Any] = {
    FieldType.SHORT: int,  # `v`: no other value than VERSION is taken
    FieldType.INTEGER: Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)],
    FieldType.TEXT: str,
    FieldType.FLAG: bool,
    FieldType.TEXTS: list[str],
    FieldType.TIME: str,
    FieldType.FACTS: _Facts,
}
_Event = msgspec.defstruct(
    "_Event",
    [
        (field.name, _TYPES[field.type]) if field.of is None else (field.name, _TYPES[field.type] | None, None)
        for field in FIELDS
    ],
    gc=False,
)
_decoder = msgspec.json.Decoder(_Event)


class Line(NamedTuple):
    """A journal line: an event's JSON, and the `event_id` that it must have."""

    event_id: str
    json: bytes


class Refused(NamedTuple):
    """A line that is not an event of ours. `why` names a column and types, never a value."""

    line: Line
    why: str


class _NotOurs(Exception):
    """The message is a `why`."""


def rows(lines: Sequence[Line]) -> tuple[pa.Table, list[Refused]]:
    """A table in the dataset's schema, in the order of the lines, and the lines that were refused."""
    with collection_paused():  # three times as fast: a collection would scan ten thousand events again and again
        return _rows(lines)


def _rows(lines: Sequence[Line]) -> tuple[pa.Table, list[Refused]]:
    """Parses all lines together. If one is bad, each half again, so that only the bad line is refused."""
    try:
        return _table(lines), []
    except _NotOurs as fault:
        if len(lines) == 1:
            return SCHEMA.empty_table(), [Refused(lines[0], str(fault))]
    half = len(lines) // 2
    (one, refused), (other, more) = _rows(lines[:half]), _rows(lines[half:])
    return pa.concat_tables([one, other]), refused + more


def _table(lines: Sequence[Line]) -> pa.Table:
    events = [_event(line) for line in lines]
    attributes = [_attributes(line.json) if _ATTRIBUTE_MARK in line.json else None for line in lines]
    columns = []
    for field in SCHEMA:
        values = list(map(attrgetter(field.name), events))
        if field.type == FACT_TYPE:
            columns.append(_facts(values, attributes))
        elif field.type == TIME:
            columns.append(_times(field.name, values))
        else:
            columns.append(pa.array(values, field.type))
    return pa.table(columns, schema=SCHEMA)


def _event(line: Line) -> Any:
    try:
        event: Any = _decoder.decode(line.json)
    except msgspec.ValidationError as error:
        raise _NotOurs(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _NotOurs("not JSON") from None
    if event.event_id != line.event_id:
        raise _NotOurs("event_id is not its segment and line")
    if event.v != VERSION or event.event not in _KINDS:
        raise _NotOurs("a version or an event that we do not know")
    return event


def _times(name: str, values: Sequence[str | None]) -> pa.Array:
    try:
        return pc.cast(pa.array(values, pa.string()), TIME)
    except pa.ArrowInvalid:
        raise _NotOurs(f"{name} is not a time with a zone") from None


def _facts(values: Sequence[Any], attributes: Sequence[list[tuple[str, str]] | None]) -> pa.StructArray:
    """Built for the events that have facts, then spread over all: most events are outcomes, which have none."""
    have = [place for place, value in enumerate(values) if value is not None]
    given = [values[place] for place in have]
    members = [
        pa.array([attributes[place] for place in have], field.type)
        if field.name == ATTRIBUTES
        else pa.array(list(map(attrgetter(_member(field.name)), given)), field.type)
        for field in FACT_TYPE.fields
    ]
    places: list[int | None] = [None] * len(values)
    for number, place in enumerate(have):
        places[place] = number
    return pa.StructArray.from_arrays(members, fields=FACT_TYPE.fields).take(pa.array(places, pa.int32()))


def _attributes(json: bytes) -> list[tuple[str, str]] | None:
    """Names without their prefix, and values as JSON, since text, numbers, flags and lists of text share the column.

    None if the prefix occurs only inside a text.
    """
    try:
        facts = orjson.loads(json).get("facts") or {}
    except orjson.JSONDecodeError:
        raise _NotOurs("not JSON") from None
    found = [
        (name.removeprefix(ATTRIBUTE_PREFIX), orjson.dumps(value).decode())
        for name, value in facts.items()
        if name.startswith(ATTRIBUTE_PREFIX)
    ]
    return found or None
