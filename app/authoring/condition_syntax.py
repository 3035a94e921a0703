"""Reads `when`, as authors write it, into a clause of the domain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from sys import intern
from typing import assert_never

from app.authoring.fields import TEXT_LIMIT
from app.authoring.problem import Finding, Path, Spot
from app.authoring.problem_codes import Code
from app.authoring.suggestions import as_flag, as_number, comparison, did_you_mean, found, quoted
from app.bundle.condition_source import SIZE_LIMIT
from app.domain.condition import ALWAYS, AllOf, AnyOf, Clause, Condition
from app.domain.fact import ATTRIBUTE_PREFIX, FACTS, Kind, Scalar
from app.domain.operators import OPERATORS, OPERATORS_OF, Takes
from app.domain.predicate import OneOf, Predicate, Range

NEVER_FACTS = frozenset({"withdrawal_id", "user_id", "destination.address"})

# Each `all` or `any` is a level, and so is each item in it.
CLAUSE_DEPTH_LIMIT = 64
# The bundle's JSON writer takes integers of at most 64 bits.
_INT_LIMIT = 2**63

# Words of other languages for the two groups.
_JOINING = {"or": "any", "one_of": "any", "either": "any", "and": "all", "all_of": "all", "both": "all"}
_EXPECTED = {Kind.TEXT: "text", Kind.FLAG: "`true` or `false`", Kind.NUMBER: "a number"}


@dataclass(slots=True)
class Parsed:
    """A clause and the faults found in it. With findings, the clause lacks the parts that could not be read.

    `places` says where each part of the clause is written. An item of a value list is at the list's place plus its
    position. Where some items could not be read, `kept` has the written positions of the others.
    """

    clause: Clause = ALWAYS
    findings: list[Finding] = field(default_factory=list)
    places: list[tuple[Path, Clause]] = field(default_factory=list)
    kept: dict[Path, tuple[int, ...]] = field(default_factory=dict)

    @property
    def cut(self) -> bool:
        """Whether reading stopped early because the rule is too large."""
        return any(finding.code is Code.TOO_MANY_VALUES for finding in self.findings)

    def item(self, where: Path, i: int) -> Path:
        """The place of the i-th value of the condition at `where`."""
        return (*where, self.kept[where][i] if where in self.kept else i)

    def has_finding(self, where: Path) -> bool:
        """Whether there is a finding at this place, around it or inside it."""
        return any(
            where[: len(each.where)] == each.where or each.where[: len(where)] == where for each in self.findings
        )


def parse(when: Mapping[str, object], where: Path = ("when",)) -> Parsed:
    """Reads a condition. Never raises: the findings hold its faults."""
    reader = _Reader()
    reader.parsed.clause = reader.together(reader.entries(when, where, 1))
    if reader.size > SIZE_LIMIT:
        message = f"more than {SIZE_LIMIT:,} conditions and values in one rule"
        reader.parsed.findings = [Finding(Code.TOO_MANY_VALUES, where, message, "split it into several rules")]
    return reader.parsed


class _Reader:
    def __init__(self) -> None:
        self.parsed = Parsed()
        self.size = 0

    def refuse(self, code: Code, where: Path, message: str, hint: str | None = None, spot: Spot = Spot.VALUE) -> None:
        self.parsed.findings.append(Finding(code, where, message, hint, spot))

    def together(self, parts: list[Clause]) -> Clause:
        if len(parts) == 1:
            return parts[0]
        self.size += 1
        return AllOf(tuple(parts))

    def entries(self, mapping: Mapping[str, object], where: Path, depth: int) -> list[Clause]:
        parts: list[Clause] = []
        for name, value in mapping.items():
            inside = (*where, name)
            if name in {"all", "any"}:
                parts.append(self._nested(name, value, inside, depth + 1))
            elif name in FACTS:
                parts.extend(self._conditions(name, FACTS[name], value, inside))
            elif name.startswith(ATTRIBUTE_PREFIX) and len(ATTRIBUTE_PREFIX) < len(name) <= TEXT_LIMIT:
                parts.extend(self._conditions(name, None, value, inside))
            else:
                self._unknown(name, inside)
        return parts

    def _unknown(self, name: str, where: Path) -> None:
        if name in NEVER_FACTS:
            hint = "a rule is for a kind of withdrawal, never for one person or address"
            self.refuse(Code.UNKNOWN_FACT, where, f"rules cannot ask for {quoted(name)}", hint, Spot.KEY)
            return
        if name == "not":
            hint = "write it at the fact: `asset: {not: BTC}`"
            self.refuse(Code.UNKNOWN_FACT, where, "there is no `not` for several conditions", hint, Spot.KEY)
            return
        if name.lower() in _JOINING:
            hint = f"write `{_JOINING[name.lower()]}:` and under it the conditions, each with `- ` before it"
            self.refuse(Code.UNKNOWN_FACT, where, f"{quoted(name)} is not a fact", hint, Spot.KEY)
            return
        hint = did_you_mean(name, FACTS) or "rules/facts.yaml lists them; others are attributes.<name>"
        self.refuse(Code.UNKNOWN_FACT, where, f"{quoted(name)} is not a fact", hint, Spot.KEY)

    def _nested(self, name: str, value: object, where: Path, depth: int) -> Clause:
        self.size += 1
        parts: list[Clause] = []
        if depth > CLAUSE_DEPTH_LIMIT:
            self.refuse(Code.TOO_DEEP, where, f"more than {CLAUSE_DEPTH_LIMIT} levels of `all` and `any`")
        elif not isinstance(value, list):
            hint = f"write `{name}:` and under it items such as `- asset: USDT`"
            self.refuse(Code.BAD_CONDITION, where, f"`{name}` takes a list of conditions, found {found(value)}", hint)
        else:
            within = value[: max(0, SIZE_LIMIT - self.size)]
            parts = [self._item(item, (*where, i), depth) for i, item in enumerate(within)]
            self.size += len(value) - len(within)
        clause = (AllOf if name == "all" else AnyOf)(tuple(parts))
        self.parsed.places.append((where, clause))
        return clause

    def _item(self, item: object, where: Path, depth: int) -> Clause:
        if not isinstance(item, dict):
            hint = "write `- fact: value`"
            self.refuse(
                Code.BAD_CONDITION, where, f"expected a condition such as `asset: USDT`, found {found(item)}", hint
            )
            return ALWAYS
        return self.together(self.entries(item, where, depth + 1))

    def _conditions(self, fact: str, kind: Kind | None, value: object, where: Path) -> list[Clause]:
        predicates = (
            self._operators(fact, kind, value, where) if isinstance(value, dict) else self._plain(kind, value, where)
        )
        self.size += len(predicates)
        clauses: list[Clause] = []
        for place, predicate in predicates:
            condition = Condition(fact, predicate)
            clauses.append(condition)
            self.parsed.places.append((place, condition))
        return clauses

    def _plain(self, kind: Kind | None, value: object, where: Path) -> list[tuple[Path, Predicate]]:
        if kind is Kind.SET:
            options = value if isinstance(value, list) else [value]
            hint = f"write {{any: [{', '.join(str(option) for option in options[:3])}]}}"
            self.refuse(Code.OPERATOR, where, "a fact with several values needs `any`, `all` or `none`", hint)
            return []
        if isinstance(value, list):
            return [(where, OneOf(self._scalars(kind, value, where)))]
        return [(where, OneOf(self._scalar(kind, value, where)))]

    def _operators(
        self, fact: str, kind: Kind | None, written: Mapping[str, object], where: Path
    ) -> list[tuple[Path, Predicate]]:
        if not written:
            self.refuse(
                Code.BAD_CONDITION,
                where,
                f"nothing is asked of `{fact}`",
                "write a value, or an operator such as {given: true}",
            )
        predicates: list[tuple[Path, Predicate]] = []
        bounds: dict[str, float] = {}
        for name, value in written.items():
            inside = (*where, name)
            if name not in OPERATORS_OF[kind]:
                self._no_operator(fact, kind, name, inside)
            elif OPERATORS[name].takes is Takes.BOUND:
                if not bounds:
                    predicates.append((where, Range()))
                bounds[name] = self._number(value, inside)
            elif (predicate := self._predicate(name, kind, value, inside)) is not None:
                predicates.append((inside, predicate))
        if not bounds:
            return predicates
        return [(place, Range(**bounds) if isinstance(each, Range) else each) for place, each in predicates]

    def _no_operator(self, fact: str, kind: Kind | None, name: str, where: Path) -> None:
        about = f"`{fact}`, which is {_described(kind)}" if kind else "an attribute"
        if name in OPERATORS:
            message, hint = f"`{name}` does not go with {about}", did_you_mean(None, OPERATORS_OF[kind])
        else:
            comma = "a comma ends a value: write 1000, not 1,000" if name.isdigit() else None
            hint = comma or comparison(name) or did_you_mean(name, OPERATORS_OF[kind])
            message = f"{quoted(name)} is not an operator for {about}"
        self.refuse(Code.OPERATOR, where, message, hint, Spot.KEY)

    def _predicate(self, name: str, kind: Kind | None, value: object, where: Path) -> Predicate | None:
        operator = OPERATORS[name]
        match operator.takes:
            case Takes.TEXTS:
                return operator.predicate(self._texts(value, where))
            case Takes.VALUE:
                return operator.predicate(self._scalar(kind, value, where))
            case Takes.VALUES if isinstance(value, list):
                return operator.predicate(self._scalars(kind, value, where))
            case Takes.VALUES:
                message = f"`{name}` takes a list, found {found(value)}"
                self.refuse(Code.BAD_CONDITION, where, message, "for one value write `not`")
            case Takes.FLAG if isinstance(value, bool):
                return operator.predicate(value)
            case Takes.FLAG:
                message = f"`{name}` takes `true` or `false`, found {found(value)}"
                self.refuse(Code.BAD_CONDITION, where, message, as_flag(value))
            case Takes.BOUND:
                raise ValueError(name)
            case _:
                assert_never(operator.takes)
        return None

    def _number(self, value: object, where: Path) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            hint = as_number(value) if isinstance(value, str) else None
            self.refuse(Code.VALUE_TYPE, where, f"expected a number, found {found(value)}", hint)
            return 0
        if not isfinite(value):
            self.refuse(Code.NUMBER, where, "not a number that can be compared")
            return 0
        if isinstance(value, int) and abs(value) >= _INT_LIMIT:
            hint = f"whole numbers lie between {1 - _INT_LIMIT:,} and {_INT_LIMIT - 1:,}"
            self.refuse(Code.NUMBER, where, f"out of range: {found(value)}", hint)
            return 0
        return value

    def _texts(self, value: object, where: Path) -> tuple[str, ...]:
        if isinstance(value, list):
            return tuple(text for text in self._scalars(Kind.TEXT, value, where) if isinstance(text, str))
        self.refuse(Code.BAD_CONDITION, where, f"`{where[-1]}` takes a list, found {found(value)}", _as_list(value))
        return ()

    def _scalars(self, kind: Kind | None, values: list[object], where: Path) -> tuple[Scalar, ...]:
        self.size += len(values)
        kept: list[Scalar] = []
        refused: set[int] = set()
        for i, value in enumerate(values[:SIZE_LIMIT]):
            if kind is Kind.TEXT and isinstance(value, str) and len(value) <= TEXT_LIMIT:
                kept.append(intern(value))  # the usual case, inlined
            elif scalar := self._scalar(kind, value, (*where, i)):
                kept.extend(scalar)
            else:
                refused.add(i)
        if refused:
            self.parsed.kept[where] = tuple(i for i in range(len(values)) if i not in refused)
        return tuple(kept)

    def _scalar(self, kind: Kind | None, value: object, where: Path) -> tuple[Scalar, ...]:
        """A tuple of the one value, empty if it is refused."""
        if isinstance(value, str) and kind in {Kind.TEXT, None}:
            if len(value) <= TEXT_LIMIT:
                return (intern(value),)
            self.refuse(Code.BAD_VALUE, where, f"{len(value)} characters; a value has at most {TEXT_LIMIT}")
        elif isinstance(value, bool) and kind in {Kind.FLAG, None}:
            return (value,)
        elif isinstance(value, int | float) and not isinstance(value, bool) and kind in {Kind.NUMBER, None}:
            return (self._number(value, where),)
        else:
            self._wrong_type(kind, value, where)
        return ()

    def _wrong_type(self, kind: Kind | None, value: object, where: Path) -> None:
        expected = _EXPECTED.get(kind, "a value") if kind else "text, a number, `true` or `false`"
        hint = None
        if value is None:
            hint = "for a fact that the withdrawal does not give, write {given: false}"
        elif isinstance(value, list) and where[-1] == "not":
            hint = "for several values write `not_in`"
        elif isinstance(value, str):
            hint = as_flag(value) if kind is Kind.FLAG else as_number(value)
        elif kind is Kind.FLAG and not isinstance(value, list | dict):
            hint = as_flag(value)
        elif kind is Kind.TEXT and not isinstance(value, list | dict):
            hint = "put it in quotes"
        self.refuse(Code.VALUE_TYPE, where, f"expected {expected}, found {found(value)}", hint)


def _described(kind: Kind) -> str:
    return {Kind.TEXT: "text", Kind.FLAG: "true or false", Kind.NUMBER: "a number", Kind.SET: "a set of values"}[kind]


def _as_list(value: object) -> str | None:
    return f"write [{value}]" if isinstance(value, str | int | float) and not isinstance(value, bool) else None
