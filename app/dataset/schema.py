"""The dataset's one wide table: the columns that hold the fields of `domain.event`."""

from collections.abc import Iterator, Mapping

import pyarrow as pa

from app.domain.event import FIELDS, FieldType
from app.domain.fact import FACTS, Kind

TIME = pa.timestamp("us", tz="UTC")
ATTRIBUTES = "attributes"

_FACT_TYPES: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.FLAG: pa.bool_(),
    Kind.NUMBER: pa.float64(),
    Kind.SET: pa.list_(pa.string()),
}
FACT_TYPE = pa.struct(
    [
        *(pa.field(fact, _FACT_TYPES[kind]) for fact, kind in FACTS.items()),
        pa.field(ATTRIBUTES, pa.map_(pa.string(), pa.string())),
    ]
)
_TYPES: Mapping[FieldType, pa.DataType] = {
    FieldType.SHORT: pa.int16(),
    FieldType.INTEGER: pa.int32(),
    FieldType.TEXT: pa.string(),
    FieldType.FLAG: pa.bool_(),
    FieldType.TIME: TIME,
    FieldType.TEXTS: pa.list_(pa.string()),
    FieldType.FACTS: FACT_TYPE,
}
# A column of one kind of event is null in rows of the other, so every column may be null.
SCHEMA = pa.schema([pa.field(field.name, _TYPES[field.type]) for field in FIELDS])


def reference() -> Iterator[str]:
    """The lines of docs/dataset.md that list the columns; a test holds both equal."""
    yield "| column | type | of | meaning |"
    yield "|---|---|---|---|"
    for field in FIELDS:
        kind = "struct, see below" if field.type is FieldType.FACTS else f"`{_TYPES[field.type]}`"
        yield f"| `{field.name}` | {kind} | {field.of or 'every event'} | {field.meaning} |"
    yield ""
    yield "| member of `facts` | type |"
    yield "|---|---|"
    for member in FACT_TYPE.fields:
        yield f"| `{member.name}` | `{member.type}` |"
