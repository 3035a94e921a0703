"""Every field of every event that the service records: the one declaration of its name, type and meaning.

The service joins events from bytes, and the dataset has a column for each field; tests hold both equal to this.
"""

from enum import StrEnum
from functools import partial
from typing import NamedTuple

VERSION = 1


class EventKind(StrEnum):
    ASSESSMENT = "assessment"
    OUTCOME = "outcome"


class FieldType(StrEnum):
    SHORT = "short"  # an integer of 16 bits
    INTEGER = "integer"  # of 32 bits
    TEXT = "text"
    FLAG = "flag"
    TIME = "time"  # with its zone, to the microsecond
    TEXTS = "texts"
    FACTS = "facts"  # an object of `domain.fact.FACTS` and attributes; what was not given is not in it


class Field(NamedTuple):
    """`of` is the kind of event that has the field, None for all. A `nullable` field is there but may be null."""

    name: str
    type: FieldType
    meaning: str
    of: EventKind | None = None
    nullable: bool = False


_assessment = partial(Field, of=EventKind.ASSESSMENT)
_outcome = partial(Field, of=EventKind.OUTCOME)


def _nullable(name: str, meaning: str) -> Field:
    return _assessment(name, FieldType.TEXT, meaning, nullable=True)


FIELDS = (
    Field("v", FieldType.SHORT, f"Version of the event's shape: {VERSION}."),
    Field("event", FieldType.TEXT, "`assessment` or `outcome`."),
    Field(
        "event_id",
        FieldType.TEXT,
        "Journal segment and line number, joined by a colon. No two rows of the dataset have the same.",
    ),
    Field("time", FieldType.TIME, "When the service answered the assessment, or received the outcome."),
    Field(
        "assessment_id",
        FieldType.TEXT,
        "Joins outcomes to their assessment. A withdrawal that is asked twice has two rows with one id.",
    ),
    Field("client", FieldType.TEXT, "Owner of the API key that called; the same for all of its keys."),
    Field("test", FieldType.FLAG, "True for events of a key made with `--test`; no figure counts them."),
    _assessment("user", FieldType.TEXT, "Keyed hash of the user's id; the same user has the same one."),
    _nullable("destination", "Keyed hash of the destination's address; null if none was given."),
    _assessment("region", FieldType.TEXT, "Region of the withdrawal, upper case: `HK`."),
    _assessment("revision", FieldType.TEXT, "Bundle that answered: `sha256:` and 64 hexadecimal digits."),
    _nullable("rule_id", "The rule whose alert was answered; null where nothing matched."),
    _nullable("rule_region", "Region of that rule: the withdrawal's own, or `global`."),
    _nullable("typology", "The rule's kind of scam."),
    _nullable("severity", "`info`, `caution`, `high` or `critical`."),
    _nullable("variant", "Wording that was chosen; null where the message has one only."),
    _nullable("language", "Language of the alert, as a BCP 47 tag."),
    _nullable("text_status", "`official`, `draft`, `machine` or `sample`."),
    _assessment("matched", FieldType.TEXTS, "Rules that matched, first the one shown; at most 16."),
    _assessment("matched_count", FieldType.INTEGER, "How many rules matched, also beyond 16."),
    _assessment(
        "facts",
        FieldType.FACTS,
        "What the withdrawal gave of the facts below; values that `facts.yaml` does not list are `other`.",
    ),
    _outcome("outcome", FieldType.TEXT, "What became of the withdrawal: `shown`, `cancelled`, `proceeded` ..."),
    _outcome("occurred_at", FieldType.TIME, "When it happened, as the exchange says; else when it was received."),
    _outcome(
        "visible_ms",
        FieldType.INTEGER,
        "For how many milliseconds the user had seen the alert by then; null if nobody measured it.",
        nullable=True,
    ),
    _outcome(
        "scrolled",
        FieldType.FLAG,
        "Whether the alert's text had been on the screen to its end by then; null if nobody measured it.",
        nullable=True,
    ),
    _outcome(
        "ignored_inputs",
        FieldType.INTEGER,
        "How many clicks and keys the alert had ignored by then, because they came too early; null if nobody counted.",
        nullable=True,
    ),
)
