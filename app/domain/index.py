"""Find the rules that match a withdrawal without trying every rule.

Every rule becomes one or more rows (see `rows`), ordered by precedence. For each fact a table says which rows a value
leaves standing; what stands after all facts matches, and the lowest bit is the alert to show. A match costs one look-up
and one AND a fact. `scan` is the slow and obvious answer that `match` must always equal.
"""

from collections import defaultdict
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from app.domain.bits import NEAR, flip, lowest, masked
from app.domain.condition import Condition, Range
from app.domain.fact import Context
from app.domain.freeing import free
from app.domain.rows import rows_of
from app.domain.rule import Rule
from app.domain.table import UNMENTIONED, Demands, Likeness, Table, build_table

NAMED_LIMIT = 16

# The day is one more number that rows ask about. No fact can have this name.
_TODAY = "\0today"

Compiling = Generator[None, None, "Index"]


# Kinds of withdrawal whose matches are remembered, and sets of rules that answers name; 300 and 1,000 bytes each.
KNOWN = 4096
NAMED_SETS = 1024


@dataclass(frozen=True, slots=True)
class Named:
    """The first rules that match, by precedence, at most NAMED_LIMIT; `ids` are theirs as members of a JSON list."""

    rules: tuple[Rule, ...]
    ids: bytes

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Self:
        named = tuple(rules)
        return cls(named, ",".join([f'"{rule.id}"' for rule in named]).encode())


@dataclass(slots=True)  # made on every request: frozen takes 0.21 instead of 0.08 microseconds
class Matches:
    """The rules that match: how many, and the first of them."""

    named: Named
    count: int

    @property
    def first(self) -> tuple[Rule, ...]:
        return self.named.rules


NO_MATCHES = Matches(Named.of(()), 0)


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
    known: dict[tuple[Likeness, ...], Matches] = field(default_factory=dict, repr=False, compare=False)
    named: dict[int, Named] = field(default_factory=dict, repr=False, compare=False)  # by the near rows

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
        # Withdrawals that no rule tells apart have the same matches, and most are like one of the last thousands: at
        # 10,000 rules 1.4 instead of 4 microseconds.
        given = context.get
        likeness: list[Likeness] = [0 if self.days is None else today.toordinal()]
        for table in self.tables:
            value = given(table.fact)
            # What `Table.likeness` says, its commonest case first and without the call.
            if value.__class__ is str:
                likeness.append(value if value in table.choices else UNMENTIONED)
            else:
                likeness.append(table.likeness(value))
        like = tuple(likeness)
        matches = self.known.get(like)
        if matches is None:
            matches = self.match_anew(context, today)
            if self.inexact == 0:  # else what a rule left out of the tables may tell them apart
                if len(self.known) >= KNOWN:
                    self.known.clear()
                self.known[like] = matches
        return matches

    def match_anew(self, context: Context, today: date) -> Matches:
        """What `match` answers, nothing remembered: one look-up and one AND a fact."""
        rows = self.everything if self.days is None else self.days.rows(today.toordinal())
        given = context.get
        # The loop of the hot path: what `Table.rows` says, its commonest cases first and without the call.
        for table in self.tables:
            value = given(table.fact)
            kind = value.__class__
            if kind is str or kind is bool:
                standing = table.choices.get(value, table.others)  # type: ignore[call-overload]  # its class was just read
                rows &= standing if standing.__class__ is int else flip(table.others, standing)
            elif kind is float:
                rows &= table.number.rows(value)  # type: ignore[arg-type]  # its class was just read
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
        # Where the near rows hold all that is named, they say which: 0.2 instead of 4 microseconds.
        near = rows & NEAR
        named = self.named.get(near)
        if named is None or (len(named.rules) < NAMED_LIMIT and rows != near):
            named = self._name(rows, near)
        return Matches(named, rows.bit_count())

    def _name(self, rows: int, near: int) -> Named:
        by_row = self.by_row
        named = Named.of(by_row[row] for row in lowest(rows, NAMED_LIMIT))
        if rows == near or near.bit_count() >= NAMED_LIMIT:
            if len(self.named) >= NAMED_SETS:
                self.named.clear()
            self.named[near] = named
        return named

    def scan(self, context: Context, today: date) -> Matches:
        """What `match` answers, found by trying every rule."""
        matching = [rule for rule in self.rules if rule.matches(context, today)]
        return Matches(Named.of(matching[:NAMED_LIMIT]), len(matching))

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
        if count % 4 == 0:
            yield
    width = len(by_row)
    tables: dict[str, Table] = {}
    for fact in list(demands):
        asked = demands.pop(fact)
        tables[fact], undecided = yield from build_table(fact, asked, width)
        inexact.extend(undecided)
        done: list[object] = list(asked.values())
        asked.clear()
        yield from free(done)  # 4 ms in one go
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
