"""The values of dimensions, in SQL and as reports show them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from app.reports.folding import literal, quoted
from app.reports.question import Question, Values
from app.reports.question_options import Dimension

_DAY = 86_400_000_000  # microseconds
_EPOCH = date(1970, 1, 1)
_EPOCH_MONDAY = date(1969, 12, 29)

# Dimensions that are not columns of an assessment: derived from its time `t`, or counted.
_DERIVED: Mapping[str, str] = {
    Dimension.DAY: f"t // {_DAY}",
    Dimension.WEEK: f"(t // {_DAY} + 3) // 7",  # the epoch was a Thursday
    Dimension.EXPOSURE_NUMBER: "exposure_number",
}


def value(name: Dimension) -> str:
    """SQL for an assessment's value of this dimension; `t` is its time in microseconds."""
    return _DERIVED.get(name, quoted(name))


def readable(name: Dimension, found: object) -> str | int | None:
    """A value as reports show it: a day as its date, a week as its Monday."""
    if name is Dimension.DAY and isinstance(found, int):
        return (_EPOCH + timedelta(days=found)).isoformat()
    if name is Dimension.WEEK and isinstance(found, int):
        return (_EPOCH_MONDAY + timedelta(weeks=found)).isoformat()
    return found if isinstance(found, int) or found is None else str(found)


def kept(question: Question) -> str:
    """SQL for the condition that the question's filters make."""
    return kept_by(question.filters)


def kept_by(filters: Mapping[Dimension, Values]) -> str:
    """SQL for the condition that these filters make."""
    return " AND ".join(_one_of(name, values) for name, values in filters.items()) or "true"


def same_group(names: Sequence[Dimension]) -> str:
    """SQL for the condition that an assessment belongs to a row of `groups`, whose columns are g0, g1 ..."""
    return " AND ".join(f"{value(name)} IS NOT DISTINCT FROM g{place}" for place, name in enumerate(names))


def _one_of(name: Dimension, values: Values) -> str:
    expression = value(name)
    written = [_written(name, one) for one in values if one is not None]
    tests = [f"{expression} IN ({', '.join(written)})"] if written else []
    if None in values:
        tests.append(f"{expression} IS NULL")
    return "(" + (" OR ".join(tests) or "false") + ")"


def _written(name: Dimension, given: str | int) -> str:
    if name is Dimension.DAY:
        return str((date.fromisoformat(str(given)) - _EPOCH).days)
    if name is Dimension.WEEK:
        return str((date.fromisoformat(str(given)) - _EPOCH_MONDAY).days // 7)
    return str(given) if isinstance(given, int) else literal(given)
