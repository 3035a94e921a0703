"""Acknowledged events are on disk; events that cannot be written wait or are counted as lost."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.journal.journal import Journal
from app.journal.segments import adopt
from tests.journal.child import in_child, limit_files_to
from tests.journal.segment_reader import paths, read_segment
from tests.waiting import wait_until


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def body(number: int, padding: int = 0) -> bytes:
    return orjson.dumps({"n": number, "p": "x" * padding})


def on_disk(state: Path) -> list[dict[str, Any]]:
    return [orjson.loads(json) for path in paths(state / "journal") for _, json in read_segment(path)]


def numbers(state: Path) -> list[int]:
    return [event["n"] for event in on_disk(state)]


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path)
    yield journal
    journal.close()


def test_an_event_is_on_disk_with_its_id_when_append_returns(journal: Journal, tmp_path: Path) -> None:
    assert journal.append(body(7))
    assert journal.append(body(8))
    assert journal.segment is not None
    name = journal.segment.name
    assert on_disk(tmp_path) == [
        {"event_id": f"{name}:1", "n": 7, "p": ""},
        {"event_id": f"{name}:2", "n": 8, "p": ""},
    ]
    assert (journal.segment.lines, journal.segment.size) == (2, journal.segment.path.stat().st_size)


def test_many_are_written_in_one_go(journal: Journal, tmp_path: Path) -> None:
    journal.append(body(0))
    assert journal.append_many([body(number) for number in range(1, 101)])
    assert numbers(tmp_path) == list(range(101))
    assert [event["event_id"].rpartition(":")[2] for event in on_disk(tmp_path)] == [str(n) for n in range(1, 102)]
    with pytest.raises(ValueError, match="up to 100"):
        journal.append_many([body(0)] * 101)


def test_an_open_segment_has_one_owner(journal: Journal) -> None:
    assert journal.segment is not None
    path = journal.segment.path
    assert adopt(path) is None
    journal.close()
    adopted = adopt(path)
    assert adopted is not None
    adopted.close()


def test_segments_rotate_at_their_size_and_lines_start_at_one(tmp_path: Path) -> None:
    journal = Journal(tmp_path, segment_bytes=1000)
    for number in range(60):
        assert journal.append(body(number))
    journal.close()
    sizes = [path.stat().st_size for path in paths(tmp_path / "journal")]
    assert len(sizes) > 2
    assert max(sizes) <= 1000
    assert sorted(numbers(tmp_path)) == list(range(60))
    assert sum(event["event_id"].endswith(":1") for event in on_disk(tmp_path)) == len(sizes)


def test_an_event_longer_than_a_segment_gets_its_own(tmp_path: Path) -> None:
    journal = Journal(tmp_path, segment_bytes=100)
    assert journal.append(body(1, padding=500))
    assert journal.append(body(2, padding=500))
    journal.close()
    assert sorted(numbers(tmp_path)) == [1, 2]


def _full_disk(state: Path) -> None:
    clock = Clock()
    journal = Journal(state, buffer_limit=5, clock=clock)
    written = 0
    limit_files_to(1000)
    while journal.record(body(written)):
        written += 1
    assert not journal.writable
    assert "cannot write" in str(journal.error)
    assert not journal.append(body(-1)), "an outcome is not acknowledged"
    assert not journal.append_many([body(-1)] * 2)
    for number in range(written + 1, written + 8):
        assert not journal.record(body(number))
    assert (journal.waiting, journal.lost) == (5, 3)
    assert numbers(state) == list(range(written)), "a failed write leaves nothing"

    limit_files_to(-1)
    assert not journal.record(body(-2)), "not tried again before its time"
    assert (journal.waiting, journal.lost) == (5, 4)
    clock.now += 1
    assert journal.record(body(100)), "what waited goes first"
    assert (journal.waiting, journal.lost, journal.error) == (0, 4, None)
    assert numbers(state) == [*range(written + 5), 100]


def test_on_a_full_disk_assessments_wait_and_outcomes_are_refused(tmp_path: Path) -> None:
    in_child(_full_disk, tmp_path)


def _short_write(state: Path) -> None:
    journal = Journal(state)
    assert journal.append(body(1))
    limit_files_to(150)
    assert not journal.append(body(2, padding=200)), "a hundred bytes of it fit"
    assert journal.append(body(3))
    assert numbers(state) == [1, 3]


def test_half_a_line_is_taken_back(tmp_path: Path) -> None:
    in_child(_short_write, tmp_path)


def test_a_batch_that_does_not_fit_is_not_written_in_part(tmp_path: Path) -> None:
    in_child(_batch_on_full_disk, tmp_path)


def _batch_on_full_disk(state: Path) -> None:
    journal = Journal(state)
    limit_files_to(500)
    assert not journal.append_many([body(number) for number in range(20)])
    assert numbers(state) == []


def test_the_background_retry_writes_what_waits(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file is in the way")
    journal = Journal(tmp_path)
    for number in range(250):
        assert not journal.record(body(number))
    assert not journal.retry()
    (tmp_path / "journal").unlink()
    while journal.waiting:
        assert journal.retry()
    assert numbers(tmp_path) == list(range(250))
    journal.close()


def test_a_segment_that_cannot_be_cut_back_is_given_up(journal: Journal, tmp_path: Path) -> None:
    """/dev/full refuses both the write and the truncation."""
    journal.append(body(1))
    assert journal.segment is not None
    full = os.open("/dev/full", os.O_RDWR)
    os.dup2(full, journal.segment.fd)
    os.close(full)
    assert not journal.append(body(2))
    assert journal.append(body(3))
    assert sorted(numbers(tmp_path)) == [1, 3]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_it_starts_in_a_read_only_folder_and_recovers(tmp_path: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,ro", "tmpfs", tmp_path], check=False)
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        journal = Journal(tmp_path, retry_every=0)
        assert not journal.writable
        assert "Read-only" in str(journal.error)
        assert not journal.record(body(1))
        subprocess.run(["mount", "-o", "remount,rw", tmp_path], check=True)
        assert journal.record(body(2))
        assert journal.writable
        assert numbers(tmp_path) == [1, 2]
        journal.close()
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_full_file_system_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path], check=False)
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        journal = Journal(tmp_path)
        acknowledged = [number for number in range(1000) if journal.append(body(number, padding=300))]
        assert 0 < len(acknowledged) < 1000
        assert numbers(tmp_path) == acknowledged
        journal.close()
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_a_deleted_segment_is_noticed(journal: Journal, tmp_path: Path) -> None:
    assert journal.segment is not None
    journal.segment.path.unlink()
    journal.measure()
    assert journal.append(body(1))
    assert numbers(tmp_path) == [1]


def test_the_bound_holds_when_nothing_is_shipped(tmp_path: Path) -> None:
    journal = Journal(tmp_path, max_bytes=20_000, buffer_limit=3)
    accepted = 0
    while journal.record(body(accepted, padding=50)):
        accepted += 1
        if accepted % 20 == 0:
            journal.measure()
    assert accepted > 100
    assert not journal.append(body(0))
    assert "FOREWARN_JOURNAL_MAX_BYTES is 20000" in str(journal.error)
    assert sum(path.stat().st_size for path in paths(tmp_path / "journal")) <= 20_000
    paths(tmp_path / "journal")[0].unlink()
    journal.measure()
    assert journal.append(body(0)), "there is room again"
    journal.close()


def test_workers_share_the_room_that_is_left(tmp_path: Path) -> None:
    workers = [Journal(tmp_path, max_bytes=40_000, workers=4) for _ in range(4)]
    for journal in workers:
        while journal.append(body(1)):
            pass
        journal.close()
    assert sum(path.stat().st_size for path in paths(tmp_path / "journal")) <= 40_000


APPENDER = """
import sys
from pathlib import Path
from app.journal.journal import Journal
journal = Journal(Path(sys.argv[1]), segment_bytes=20_000)
for number in range(10**9):
    if journal.append(b'{"n":%d}' % number):
        print(number, flush=True)
"""


def test_a_killed_process_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", APPENDER, tmp_path], stdout=subprocess.PIPE) as child:
        wait_until(lambda: len(paths(tmp_path / "journal")) > 3)
        child.kill()
        assert child.stdout is not None
        acknowledged = [int(line) for line in child.stdout.read().splitlines(keepends=True) if line.endswith(b"\n")]
    assert set(acknowledged) <= set(numbers(tmp_path))
    assert len(acknowledged) > 500
