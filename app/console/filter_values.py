"""What a filter can be set to: the values that the period's alerts have. And what was asked for that none has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from app.reports.answer import Answer
from app.reports.event_connection import Events
from app.reports.folding import literal
from app.reports.question import Dimension, Question

OFFERED = ("region", "rule_id", "severity", "language")


# Values named where one that was asked for is not there.
_NAMED = 6

_MADE = {Dimension.DAY, Dimension.WEEK, Dimension.EXPOSURE_NUMBER}

Known = Mapping[str, Sequence[str]]


def choices(events: Events, question: Question, partner: str | None) -> Known:
    """By dimension that is offered or filtered, the values in `[since, until)` whatever else is filtered, in order."""
    events.fold(question.since, question.until)
    return known(events, question, partner, dict.fromkeys([*OFFERED, *checked(question)]))


def checked(question: Question) -> list[Dimension]:
    """The dimensions of a question's filters whose values are recorded, not made from the time or counted."""
    return [name for name in question.filters if name not in _MADE]


def known(events: Events, question: Question, partner: str | None, names: Iterable[str]) -> Known:
    """The same of these dimensions, after the events were folded for the question."""
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
    """The answer to a question, just counted, with a note for each value that is asked for and not there."""
    counted = found.total is not None and found.total.alerts > 0
    if counted and all(len(values) == 1 for values in question.filters.values()):
        return found
    present = known(events, question, partner, checked(question))
    missing = absent(question, present, [partner] if partner else [])
    return replace(found, notes=[*found.notes, *(one.says for one in missing)])


@dataclass(frozen=True, slots=True)
class Absent:
    """A value that is asked for and not there. `says` so in a sentence, with values that are there."""

    field: str
    says: str


def absent(question: Question, present: Known, regions: Sequence[str] = ()) -> list[Absent]:
    """The values that are asked for and that no alert of the period has.

    `regions` are those that the key is limited to, if it is: what else is asked for it does not see.
    """
    said = []
    for name in checked(question):
        for value in question.filters[name]:
            if name == Dimension.REGION and regions and value not in regions:
                only = f"region {regions[0]}" if len(regions) == 1 else f"the regions {', '.join(regions)}"
                said.append(Absent(name, f"This key sees {only} only: nothing of region={value} is counted."))
            elif value is not None and present.get(name) and value not in present[name]:
                says = f"No alert of this period has {name}={value}; {_there(str(value), present[name])}."
                said.append(Absent(name, says))
    return said


def _there(value: str, present: Sequence[str]) -> str:
    near = get_close_matches(value, present, n=_NAMED)
    if near and len(present) > _NAMED:
        return f"the nearest there {'is' if len(near) == 1 else 'are'} {', '.join(near)}"
    more = f" and {len(present) - _NAMED:,} more" if len(present) > _NAMED else ""
    return f"there are alerts with {', '.join(present[:_NAMED])}{more}"
