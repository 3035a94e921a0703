"""Finds conditions of one rule that no withdrawal can meet together, and conditions that another makes redundant.

Reports nothing where it would take too long to be sure.
"""

from collections.abc import Iterable, Iterator, Sequence

from app.authoring.condition_syntax import Parsed
from app.authoring.problem import Finding, Spot
from app.authoring.problem_codes import Code
from app.authoring.suggestions import flow, quoted
from app.checks.fact_ranges import Ranges, in_words, possible
from app.checks.formulas import FormulaBuilder
from app.checks.satisfiability import Effort, Every, Formula, TooHard, satisfiable
from app.checks.vocabulary import is_empty
from app.domain.condition import AllOf, AnyOf, Clause, Condition
from app.domain.fact import Kind, Scalar, kind_of
from app.domain.predicate import Given, HasAll, HasAny, HasNone, NoneOf, OneOf, Predicate, Range

# An ordinary rule takes a few hundred steps; these are about 15 ms.
_EFFORT = 60_000
_SHOWN = 80


def contradictions(parsed: Parsed, ranges: Ranges | None = None) -> Iterator[Finding]:
    """`parsed` must have no findings of its own. `ranges` says what the numbers can be."""
    ranges = ranges or {}
    yield from _repeated(parsed)
    if _independent(parsed, ranges):
        return
    try:
        yield from _Reader(parsed, ranges).findings()
    except TooHard:
        return


def _repeated(parsed: Parsed) -> Iterator[Finding]:
    """Values that one list has twice."""
    for where, clause in parsed.places:
        if not isinstance(clause, Condition):
            continue
        seen: set[tuple[Kind, Scalar]] = set()
        for i, value in enumerate(clause.predicate.values or ()):
            named = kind_of(value), value  # because 1 and true are equal in Python
            if named in seen:
                message = f"{quoted(flow(value))} is in this list twice"
                yield Finding(Code.ADDS_NOTHING, parsed.item(where, i), message, "delete one of them")
            seen.add(named)


def _independent(parsed: Parsed, ranges: Ranges) -> bool:
    """Whether each condition is on a fact of its own and can be met, so that none contradicts or implies another."""
    asked: set[str] = set()
    for _, clause in parsed.places:
        if not isinstance(clause, Condition):
            if not clause.parts:
                return False
        elif clause.fact in asked or not _surely_met(clause.predicate, possible(clause.fact, ranges)):
            return False
        else:
            asked.add(clause.fact)
    return True


def _surely_met(predicate: Predicate, numbers: Range) -> bool:
    """Whether some value clearly meets it; False may mean either."""
    match predicate:
        case OneOf() | HasAny():
            return bool(predicate.values)
        case NoneOf():
            return len(predicate.values) == 1
        case Range(gt, gte, lt, lte):
            open_above = lt is None and lte is None and numbers.lte is None
            open_below = gt is None and gte is None and numbers.gte is None
            return open_above or open_below or any(map(predicate.holds, numbers.constants))
        case _:
            return isinstance(predicate, HasAll | HasNone | Given)


def described(clause: Clause) -> str:
    """A condition on one line, truncated if it is long."""
    if isinstance(clause, Condition):
        shown = f"{clause.fact}: {flow(clause.predicate.source())}"
        return f"`{shown}`" if len(shown) <= _SHOWN else f"`{shown[: _SHOWN - 1]}…`"
    if len(clause.parts) == 1:
        return described(clause.parts[0])
    if isinstance(clause, AllOf):
        return " with ".join(described(part) for part in clause.parts[:3]) + ("" if len(clause.parts) <= 3 else " …")
    return f"one of the {len(clause.parts)} conditions under `any`"


# Clauses that must hold together: conditions and `any`, no `all`.
Together = list[Condition | AnyOf]


def _flat(clause: Clause) -> Together:
    return [each for part in clause.parts for each in _flat(part)] if isinstance(clause, AllOf) else [clause]


