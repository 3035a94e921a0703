"""Finds conditions on an amount that a backtest cannot decide: events keep only two significant digits of amounts."""

from collections.abc import Iterator

from app.authoring.condition_syntax import Parsed
from app.authoring.problem import Finding, Path
from app.authoring.problem_codes import Code
from app.domain.amount import cut, next_step
from app.domain.condition import Condition
from app.domain.predicate import Predicate, Range

_AMOUNT = "amount_usd"

# A recorded amount stands for all amounts from itself up to the next step. With these operators a bound on a step
# has all of them on one side.
_DECIDED = {"gte": "gte", "gt": "gte", "lt": "lt", "lte": "lt"}


def imprecise_amounts(parsed: Parsed) -> Iterator[Finding]:
    for where, clause in parsed.places:
        if not isinstance(clause, Condition) or clause.fact != _AMOUNT:
            continue
        if isinstance(clause.predicate, Range):
            yield from _bounds(where, clause.predicate)
        else:
            yield from _single(where, clause.predicate)


def _bounds(where: Path, bounds: Range) -> Iterator[Finding]:
    written = {"gt": bounds.gt, "gte": bounds.gte, "lt": bounds.lt, "lte": bounds.lte}
    for name, bound in written.items():
        if bound is None or bound <= 0 or (_DECIDED[name] == name and cut(bound) == bound):
            continue
        operator = _DECIDED[name]
        low, high = _shown(cut(bound)), _shown(next_step(bound))
        yield _finding((*where, name), bound, f"write {{{operator}: {low}}} or {{{operator}: {high}}}")


def _single(where: Path, predicate: Predicate) -> Iterator[Finding]:
    for value in predicate.constants:
        if isinstance(value, int | float) and value > 0:
            low, high = _shown(cut(value)), _shown(next_step(value))
            yield _finding(where, value, f"a range can be decided: {{gte: {low}, lt: {high}}}")
            return


def _finding(where: Path, amount: float, hint: str) -> Finding:
    low, high = _shown(cut(amount)), _shown(next_step(amount))
    message = f"amounts from {low} to below {high} are all recorded as {low}, so a backtest cannot decide this for them"
    return Finding(Code.UNDECIDED_AMOUNT, where, message, hint)


def _shown(amount: float) -> str:
    return str(int(amount)) if amount == int(amount) else str(amount)
