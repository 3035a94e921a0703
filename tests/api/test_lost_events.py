"""The count of lost events survives the worker that lost them; what it held does not."""

import os
from pathlib import Path

import pytest

from app.api.metrics import Metrics, take_slot
from tests.journal.child import in_child


def _lose(folder: Path) -> None:
    metrics = Metrics(folder)
    metrics.count_to("events_lost", 2)
    metrics.set("events_waiting", 3)


def _succeed(folder: Path, lost: int) -> None:
    metrics = Metrics(folder)
    assert metrics.lost_before == lost
    metrics.count_to("events_lost", lost + 1)
    page = metrics.page().decode().splitlines()
    assert f"forewarn_events_lost_total {lost + 1}.0" in page
    assert "forewarn_events_waiting 0.0" in page


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", os.fspath(tmp_path))


def test_what_a_killed_worker_held_in_memory_is_counted_once(tmp_path: Path) -> None:
    in_child(_lose, tmp_path)
    in_child(_succeed, tmp_path, 5)
    in_child(_succeed, tmp_path, 6)


def _retire(folder: Path) -> None:
    take_slot(folder)  # its successor has started already, so nobody takes over the other slot
    metrics = Metrics(folder)
    metrics.count_to("events_lost", 2)
    metrics.set("events_unshipped", 7)
    metrics.set("journal_quarantine_segments", 1)
    assert "forewarn_events_unshipped 7.0" in metrics.page().decode()
    metrics.retire()
    page = metrics.page().decode()
    assert "forewarn_events_lost_total 2.0" in page
    assert "7.0" not in page
    assert "forewarn_journal_quarantine_segments 1.0" not in page


def test_a_worker_that_has_stopped_holds_nothing(tmp_path: Path) -> None:
    in_child(_retire, tmp_path)
