"""Writes RESULTS.md: the goals, the machine, the method, then what each part measured."""

from collections.abc import Iterator

from app.checks.output.markdown import table
from app.main import compiled as is_compiled
from benchmarks import machine
from benchmarks.goals import MEGABYTE, Run, goals
from benchmarks.matching import FEW
from benchmarks.service import LOAD, Figures

QUIET = 0.5

_HOW = f"""\
Every figure comes from this run on this machine. Compare ratios; absolute figures are for orientation only.

- One worker, the same uvicorn settings for all (`app/server/uvicorn_options.py`), default settings of the service. The
  requests are 4,096 withdrawals with all facts given, no two the same. "No head twice": each request has its own
  tracing id, so no head repeats. Bare uvicorn answers constant bytes of the service's median size.
- Saturation: a closed loop of 32 connections, or 2 if an answer takes over 0.1 s. The generator's share of a core shows
  whether it was the limit. A request's processor time is that of the answering process, deferred work included.
- Latency: Poisson arrivals at {LOAD:.0%} of each server's own saturation, counted from the moment a request was due. A
  stall is charged for every request that had to wait.
- Rules have the shapes and proportions of the sample rules in `rules/`, drawn from a seed.
- All engines have the same rules and withdrawals. Their answers are compared before anything is timed. Ours is timed
  without its cache. All rules belong to one region, which gives no engine an advantage. `rule-engine` and `json-logic`
  try every rule; zen-engine has one compiled decision table.
- A heartbeat that runs in every turn of the event loop measures the turns, in a separate service process.
- On two cores, the generator and Redis share the core that the service does not use.
"""


def markdown(run: Run, load_before: float) -> str:
    return "\n".join(_lines(run, load_before)) + "\n"


def _lines(run: Run, load_before: float) -> Iterator[str]:
    yield "# Results\n"
    yield "Written by `make bench`; do not edit. docs/performance.md says where the time goes and what did not help.\n"
    if load_before > QUIET:
        yield f"**The machine was not idle: its load average was {load_before:.1f} when this run began.**\n"
    yield table(
        ("what", "goal", "measured", "met"),
        ((goal.what, goal.goal, goal.measured, "yes" if goal.met else "**no**") for goal in goals(run)),
    )
    yield "\n## Machine\n"
    how = "hot modules compiled by mypyc, as in the image" if is_compiled() else "plain Python, not compiled"
    yield table(("", ""), [*machine.describe(), ("Forewarn", how)])
    yield "\n## How it is measured\n"
    yield _HOW
    yield from _http(run)
    yield from _in_process(run)
    yield from _publishing(run)
    yield from _processes(run)


def _http(run: Run) -> Iterator[str]:
    http = run.over_http
    yield "## Over HTTP\n"
    yield f"{http.rules:,} rules, answers of {http.answer_bytes:,} bytes.\n"
    yield "![Throughput](throughput.svg)\n"
    yield "![Latency](latency.svg)\n"
    yield table(
        ("", "requests/s", "Forewarn's times", "processor µs a request", "p50 µs", "p99 µs", "p99.9 µs", "answers",
         "generator late, p99 µs", "core used by it", "core used by the generator"),
        (_http_row(figures, http.throughput_ratio(figures.name)) for figures in http.figures),
    )  # fmt: skip
    yield f"\nThe generator alone, against a process that answers without reading: {http.ceiling:,.0f} requests/s."
    yield f"Events lost by the service's journal: {http.lost:.0f}."
    for reason in http.left_out:
        yield f"\nLeft out: {reason}."


def _http_row(figures: Figures, times: float) -> tuple[str, ...]:
    # With fewer answers, the slowest ten are more than one in a thousand.
    last = f"{figures.percentile(99.9) * 1e6:,.0f}" if figures.answers >= 10_000 else "too few"
    return (
        figures.name,
        f"{figures.rate:,.0f}",
        f"{times:,.2f}",
        f"{figures.cost * 1e6:,.1f}",
        f"{figures.percentile(50) * 1e6:,.0f}",
        f"{figures.percentile(99) * 1e6:,.0f}",
        last,
        f"{figures.answers:,}",
        f"{figures.late * 1e6:,.0f}",
        f"{max(figures.processor):.0%}",
        f"{max(figures.generator):.0%}",
    )


