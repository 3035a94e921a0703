"""The columns of the dataset as reports read them, and the words that they hold."""

import pyarrow as pa

from app.domain.fact import FACTS, Kind

TIME = pa.timestamp("us", tz="UTC")

_FACT_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.FLAG: pa.bool_(),
    Kind.NUMBER: pa.float64(),
    Kind.SET: pa.list_(pa.string()),
}
FACT_TYPE = pa.struct(
    [
        *((fact, _FACT_TYPES[kind]) for fact, kind in FACTS.items()),
        ("attributes", pa.map_(pa.string(), pa.string())),
    ]
)

# The order of the dataset's files; a test holds it equal to the archive's.
EVENTS = pa.schema(
    [
        ("v", pa.int16()),
        ("event", pa.string()),
        ("event_id", pa.string()),
        ("time", TIME),
        ("assessment_id", pa.string()),
        ("client", pa.string()),
        ("test", pa.bool_()),
        ("user", pa.string()),
        ("destination", pa.string()),
        ("region", pa.string()),
        ("revision", pa.string()),
        ("rule_id", pa.string()),
        ("rule_region", pa.string()),
        ("typology", pa.string()),
        ("severity", pa.string()),
        ("variant", pa.string()),
        ("language", pa.string()),
        ("text_status", pa.string()),
        ("matched", pa.list_(pa.string())),
        ("matched_count", pa.int32()),
        ("facts", FACT_TYPE),
        ("outcome", pa.string()),
        ("occurred_at", TIME),
    ]
)

# What a user can be asked apart by: columns of an assessment, two of its facts.
ALERT_COLUMNS = (
    "region",
    "revision",
    "rule_id",
    "rule_region",
    "typology",
    "severity",
    "variant",
    "language",
    "text_status",
)
FACT_COLUMNS = ("asset", "network")

# Bits of `facts_given`, lowest first. A withdrawal's destination is no fact, but whether it was given matters as much.
GIVEN = (*FACTS, "destination")