class _Reader:
    def __init__(self, parsed: Parsed, ranges: Ranges) -> None:
        self._parsed = parsed
        self._ranges = ranges
        self._clause = parsed.clause
        # By identity, because two equal conditions can be in two places.
        self._places = {id(clause): where for where, clause in parsed.places}
        self._order = {id(clause): i for i, (_, clause) in enumerate(parsed.places)}
        self._singles: list[Condition] = []  # kept alive, so that no other object gets their identity
        self._effort = Effort(_EFFORT)
        self._builder = FormulaBuilder([parsed.clause], self._effort, ranges)
        self._formulas = {id(clause): self._builder.formula(clause) for _, clause in parsed.places}
        self._domains = self._builder.everything()

    def findings(self) -> Iterator[Finding]:
        together = _flat(self._clause)
        if self._satisfiable(together):
            yield from self._inside(together, ())
        else:
            yield from self._conflict((), together, "delete one of them")

    def _formula(self, clause: Clause) -> Formula:
        known = self._formulas.get(id(clause))
        return known if known is not None else Every(tuple(self._formula(part) for part in _flat(clause)))

    def _satisfiable(self, clauses: Iterable[Clause], *more: Formula) -> bool:
        return satisfiable([*map(self._formula, clauses), *more], self._domains, self._effort)

    def _implies(self, clauses: Iterable[Clause], clause: Clause) -> bool:
        return not self._satisfiable(clauses, self._builder.negated(self._formula(clause)))

    def _inside(self, together: Together, around: Sequence[Clause]) -> Iterator[Finding]:
        """Findings about `together`, which can be met, beside `around`."""
        yield from self._superfluous(together, around)
        for each in together:
            beside = [*around, *(other for other in together if other is not each)]
            if isinstance(each, AnyOf):
                yield from self._entries(each, beside)
            else:
                yield from self._values(each, beside)

    def _entries(self, alternatives: AnyOf, beside: Sequence[Clause]) -> Iterator[Finding]:
        living: list[Clause] = []
        for part in alternatives.parts:
            inside = _flat(part)
            if self._satisfiable([*beside, *inside]):
                living.append(part)
                yield from self._inside(inside, beside)
            else:
                yield from self._conflict(beside, inside, "correct or delete this entry of `any`")
        yield from self._covered(living, beside)

    def _values(self, condition: Condition, beside: Sequence[Clause]) -> Iterator[Finding]:
        """Values that another condition rules out, of a list where any one value is enough."""
        alternatives: tuple[Predicate, ...] = condition.predicate.alternatives or ()
        if len(alternatives) < 2:
            return
        for i, alternative in enumerate(alternatives):
            single = self._single(condition, alternative, i)
            if not self._satisfiable([*beside, single]):
                yield from self._conflict(beside, [single], "take it out of this list")

    def _single(self, condition: Condition, alternative: Predicate, i: int) -> Condition:
        """The condition with its i-th value only, at that value's place."""
        single = Condition(condition.fact, alternative)
        self._singles.append(single)
        self._formulas[id(single)] = self._builder.formula(single)
        self._order[id(single)] = self._order[id(condition)]
        self._places[id(single)] = self._parsed.item(self._places[id(condition)], i)
        return single

    def _conflict(self, beside: Sequence[Clause], together: Together, hint: str) -> Iterator[Finding]:
        """Reports a smallest set of these that cannot be met together. `beside` alone can be."""
        needed = [*beside, *together]
        for each in sorted(needed, key=lambda clause: isinstance(clause, Condition)):
            fewer = [other for other in needed if other is not each]
            if not self._satisfiable(fewer):
                needed = fewer
        blamed = [each for each in needed if any(each is ours for ours in together)]
        last = max(blamed, key=lambda clause: self._order[id(clause)])
        others = [each for each in needed if each is not last]
        if others:
            message = f"{described(last)} can never be met together with {' and '.join(map(described, others))}"
            yield self._finding(Code.NEVER_MET, last, message, (not beside and _list_of_values(needed)) or hint)
        elif isinstance(last, Condition):
            if not is_empty(last):
                why = _of_range(last, possible(last.fact, self._ranges))
                yield self._finding(Code.NEVER_MET, last, f"{described(last)} can never be met", why or hint)
        elif not is_empty(last):
            message = "no condition under this `any` can ever be met"
            yield self._finding(Code.NEVER_MET, last, message, "correct or delete them")

    def _superfluous(self, together: Together, around: Sequence[Clause]) -> Iterator[Finding]:
        """Conditions that another on the same fact implies. `given` is exempt: it may be there for clarity."""
        every = [*(each for each in around if isinstance(each, Condition)), *together]
        for each in together:
            if not isinstance(each, Condition) or isinstance(each.predicate, Given):
                continue
            for other in every:
                if not isinstance(other, Condition) or other is each or other.fact != each.fact:
                    continue
                first = self._order[id(each)] < self._order[id(other)]
                if self._implies([other], each) and not (first and self._implies([each], other)):
                    message = f"{described(each)} is redundant beside {described(other)}"
                    yield self._finding(Code.ADDS_NOTHING, each, message, "delete the one that was not meant")
                    break

    def _covered(self, entries: Sequence[Clause], beside: Sequence[Clause]) -> Iterator[Finding]:
        """Entries of an `any` that imply another of its entries."""
        for i, each in enumerate(entries):
            for j, other in enumerate(entries):
                if i == j or not _flat(each) or not self._implies([*beside, each], other):
                    continue
                if i > j or not self._implies([*beside, other], each):
                    message = f"{described(each)} is redundant: whatever meets it also meets {described(other)}"
                    hint = "delete this entry of `any`, or the other"
                    yield self._finding(Code.ADDS_NOTHING, self._first(each), message, hint)
                    break

    def _first(self, clause: Clause) -> Clause:
        """The first part of an entry as written; the entry itself has no place."""
        return min(_flat(clause), key=lambda part: self._order[id(part)])

    def _finding(self, code: Code, clause: Clause, message: str, hint: str) -> Finding:
        spot = Spot.VALUE if isinstance(clause, Condition) else Spot.KEY
        return Finding(code, self._places[id(clause)], message, hint, spot)


def _list_of_values(conflicting: Sequence[Clause]) -> str | None:
    """A hint for values of one fact that were probably meant as alternatives; true and false were not."""
    facts: set[str] = set()
    values: list[Scalar] = []
    for each in conflicting:
        if not isinstance(each, Condition) or not isinstance(each.predicate, OneOf):
            return None
        facts.add(each.fact)
        values.extend(each.predicate.values)
    if len(facts) > 1 or any(isinstance(value, bool) for value in values):
        return None
    shown = f"{facts.pop()}: {flow(values)}"
    return f"where one of them is enough, write `{shown}`" if len(shown) <= _SHOWN else None


def _of_range(condition: Condition, numbers: Range) -> str | None:
    if not isinstance(condition.predicate, Range):
        return None
    bounds = condition.predicate.constants
    if len(bounds) > 1:
        return "no number lies between these bounds"
    return f"`{condition.fact}` is {in_words(numbers)}"