def _in_process(run: Run) -> Iterator[str]:
    decision, matching = run.decision, run.matching
    yield f"\n## One decision, {decision.rules:,} rules\n"
    figures = f"median {decision.median * 1e6:.1f} µs, p99 {decision.p99 * 1e6:.1f} µs"
    yield f"From body bytes to answer bytes, event journaled, 4,096 withdrawals in turn: {figures}.\n"
    yield table(("step alone", "µs"), ((name, f"{seconds * 1e6:.2f}") for name, seconds in decision.steps))
    yield "\n## Matching alone\n"
    yield "![Matching](matching.svg)\n"
    sizes = tuple(matching.curves[0].seconds)
    yield "Microseconds per match, by the number of rules. An engine is left out where a match would take seconds.\n"
    yield table(
        ("", *(f"{size:,}" for size in sizes)),
        (
            (curve.name, *(f"{curve.seconds[size] * 1e6:,.1f}" if size in curve.seconds else "" for size in sizes))
            for curve in matching.curves
        ),
    )
    yield f"\nGood and bad cases, {matching.case_rules:,} rules of one region:\n"
    others = tuple(matching.cases[0].times_faster)
    yield table(
        ("case", "rules that match", "µs", "plain loop, µs", *(f"times faster than {name}" for name in others)),
        (
            (
                cost.case.name,
                f"{cost.matched:,}",
                f"{cost.seconds * 1e6:.2f}",
                f"{cost.scan_seconds * 1e6:,.0f}",
                *(f"{cost.times_faster[name]:,.0f}" for name in others),
            )
            for cost in matching.cases
        ),
    )
    few = min(FEW, matching.case_rules)
    yield f"\nThe columns 'times faster' used {few:,} rules, those before them {matching.case_rules:,}."


def _publishing(run: Run) -> Iterator[str]:
    publishing = run.publishing
    yield f"\n## Publishing {publishing.rules:,} rules under load\n"
    yield table(
        ("", "in the seconds before", "while it came into force"),
        (
            ("slowest request, ms", *_window(publishing.requests.before, publishing.requests.during)),
            ("longest turn of the loop, ms", *_window(publishing.turns.before, publishing.turns.during)),
            (
                "the same, on the processor, ms",
                *_window(publishing.turns_on_processor.before, publishing.turns_on_processor.during),
            ),
        ),
    )
    size = publishing.bundle_bytes / MEGABYTE
    yield f"\nThe bundle of {size:.1f} MB was in force {publishing.in_force_after:.2f} s after it was published.\n"
    yield table(("the worker's memory", "MB"), ((when, f"{size / MEGABYTE:.1f}") for when, size in publishing.resident))


def _processes(run: Run) -> Iterator[str]:
    start, workers, outcomes = run.start, run.workers, run.outcomes
    yield "\n## Start, workers, outcomes\n"
    yield table(
        ("", ""),
        (
            (f"start to ready, {start.rules:,} rules from Redis", f"{start.first:.2f} s"),
            ("start to ready again, rules from disk", f"{start.again:.2f} s"),
            ("of which importing modules", f"{start.imports:.2f} s"),
            ("processor time a request, one worker", f"{workers.one.processor * 1e6:.1f} µs"),
            ("processor time a request, two workers", f"{workers.two.processor * 1e6:.1f} µs"),
            ("requests/s, one worker", f"{workers.one.rate:,.0f}"),
            ("requests/s, two workers, generator on the same cores", f"{workers.two.rate:,.0f}"),
            ("assessments/s", f"{outcomes.assessments:,.0f}"),
            ("outcomes/s, one a call", f"{outcomes.outcomes:,.0f}"),
            ("outcomes/s, in bulk", f"{outcomes.in_bulk:,.0f}"),
        ),
    )


def _window(before: float, during: float) -> tuple[str, str]:
    return f"{before * 1e3:.2f}", f"{during * 1e3:.2f}"
