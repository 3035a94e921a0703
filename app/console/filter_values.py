"""The values that a filter can select, and the selected values that no alert of the period has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from app.reports.answer import Answer
from app.reports.event_connection import Events
from app.reports.folding import literal
from app.reports.question import Question
from app.reports.question_options import Dimension

OFFERED = ("region", "rule_id", "severity", "language")

# How many existing values a message suggests.
_NAMED = 6

_DERIVED = {Dimension.DAY, Dimension.WEEK, Dimension.EXPOSURE_NUMBER}

Known = Mapping[str, Sequence[str]]


def choices(events: Events, question: Question, partner: str | None) -> Known:
    """The sorted values of each offered or filtered dimension in `[since, until)`, whatever the filters select."""
    events.fold(question.since, question.until)
    return known(events, question, partner, dict.fromkeys([*OFFERED, *checked(question)]))


def checked(question: Question) -> list[Dimension]:
    """The filtered dimensions whose values are recorded, not derived from the time or counted."""
    return [name for name in question.filters if name not in _DERIVED]


def known(events: Events, question: Question, partner: str | None, names: Iterable[str]) -> Known:
    """The same for these dimensions. The events must have been folded for the question."""
    period = f"time >= TIMESTAMPTZ '{question.since.isoformat()}' AND time < TIMESTAMPTZ '{question.until.isoformat()}'"
    only = f" AND region = {literal(partner)}" if partner else ""
    found: dict[str, Sequence[str]] = {}
    for name in names:
        rows = events.connection.execute(
            f"SELECT DISTINCT {name} FROM folded WHERE rule_id IS NOT NULL AND {name} IS NOT NULL AND {period}{only}"  # noqa: S608 - names of ours
            f" ORDER BY 1"
        ).fetchall()
        found[str(name)] = [value for (value,) in rows]
    return found


def noted(found: Answer, events: Events, question: Question, partner: str | None) -> Answer:
    """The answer with a note for each selected value that no alert has. `events` must have just computed it."""
    counted = found.total is not None and found.total.alerts > 0
    if counted and all(len(values) == 1 for values in question.filters.values()):
        return found
    present = known(events, question, partner, checked(question))
    missing = absent(question, present, [partner] if partner else [])
    return replace(found, notes=[*found.notes, *(one.says for one in missing)])


@dataclass(frozen=True, slots=True)
class Absent:
    """A selected value that no alert has. `says` is a sentence about it, with values that exist."""

    field: str
    says: str


def absent(question: Question, present: Known, regions: Sequence[str] = ()) -> list[Absent]:
    """The selected values that no alert of the period has.

    `regions` are those that the key is limited to, empty without a limit. Other regions count as absent.
    """
    missing = []
    for name in checked(question):
        for value in question.filters[name]:
            if name == Dimension.REGION and regions and value not in regions:
                only = f"region {regions[0]}" if len(regions) == 1 else f"the regions {', '.join(regions)}"
                missing.append(Absent(name, f"This key sees {only} only; region={value} is not counted."))
            elif value is not None and present.get(name) and value not in present[name]:
                says = f"No alert of this period has {name}={value}; {_existing(str(value), present[name])}."
                missing.append(Absent(name, says))
    return missing


def _existing(value: str, present: Sequence[str]) -> str:
    near = get_close_matches(value, present, n=_NAMED)
    if near and len(present) > _NAMED:
        return f"the closest {'value is' if len(near) == 1 else 'values are'} {', '.join(near)}"
    more = f" and {len(present) - _NAMED:,} more" if len(present) > _NAMED else ""
    return f"there are alerts with {', '.join(present[:_NAMED])}{more}"
