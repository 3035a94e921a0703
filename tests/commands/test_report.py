"""`forewarn report` and `forewarn sql` say what they read, and fail if there is nothing to read."""

import json
import logging
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.commands import archive
from app.commands import report as command
from app.commands.cli import cli
from app.dataset.dataset_errors import DatasetError
from app.dataset.dataset_url import store_of
from app.dataset.recorded_events import DatasetUnreadable
from app.dataset.stream_gaps import Gap, GapKind, write
from app.domain.errors import ForewarnError
from app.reports import event_connection
from app.reports.event_connection import open_events
from tests.commands.commands import Run, failed
from tests.console.history import history, now, send
from tests.redis_server import RedisServer

NOBODY = "redis://127.0.0.1:1"
BUCKET = "s3://bucket/forewarn?endpoint_override=127.0.0.1:1&scheme=http"


def report(folder: Path, dataset: str | None = None, *, redis_url: str | None = None, form: str = "text") -> str:
    made = command.run(
        dataset=dataset or str(folder / "dataset"), redis_url=redis_url, state_dir=folder / "state", asked={}, form=form
    )
    assert isinstance(made, str)
    return made


@pytest.fixture
def filled(redis_server: RedisServer) -> str:
    """The URL of a Redis whose stream has events that no dataset has."""
    with redis_server.client() as client:
        send(client, history(now(), days=7, users=40))
    return redis_server.url


@pytest.fixture
def dataset(tmp_path: Path, filled: str) -> str:
    folder = str(tmp_path / "dataset")
    archive.run(dataset=folder, redis_url=filled, state_dir=tmp_path / "archiver", once=True)
    return folder


@pytest.mark.parametrize(("redis_url", "says"), [(None, "no Redis is set"), (NOBODY, "Redis does not answer")])
def test_nothing_at_all_is_one_clear_line(
    tmp_path: Path, redis_url: str | None, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(DatasetError) as raised:
        report(tmp_path, redis_url=redis_url)
    assert str(raised.value) == f"FOREWARN_DATASET: no files of a dataset in {tmp_path / 'dataset'}, and {says}"
    assert caplog.records == []


def test_so_it_is_for_a_query(tmp_path: Path, run: Run) -> None:
    assert "no files of a dataset" in failed(run("sql", "SELECT count(*) FROM events"))


def test_a_stream_without_a_dataset_is_reported_with_a_warning(
    tmp_path: Path, filled: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        text = report(tmp_path, redis_url=filled)
    assert [record.message for record in caplog.records] == [
        f"FOREWARN_DATASET: no files of a dataset in {tmp_path / 'dataset'}; the answer comes from the stream only"
    ]
    assert ": no dataset; the stream (" in text


def test_the_text_and_the_json_say_what_was_read(tmp_path: Path, dataset: str) -> None:
    store = store_of(dataset)
    write(store, Gap(GapKind.CUT, "epoch", "5-1", now(), 1200))

    last = report(tmp_path, dataset).splitlines()[-2:]
    data = json.loads(report(tmp_path, dataset, form="json"))["data"]

    assert f"the dataset, which goes to {data['archived_to']}; not the stream (no Redis is set)." in last[0]
    assert last[1].startswith("* Events may be missing: the events stream no longer holds our position")
    assert last[1].endswith(f"found {data['gaps'][0]['found_at']}, 1,200 entries.")
    assert (data["live"], data["complete"]) == (False, False)


def test_an_object_store_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"^The dataset cannot be read: .*bucket.*127\.0\.0\.1:1") as raised:
        report(tmp_path, BUCKET)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("kept", [0, 2_000])
def test_a_damaged_file_is_named(tmp_path: Path, dataset: str, kept: int) -> None:
    file = max(Path(dataset).glob("date=*/*.parquet"), key=lambda file: file.stat().st_size)
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(DatasetUnreadable) as raised:
        report(tmp_path)
    assert str(raised.value) == f"The dataset cannot be read: {file.parent.name}/{file.name} is damaged"


def test_a_report_without_memory_is_one_clear_line(
    tmp_path: Path, dataset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB has a tenth of a megabyte here, and nowhere else to go."""
    monkeypatch.setattr(event_connection, "SPILL", 0)
    monkeypatch.setattr(command, "open_events", partial(open_events, memory_limit="100KB"))
    with pytest.raises(ForewarnError, match="choose a shorter period"):
        report(tmp_path, dataset)


_ENDLESS = """
import os, signal
from threading import Timer
from app.dataset.report_sources import Sources
from app.reports.event_connection import open_events
with open_events(Sources()) as events:
    Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    events.connection.execute("SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b").fetchall()
"""


def test_ctrl_c_ends_a_query() -> None:
    """As it does for every other part of a command; DuckDB makes another error of it."""
    # A process of its own: one that a shell starts in the background never gets the signal.
    default = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    done = subprocess.run([sys.executable, "-c", _ENDLESS], preexec_fn=default, capture_output=True, check=False)
    assert (done.returncode, done.stderr.split()[-1]) == (-signal.SIGINT, b"KeyboardInterrupt")


@pytest.mark.parametrize("asked", [("sql", "SELECT count(*) AS n FROM events"), ("report",)])
def test_csv_on_the_terminal_has_no_empty_line(tmp_path: Path, dataset: str, asked: tuple[str, ...]) -> None:
    settings = {"FOREWARN_DATASET": dataset, "FOREWARN_STATE_DIR": str(tmp_path / "state")}
    done = CliRunner().invoke(cli, [*asked, "--format", "csv"], env=settings)
    assert done.exit_code == 0, done.output
    lines = done.stdout_bytes.split(b"\r\n")
    assert (len(lines), lines[-1]) == (3, b"")
