"""The goals, what was measured, and whether each goal is met."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.decision import Decision
from benchmarks.matching import Matching
from benchmarks.outcomes import Outcomes
from benchmarks.publishing import Publishing
from benchmarks.service import BARE, NEW_HEADS, PLAIN, ROUTE, OverHttp
from benchmarks.start import Start
from benchmarks.workers import Workers

MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that one run measured."""

    matching: Matching
    decision: Decision
    over_http: OverHttp
    outcomes: Outcomes
    publishing: Publishing
    start: Start
    workers: Workers


@dataclass(frozen=True, slots=True)
class Goal:
    what: str
    goal: str
    measured: str
    met: bool


def goals(run: Run) -> Iterator[Goal]:
    yield from _http(run.over_http)
    yield from _matching(run.decision, run.matching)
    yield from _publishing(run.publishing)
    yield from _processes(run)


def _http(http: OverHttp) -> Iterator[Goal]:
    bare, route = http.throughput_ratio(BARE), http.throughput_ratio(ROUTE)
    others = "".join(
        f", {name.partition(', ')[2]} {bare / http.throughput_ratio(name):.2f}"
        for name in (NEW_HEADS, PLAIN)
        if http.of(name)
    )
    yield Goal("throughput at saturation over bare uvicorn's", "at least 0.75", f"{bare:.2f}{others}", bare >= 0.75)
    for percent, most in ((99, 1.5), (99.9, 2.0)):
        ratio = http.latency_ratio(percent)
        what = f"p{percent} at 40% of saturation over bare uvicorn's at 40% of its own"
        yield Goal(what, f"at most {most:g}", f"{ratio:.2f}", ratio <= most)
    yield Goal("throughput over an idiomatic FastAPI route that does nothing", "at least 3", f"{route:.2f}", route >= 3)


def _matching(decision: Decision, matching: Matching) -> Iterator[Goal]:
    yield Goal(
        f"in-process decision with {decision.rules:,} rules, median",
        "under 10 µs",
        f"{decision.median * 1e6:.1f} µs (p99 {decision.p99 * 1e6:.1f} µs){_not_compiled(decision)}",
        decision.median < 10e-6,
    )
    sizes = matching.curves[0].seconds
    growth = matching.growth()
    yield Goal(
        f"matching, {min(sizes):,} → {max(sizes):,} rules, not cached",
        "at most 8 times",
        f"{growth:.1f} times",
        growth <= 8,
    )
    for name in ("zen-engine", "rule-engine"):
        found = matching.times_faster(name)
        if found is not None:
            size, times = found
            yield Goal(
                f"matching {size:,} rules, beside {name}", "500 times faster", f"{times:,.0f} times", times >= 500
            )


def _not_compiled(decision: Decision) -> str:
    return f", not compiled {decision.plain_median * 1e6:.1f} µs" if decision.plain_median else ""


def _publishing(publishing: Publishing) -> Iterator[Goal]:
    slowest, turns, processor = publishing.requests, publishing.turns, publishing.turns_on_processor
    what = f"publishing {publishing.rules:,} rules under load"
    yield Goal(
        f"{what}: slowest request",
        "not over 10 ms because of it",
        f"{_ms(slowest.during)} ({_ms(slowest.before)} in the seconds before)",
        slowest.during <= max(0.010, slowest.before),
    )
    yield Goal(
        f"{what}: longest turn of the event loop",
        "not over 2 ms",
        f"{_ms(turns.during)} ({_ms(turns.before)} before), on the processor {_ms(processor.during)}",
        turns.during <= 0.002,
    )
    yield Goal(
        f"{what}: memory of the worker",
        "grows by under 60 MB and returns",
        f"grows by {_mb(publishing.growth)}; {_mb(publishing.left)} stay after four swaps",
        publishing.growth < 60 * MEGABYTE and publishing.left < 6 * MEGABYTE,
    )
    seconds = publishing.compile_seconds
    yield Goal(f"compiling {publishing.rules:,} rules", "under 1 s", f"{seconds:.2f} s on the processor", seconds < 1)


def _processes(run: Run) -> Iterator[Goal]:
    start, workers, outcomes = run.start, run.workers, run.outcomes
    yield Goal(
        f"start to ready with {start.rules:,} rules",
        "under 1 s",
        f"{start.again:.2f} s ({start.first:.2f} s with nothing on disk)",
        max(start.first, start.again) < 1,
    )
    ratio = workers.processor_ratio
    yield Goal("processor time a request, two workers over one", "at most 1.1", f"{ratio:.2f}", ratio <= 1.1)
    if workers.cores >= 4:
        times = workers.throughput_ratio
        yield Goal("throughput, two workers over one", "at least 1.8", f"{times:.2f}", times >= 1.8)
    same = outcomes.ratio
    yield Goal("outcomes a second over assessments a second", "the same order", f"{same:.2f}", same >= 0.5)


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms"


def _mb(size: int) -> str:
    return f"{size / MEGABYTE:.1f} MB"
