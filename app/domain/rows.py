"""A rule as rows: alternatives that each ask for all of their conditions.

`any` turns into one row an alternative. Where that would take more than `ROW_LIMIT` rows, parts are left out; the
rows then let through too much but never too little, and are marked so that the index asks the rule itself.
"""

from dataclasses import dataclass
from itertools import product

from app.domain.condition import Any, Clause, Condition

ROW_LIMIT = 16

Row = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    rows: tuple[Row, ...]
    exact: bool


_EVERYTHING = Rows(((),), exact=False)


def rows_of(clause: Clause) -> Rows:
    """The rows of a clause, at most `ROW_LIMIT`; none where it can never hold."""
    if isinstance(clause, Condition):
        return Rows(((clause,),), exact=True)
    parts = [rows_of(part) for part in clause.parts]
    return _either(parts) if isinstance(clause, Any) else _together(parts)


def _either(parts: list[Rows]) -> Rows:
    rows = tuple(row for part in parts for row in part.rows)
    if len(rows) > ROW_LIMIT:
        return _EVERYTHING
    return Rows(rows, exact=all(part.exact for part in parts))


def _together(parts: list[Rows]) -> Rows:
    rows: tuple[Row, ...] = ((),)
    exact = True
    for part in sorted(parts, key=lambda part: len(part.rows)):
        if len(rows) * len(part.rows) > ROW_LIMIT:
            exact = False
            continue
        exact = exact and part.exact
        rows = tuple(left + right for left, right in product(rows, part.rows))
    return Rows(rows, exact)
