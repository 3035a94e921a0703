"""Every part of `make bench` runs, at a scale that measures nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import decision, matching, outcomes, publishing, service, start, workers
from benchmarks.goals import Run, goals
from benchmarks.results import markdown
from benchmarks.scale import QUICK, Scale

pytestmark = pytest.mark.timeout(300)  # starts a dozen processes, which takes a busy machine a while


@pytest.fixture(scope="module")
def run() -> Run:
    """Uses real processes and a real Redis; takes some twenty seconds."""
    parts: tuple[Callable[[Scale], object], ...] = (
        matching.measure,
        decision.measure,
        service.measure,
        outcomes.measure,
        publishing.measure,
        start.measure,
        workers.measure,
    )
    return Run(*(part(QUICK) for part in parts))  # type: ignore[arg-type]  # in the order of its fields


def test_every_goal_has_a_row(run: Run) -> None:
    """The table says of each goal whether it is met."""
    text = markdown(run, 0.0)
    for goal in goals(run):
        assert f"| {goal.what} | {goal.goal} | {goal.measured} |" in text


def test_over_http_everything_answered(run: Run) -> None:
    http = run.over_http
    assert {"Forewarn", "bare uvicorn", "FastAPI route"} <= {figures.name for figures in http.figures}
    assert all(figures.rate > 0 and figures.answers > 0 for figures in http.figures)
    assert http.lost == 0


def test_the_published_bundle_came_into_force(run: Run) -> None:
    assert run.publishing.in_force_after > 0
    assert run.publishing.turns.during > 0, "the heartbeat saw no turn of the loop"


def test_a_noisy_machine_is_named_in_the_results(run: Run) -> None:
    assert "not idle" in markdown(run, 3.0)
    assert "not idle" not in markdown(run, 0.1)


def test_plots_are_the_same_bytes_for_the_same_figures(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="installed by `make bench`", exc_type=ImportError)
    from benchmarks.plots import draw  # noqa: PLC0415  # only where it is installed

    first = [path.read_bytes() for path in draw(run, tmp_path)]
    assert [path.read_bytes() for path in draw(run, tmp_path)] == first
    assert all(svg.startswith(b"<?xml") for svg in first)
