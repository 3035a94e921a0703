"""The cost of matching alone: by the number of rules for every engine, and in good and bad cases for ours."""

import gc
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.domain.index import Index
from benchmarks.engines import REMEMBERING, Compile, Engine, engines
from benchmarks.rules import CASES, TODAY, WITHDRAWAL, Case, made_rules, withdrawals
from benchmarks.scale import Scale
from benchmarks.timing import seconds_of

# Rules per case that every engine gets: rule-engine parses for 3 ms per rule.
FEW = 1_000

# Compiling may take this many times as long as a match.
COMPILE_BUDGET = 60.0


class Disagreement(Exception):
    """Two engines answer differently, so there is nothing to compare."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One engine's seconds per match, by the number of rules."""

    name: str
    seconds: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class CaseCost:
    case: Case
    matched: int
    seconds: float
    scan_seconds: float
    times_faster: Mapping[str, float]  # than each other engine, with `FEW` rules


@dataclass(frozen=True, slots=True)
class Matching:
    curves: tuple[Curve, ...]
    cases: tuple[CaseCost, ...]
    case_rules: int

    def curve(self, name: str) -> Curve | None:
        return next((curve for curve in self.curves if curve.name == name), None)

    def growth(self) -> float:
        """The cost of a match with the most rules, divided by its cost with the fewest."""
        ours = self.curves[0].seconds
        return ours[max(ours)] / ours[min(ours)]

    def times_faster(self, name: str) -> tuple[int, float] | None:
        """The ratio at 10,000 rules, or at the most that both were measured with; None without a measurement."""
        other = self.curve(name)
        if other is None or not other.seconds:
            return None
        sizes = [size for size in other.seconds if size <= 10_000]
        size = max(sizes)
        return size, other.seconds[size] / self.curves[0].seconds[size]


def measure(scale: Scale) -> Matching:
    truth = Truth(scale.sizes)
    gc.freeze()
    curves = tuple(Curve(name, dict(_curve(name, compile_rules, truth, scale))) for name, compile_rules in engines())
    cases = tuple(_case(case, scale) for case in CASES)
    gc.unfreeze()
    return Matching(curves, cases, scale.http_rules)


class Truth:
    """The plain loop's answers for the timed withdrawal and some others."""

    def __init__(self, sizes: tuple[int, ...]) -> None:
        self.rules = {size: made_rules(size) for size in sizes}
        self._requests: list[Mapping[str, Any]] = [*withdrawals(3), *(case.request for case in CASES)]
        self._answers: dict[int, list[tuple[list[str], int]]] = {}

    def check(self, name: str, engine: Engine, size: int) -> None:
        # The slowest engines take seconds per answer on the largest sets, so they get fewer questions there.
        asked = self._requests if size <= 1_000 else self._requests[:2]
        answers = [engine.ids(engine.match(engine.prepare(request))) for request in asked]
        if answers != self._answers.setdefault(size, [_plain(self.rules[size], request) for request in asked]):
            raise Disagreement(f"{name} and the plain loop disagree on {size} rules")


def _plain(rules: list[Any], request: Mapping[str, Any]) -> tuple[list[str], int]:
    context = Case("", lambda *_: rules[0].when, request).context
    ids = [rule.id for rule in rules if rule.matches(context, TODAY)]
    return ids[:16], len(ids)


def _curve(name: str, compile_rules: Compile, truth: Truth, scale: Scale) -> Iterator[tuple[int, float]]:
    """Measures up to the size at which a match, or compiling, would exceed the budget."""
    last: tuple[int, float, float] | None = None
    for size in scale.sizes:
        if last is not None:
            times = size / last[0]
            if last[1] * times > scale.engine_budget or last[2] * times > scale.engine_budget * COMPILE_BUDGET:
                return
        began = time.perf_counter()
        engine = compile_rules(truth.rules[size])
        compiled = time.perf_counter() - began
        # A collection before each timing would visit millions of objects: two seconds with 100,000 rules.
        gc.freeze()
        truth.check(name, engine, size)
        prepared = engine.prepare(WITHDRAWAL)
        seconds = seconds_of(partial(engine.match, prepared), scale.spend)
        last = size, seconds, compiled
        yield size, seconds
        del engine, prepared


def _case(case: Case, scale: Scale) -> CaseCost:
    index = Index.of(made_rules(scale.http_rules, case.when))
    context = case.context
    matches = index.match(context, TODAY)
    if matches != index.scan(context, TODAY):
        raise Disagreement(f"the index and the plain loop disagree on {case.name}")
    fast = seconds_of(lambda: index.match_anew(context, TODAY), scale.spend)
    slow = seconds_of(lambda: index.scan(context, TODAY), scale.spend / 5)
    return CaseCost(case, matches.count, fast, slow, _beside(case, scale))


def _beside(case: Case, scale: Scale) -> dict[str, float]:
    """How many times faster ours is than each other engine, with the same few rules."""
    rules = made_rules(min(FEW, scale.http_rules), case.when)
    seconds, answers = {}, []
    for name, compile_rules in engines():
        if name == REMEMBERING:
            continue
        engine = compile_rules(rules)
        prepared = engine.prepare(case.request)
        answers.append(engine.ids(engine.match(prepared)))
        if answers[-1] != answers[0]:
            raise Disagreement(f"{name} and Forewarn disagree on {case.name}")
        seconds[name] = seconds_of(partial(engine.match, prepared), scale.spend / 5)
    ours = seconds.pop("Forewarn")
    return {name: took / ours for name, took in seconds.items()}
