"""Every event is archived once, even if the archiver is killed anywhere, shippers resend and the stream is emptied."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from app.dataset.local_folder import LocalFolder
from app.dataset.stream_gaps import gaps
from app.storage.parent_death import end_with_parent
from tests.dataset.events import ids, is_once
from tests.dataset.sessions import archiver, at_work
from tests.deployment import ROOT
from tests.journal.segment_reader import paths, read_segment
from tests.redis_server import RedisServer
from tests.waiting import wait_until

KILLS = 26

# Before a segment is deleted, a hard link keeps its lines for the count.
SHIPPER = """
import asyncio, os, sys
from pathlib import Path
from app.storage.event_sink import EventSink
from app.storage.redis_client import connect
from app.journal.owned_segments import OwnedSegments
from app.journal.journal import Journal
from app.journal.shipper import Shipper
from tests.dataset.events import body

state, url, aside = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
deleted = OwnedSegments.delete
def delete(self, progress):
    if not (aside / progress.segment.path.name).exists():
        os.link(progress.segment.path, aside / progress.segment.path.name)
    return deleted(self, progress)
OwnedSegments.delete = delete

async def main():
    journal = Journal(state, segment_bytes=30_000, max_bytes=2**30)
    client = connect(url)
    shipper = Shipper(journal, EventSink(client), ship_every=0.01, check_every=0.1, adopt_every=0.1, batch_lines=9)
    shipper.start()
    number = 0
    while not (aside / "enough").exists():
        for number in range(number + 1, number + 5):
            journal.append(body(number))
        await asyncio.sleep(0.01)
    journal.seal()
    (aside / f"ended-{os.getpid()}").touch()
    await asyncio.Event().wait()

asyncio.run(main())
"""


class Shippers:
    """Two machines, each with its own journal. `kill` ends one; the next takes over what it left."""

    def __init__(self, folder: Path, server: RedisServer) -> None:
        self.states = [folder / "one", folder / "two"]
        self.aside = folder / "aside"
        self.aside.mkdir()
        self._log = folder / "shippers.log"
        self._server = server
        self._processes = [self._start(state) for state in self.states]

    def _start(self, state: Path) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", SHIPPER, state, self._server.url, self.aside],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent(),
            )

    def kill(self, which: int) -> None:
        """Everything is sent again, since nobody knows how far it came."""
        self._processes[which].kill()
        self._processes[which].wait()
        for sidecar in (self.states[which] / "journal").glob("*.shipped"):
            sidecar.unlink()
        self._processes[which] = self._start(self.states[which])

    def enough(self) -> None:
        """Adds no more events; shipping goes on."""
        (self.aside / "enough").touch()
        wait_until(lambda: all((self.aside / f"ended-{sender.pid}").exists() for sender in self._processes), timeout=30)

    def journaled(self) -> list[str]:
        """Every line of every segment, deleted ones included."""
        folders = [state / "journal" / place for state in self.states for place in (".", "quarantine")]
        held = [path for folder in folders for path in paths(folder)]
        dropped = {path.name for path in paths(self.aside)}
        found = [line for path in held if path.name not in dropped for line in self._lines(path)]
        return sorted(found + [line for name in dropped for line in _lines(self.aside / name)])

    def _lines(self, path: Path) -> list[str]:
        try:
            return _lines(path)
        except FileNotFoundError:
            return _lines(self.aside / path.name)

    def close(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


def _lines(segment: Path) -> list[str]:
    return [f"{segment.stem}:{number}" for number, _ in read_segment(segment)]


def _files(dataset: Path) -> set[str]:
    return {path.name for path in dataset.glob("date=*/*.parquet")}


def _holds(dataset: Path, expected: list[str]) -> bool:
    try:
        return ids(dataset) == expected
    except FileNotFoundError:  # merged between listing and reading: in this test parts are deleted right away
        return False


@contextmanager
def shippers(folder: Path, server: RedisServer) -> Iterator[Shippers]:
    with ExitStack() as closing:
        made = Shippers(folder, server)
        closing.callback(made.close)
        yield made


@pytest.mark.timeout(300)  # it starts thirty processes: 20 s on two cores, several times that on busy ones
def test_killed_again_and_again_every_event_is_in_the_dataset_once(redis_server: RedisServer, tmp_path: Path) -> None:
    seeded = random.Random(20261120)
    dataset, log = tmp_path / "dataset", tmp_path / "archiver.log"
    store = LocalFolder(dataset)
    policy = {"run": 3, "small": 20_000, "parts_kept": 0.0}
    killed = 0
    with shippers(tmp_path, redis_server) as senders:
        for attempt in range(KILLS):
            # Half kill themselves before a line of our code, mostly lines that open and look. The parent kills the
            # other half at any moment, even within a write.
            by_line = attempt % 2 == 0
            die_at = int(10 ** seeded.uniform(2.5, 4.6)) if by_line else None
            child = archiver(dataset, redis_server, log, die_at=die_at, policy=policy)
            before, more = _files(dataset), seeded.randrange(1, 5)
            wait_until(
                lambda child=child, before=before, more=more: (
                    child.poll() is not None or len(_files(dataset) - before) >= more  # type: ignore[misc]  # mypy infers no type for a lambda with a default
                ),
                timeout=30,
            )
            child.send_signal(signal.SIGKILL)
            assert child.wait() == -signal.SIGKILL, log.read_text()
            killed += 1
            if attempt % 6 == 2:
                senders.kill(attempt % 4 // 2)
            if attempt == KILLS // 2:
                redis_server.flush()
            assert is_once(ids(dataset)), "at every moment"
        senders.enough()
        last = archiver(dataset, redis_server, log, policy=policy)
        expected = senders.journaled()
        wait_until(lambda: _holds(dataset, expected), timeout=30)
        wait_until(lambda: at_work(last, log), timeout=30)
        last.terminate()
        assert last.wait(30) == 0
    found = ids(dataset)
    assert killed >= 25
    assert len(found) > 1000
    assert is_once(found)
    assert ids(dataset, every=True) == found, "a stopped archiver leaves no parts"
    assert len({gap.epoch for gap in gaps(store)}) == 1
    assert "Traceback" not in log.read_text()
    assert not list((dataset / "_tmp").glob("*"))
