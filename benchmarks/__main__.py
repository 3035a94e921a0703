"""Measures everything and writes RESULTS.md and its plots: `python -m benchmarks`, or `make bench`."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

from app.main import compiled as is_compiled
from benchmarks import decision, machine, matching, outcomes, publishing, service, start, workers
from benchmarks.compiled import LOAD, run_compiled
from benchmarks.goals import Run, goals
from benchmarks.results import QUIET, markdown
from benchmarks.scale import FULL, QUICK, Scale

T = TypeVar("T")

_HERE = Path(__file__).parent


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a second or so each: proves that it works, measures nothing"
    )
    parser.add_argument("--into", type=Path, help="folder of RESULTS.md and the plots; default: benchmarks/")
    parser.add_argument("--plain", action="store_true", help="do not compile the request's path, as the image does")
    asked = parser.parse_args(arguments)
    if not (asked.quick or asked.plain or is_compiled()):
        done = run_compiled(sys.argv[1:], machine.load_average())
        if done is not None:
            raise SystemExit(done)
    folder = asked.into or (Path(tempfile.mkdtemp(prefix="forewarn-bench-")) if asked.quick else _HERE)
    load_before = float(os.environ.get(LOAD) or machine.load_average())
    if load_before > QUIET:
        print(f"This machine is not quiet (load {load_before:.1f}): the results will say so.", file=sys.stderr)
    run = measure(QUICK if asked.quick else FULL)
    write(run, load_before, folder)


def measure(scale: Scale) -> Run:
    return Run(
        matching=_timed("matching", matching.measure, scale),
        decision=_timed("one decision", decision.measure, scale),
        over_http=_timed("over HTTP", service.measure, scale),
        outcomes=_timed("outcomes", outcomes.measure, scale),
        publishing=_timed("publishing", publishing.measure, scale),
        start=_timed("start", start.measure, scale),
        workers=_timed("workers", workers.measure, scale),
    )


def write(run: Run, load_before: float, folder: Path) -> None:
    (folder / "RESULTS.md").write_text(markdown(run, load_before), encoding="utf-8")
    if find_spec("matplotlib"):
        from benchmarks.plots import draw  # noqa: PLC0415  # not installed for the tests

        draw(run, folder)
    for goal in goals(run):
        print(f"{'met' if goal.met else 'NOT':4} {goal.what}: {goal.measured} (goal: {goal.goal})")
    print(f"Written to {folder}")


def _timed(name: str, work: Callable[[Scale], T], scale: Scale) -> T:
    print(f"{name} ...", end=" ", flush=True, file=sys.stderr)
    began = time.perf_counter()
    result = work(scale)
    print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr)
    return result


if __name__ == "__main__":
    main()
