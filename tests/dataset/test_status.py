"""The archiver's health file and metrics."""

from pathlib import Path

import orjson
from prometheus_client import generate_latest

from app.dataset.archiver_status import COUNTERS, GAUGES, ArchiverStatus, State, registry, save


def test_every_count_is_a_metric() -> None:
    page = generate_latest(registry(ArchiverStatus(state=State.RUNNING, events=5, overlaps=1))).decode()
    assert "forewarn_archive_events_total 5.0" in page
    assert "forewarn_archive_running 1.0" in page
    for name in COUNTERS:
        assert f"forewarn_archive_{name}_total " in page
    for name in GAUGES:
        assert f"forewarn_archive_{name} " in page


def test_the_health_file_says_what_is_wrong(tmp_path: Path) -> None:
    save(ArchiverStatus(state=State.FAILING, error="OSError: No space left on device"), tmp_path / "state")
    saved = orjson.loads((tmp_path / "state" / "archive.json").read_bytes())
    assert (saved["state"], saved["error"]) == ("failing", "OSError: No space left on device")


def test_a_health_file_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    save(ArchiverStatus(), tmp_path / "state")
