"""Find the rules that match a withdrawal without trying every rule.

Every rule becomes one or more rows (see `rows`), ordered by precedence. For each fact a table says which rows a value
leaves standing; what stands after all facts matches, and the lowest bit is the alert to show. A match costs one look-up
and one AND a fact. `scan` is the slow and obvious answer that `match` must always equal.
"""

from collections import defaultdict
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from app.domain.bits import flip, lowest, masked
from app.domain.condition import Condition, Range
from app.domain.fact import Context
from app.domain.rows import rows_of
from app.domain.rule import Rule
from app.domain.table import Demands, Table, build_table

NAMED_LIMIT = 16

# The day is one more number that rows ask about. No fact can have this name.
_TODAY = "\0today"

Compiling = Generator[None, None, "Index"]


@dataclass(slots=True)  # made on every request: frozen takes 0.21 instead of 0.08 microseconds
class Matches:
    """The rules that match: how many, and the first of them by precedence."""

    first: tuple[Rule, ...]  # at most NAMED_LIMIT
    count: int


NO_MATCHES = Matches((), 0)


@dataclass(frozen=True, slots=True)
class Folding:
    """Several rows of one rule stand side by side and count once, in the last of them.

    Adding `before` to the rows before the last carries into the last exactly where one of them is set, and never beyond
    it: four operations for any number of rows. Shifting step by step took three times as long.
    """

    before: int  # the rows of each rule but its last
    last: int  # the last row of each rule

    def fold(self, rows: int) -> int:
        return (((rows & self.before) + self.before) | rows) & self.last


@dataclass(frozen=True, slots=True)
class Index:
    """The compiled rules of one region. To change a rule, compile another index."""

    rules: tuple[Rule, ...]  # by precedence, the disabled ones included
    tables: tuple[Table, ...]
    days: Table | None
    by_row: tuple[Rule, ...]
    everything: int
    inexact: int
    folding: Folding | None

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Self:
        """Compile in one go, for whoever has no event loop to keep turning."""
        compiling = compile_index(rules)
        while True:
            try:
                next(compiling)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]  # StopIteration.value is Any

    def match(self, context: Context, today: date) -> Matches:
        """The rules that match, in order of precedence. `today` is the day in the withdrawal's region."""
        rows = self.everything if self.days is None else self.days.rows(today.toordinal())
        given = context.get
        # The loop of the hot path: what `Table.rows` says, its commonest case first and without the call.
        for table in self.tables:
            value = given(table.fact)
            if value.__class__ is str or value.__class__ is bool:
                standing = table.choices.get(value, table.others)
                rows &= standing if standing.__class__ is int else flip(table.others, standing)
            else:
                rows &= table.rows(value)
            if not rows:
                return NO_MATCHES
        if not rows:
            return NO_MATCHES
        if rows & self.inexact:
            rows = self._ask(rows, context)
        if self.folding is not None:
            rows = self.folding.fold(rows)
        by_row = self.by_row
        return Matches(tuple([by_row[row] for row in lowest(rows, NAMED_LIMIT)]), rows.bit_count())

    def scan(self, context: Context, today: date) -> Matches:
        """What `match` answers, found by trying every rule."""
        matching = [rule for rule in self.rules if rule.matches(context, today)]
        return Matches(tuple(matching[:NAMED_LIMIT]), len(matching))

    def _ask(self, rows: int, context: Context) -> int:
        doubtful = rows & self.inexact
        for row in lowest(doubtful, doubtful.bit_count()):
            if not self.by_row[row].when.holds(context):
                rows ^= 1 << row
        return rows


def compile_index(rules: Iterable[Rule]) -> Compiling:
    """Compile in slices: a generator that pauses at least every millisecond or so and returns the Index."""
    ordered = yield from _ordered(rules)
    by_row: list[Rule] = []
    last: list[int] = []
    inexact: list[int] = []
    demands: defaultdict[str, Demands] = defaultdict(dict)
    for count, rule in enumerate(ordered):
        if rule.enabled:
            rows = rows_of(rule.when)
            for row in rows.rows:
                _file(demands, len(by_row), (*_days(rule), *row))
                if not rows.exact:
                    inexact.append(len(by_row))
                by_row.append(rule)
            last.extend([len(by_row) - 1] if rows.rows else [])
        if count % 16 == 0:
            yield
    width = len(by_row)
    tables: dict[str, Table] = {}
    for fact, asked in demands.items():
        tables[fact], undecided = yield from build_table(fact, asked, width)
        inexact.extend(undecided)
    days = tables.pop(_TODAY, None)
    # The table that lets the fewest rows through on an absent fact goes first: it ends most hopeless matches at once.
    by_selectivity = sorted(tables.values(), key=lambda table: table.absent.bit_count())
    folding = yield from _folding(width, last)
    doubtful = yield from masked(inexact, width)
    return Index(tuple(ordered), tuple(by_selectivity), days, tuple(by_row), (1 << width) - 1, doubtful, folding)


def _ordered(rules: Iterable[Rule]) -> Generator[None, None, list[Rule]]:
    """By precedence, as a bundle lists them already: sorting 10,000 in one go takes 5 ms."""
    ordered = list(rules)
    for place in range(1, len(ordered)):
        if ordered[place - 1].precedence > ordered[place].precedence:
            return sorted(ordered, key=lambda rule: rule.precedence)
        if place % 1024 == 0:
            yield
    return ordered


def _file(demands: defaultdict[str, Demands], row: int, conditions: tuple[Condition, ...]) -> None:
    for condition in conditions:
        demands[condition.fact].setdefault(row, []).append(condition.test)


def _days(rule: Rule) -> tuple[Condition, ...]:
    if rule.active_from is None and rule.active_until is None:
        return ()
    first = rule.active_from.toordinal() if rule.active_from else None
    until = rule.active_until.toordinal() if rule.active_until else None
    return (Condition(_TODAY, Range(gte=first, lt=until)),)


def _folding(width: int, last: list[int]) -> Generator[None, None, Folding | None]:
    if len(last) == width:
        return None
    ends = yield from masked(last, width)
    return Folding(((1 << width) - 1) ^ ends, ends)
