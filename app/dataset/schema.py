"""The dataset's one wide table: every column, its type, and what it means."""

from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

from app.domain.fact import FACTS, Kind

VERSION = 1

TIME = pa.timestamp("us", tz="UTC")
ATTRIBUTES = "attributes"

_FACT_TYPES: dict[Kind, pa.DataType] = {
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


class Column(NamedTuple):
    """`of` is the event that has it; None is every event. What an event does not have is null."""

    name: str
    type: pa.DataType
    of: str | None
    meaning: str


COLUMNS = (
    Column("v", pa.int16(), None, f"Version of the event's shape: {VERSION}."),
    Column("event", pa.string(), None, "`assessment` or `outcome`."),
    Column(
        "event_id",
        pa.string(),
        None,
        "Journal segment and line number, joined by a colon. No two rows of the dataset have the same.",
    ),
    Column("time", TIME, None, "When the service answered the assessment, or received the outcome."),
    Column(
        "assessment_id",
        pa.string(),
        None,
        "Joins outcomes to their assessment. A withdrawal that is asked twice has two rows with one id.",
    ),
    Column("client", pa.string(), None, "Name of the API key that called."),
    Column("test", pa.bool_(), None, "True for events of a key made with `--test`; no figure counts them."),
    Column("user", pa.string(), "assessment", "Keyed hash of the user's id; the same user has the same one."),
    Column(
        "destination", pa.string(), "assessment", "Keyed hash of the destination's address; null if none was given."
    ),
    Column("region", pa.string(), "assessment", "Region of the withdrawal, upper case: `HK`."),
    Column("revision", pa.string(), "assessment", "Bundle that answered: `sha256:` and 64 hexadecimal digits."),
    Column("rule_id", pa.string(), "assessment", "The rule whose alert was answered; null where nothing matched."),
    Column("rule_region", pa.string(), "assessment", "Region of that rule: the withdrawal's own, or `global`."),
    Column("typology", pa.string(), "assessment", "The rule's kind of scam."),
    Column("severity", pa.string(), "assessment", "`info`, `caution`, `high` or `critical`."),
    Column("variant", pa.string(), "assessment", "Wording that was chosen; null where the message has one only."),
    Column("language", pa.string(), "assessment", "Language of the alert, as a BCP 47 tag."),
    Column("text_status", pa.string(), "assessment", "`official`, `draft`, `machine` or `sample`."),
    Column("matched", pa.list_(pa.string()), "assessment", "Rules that matched, first the one shown; at most 16."),
    Column("matched_count", pa.int32(), "assessment", "How many rules matched, also beyond 16."),
    Column(
        "facts",
        FACT_TYPE,
        "assessment",
        "What the withdrawal gave of the facts below; values that `facts.yaml` does not list are `other`.",
    ),
    Column("outcome", pa.string(), "outcome", "What became of the withdrawal: `shown`, `cancelled`, `proceeded` ..."),
    Column("occurred_at", TIME, "outcome", "When it happened, as the exchange says; else when it was received."),
)

SCHEMA = pa.schema([pa.field(column.name, column.type) for column in COLUMNS])


def reference() -> Iterator[str]:
    """The lines of docs/dataset.md that list the columns; a test holds both equal."""
    yield "| column | type | of | meaning |"
    yield "|---|---|---|---|"
    for column in COLUMNS:
        kind = "struct, see below" if column.type == FACT_TYPE else f"`{column.type}`"
        yield f"| `{column.name}` | {kind} | {column.of or 'every event'} | {column.meaning} |"
    yield ""
    yield "| member of `facts` | type |"
    yield "|---|---|"
    for member in FACT_TYPE.fields:
        yield f"| `{member.name}` | `{member.type}` |"
