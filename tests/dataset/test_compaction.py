"""Small files are merged into big ones, and each event counts once at every moment."""

import random
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dataset import compaction
from app.dataset.archive_context import Pace
from app.dataset.compaction import Merge, Policy, plan
from app.dataset.dataset_store import StoredFile
from app.dataset.file_listing import DataFile, contained, counting, every_file, overlapping, parse, path_of
from app.dataset.local_folder import LocalFolder
from app.storage.event_stream import StreamId
from tests.dataset.events import EPOCH, NOON, add, entry, ids, names, read
from tests.dataset.sessions import archiver, bench
from tests.redis_server import RedisServer

TODAY = date(2026, 11, 20)
DAY = 24 * 3600 * 1000
POLICY = Policy(run=3, small=10, target=1000)


def file(first: int, last: int, size: int = 1, epoch: str = EPOCH, days: int = 0) -> DataFile:
    path = path_of(epoch, StreamId(NOON + days * DAY, first), StreamId(NOON + days * DAY, last))
    found = parse(StoredFile(path, size, 1e9))
    assert found
    return found


def parts(merge: Merge | None) -> list[tuple[int, int]]:
    return [(part.first.seq, part.last.seq) for part in merge.parts] if merge else []


@pytest.mark.parametrize(
    ("files", "merged"),
    [
        ([file(1, 1), file(2, 2)], []),
        ([file(1, 1), file(2, 2), file(3, 3), file(4, 4)], [(1, 1), (2, 2), (3, 3)]),
        ([file(1, 9, 20), file(10, 10), file(11, 11), file(12, 12)], [(10, 10), (11, 11), (12, 12)]),
        ([file(1, 9, 20), file(10, 10), file(11, 11)], []),
        ([file(1, 9, 20), file(10, 20, 25), file(21, 21, 12)], [(1, 9), (10, 20), (21, 21)]),
        ([file(1, 9, 900), file(10, 20, 900), file(21, 21, 900)], []),
        ([file(1, 1), file(2, 2), file(3, 3, epoch="b")], []),
        ([file(1, 1, days=-1), file(2, 2, days=-1)], [(1, 1), (2, 2)]),
        ([file(1, 1, 600, days=-1), file(2, 2, 600, days=-1)], []),
        ([file(1, 1, 600, days=-1), file(2, 2, 600, days=-1), file(3, 3, 9, days=-1)], [(2, 2), (3, 3)]),
        ([file(1, 5), file(3, 9)], [(1, 5), (3, 9)]),
    ],
)
def test_what_is_merged_next(files: list[DataFile], merged: list[tuple[int, int]]) -> None:
    assert parts(plan(counting(files), TODAY, POLICY)) == merged


sizes = st.lists(st.integers(1, 400), min_size=1, max_size=60)


@settings(deadline=None)  # a shared machine may stop a call for longer
@given(sizes, st.booleans())
def test_merging_ends_with_few_files_that_hold_the_same(given_sizes: list[int], closed: bool) -> None:
    days = -1 if closed else 0
    files = [file(n, n, size, days=days) for n, size in enumerate(given_sizes)]
    while wanted := plan(counting(files), TODAY, POLICY):
        whole = parse(StoredFile(wanted.path, sum(part.size for part in wanted.parts), 0.0))
        assert whole
        assert not wanted.distinct
        files.append(whole)
        assert not overlapping(counting(files))
    counted = counting(files)
    assert [n for f in counted for n in range(f.first.seq, f.last.seq + 1)] == list(range(len(given_sizes)))
    assert sorted({f.path for f in files}) == sorted({f.path for f in [*counted, *contained(files)]})
    if closed:
        assert all(one.size + other.size > POLICY.target for one, other in pairwise(counted))


def small_files(server: RedisServer, dataset: Path, count: int, days: int = 0) -> None:
    """Writes one file for each entry."""
    with bench(dataset, server, pace=Pace(events=1, housekeeping=1e9)) as b:
        session = b.session()
        session._housekeeping._due_at = 1e12
        for number in range(1, count + 1):
            add(server, entry(number, number), at=f"{NOON + days * DAY + number}-0")
        b.drain(session)


def test_a_merged_file_holds_rows_and_lines_of_its_parts(redis_server: RedisServer, tmp_path: Path) -> None:
    small_files(redis_server, tmp_path / "d", 20)
    before = read(tmp_path / "d")
    with bench(tmp_path / "d", redis_server, policy=Policy(run=4, parts_kept=1e9)) as b:
        b.session().close(drain=True)
        assert b.status.merges == 6
        assert [f.first.ms - NOON for f in counting(every_file(b.context.store))] == [1, 20]
        assert not contained(every_file(b.context.store)), "a stopped archiver leaves no parts"
        assert read(tmp_path / "d").equals(before)
        add(redis_server, entry(1, 21))
        b.drain()
    assert ids(tmp_path / "d", every=True) == names(range(1, 22))


def test_parts_stay_for_readers_that_have_listed_them(redis_server: RedisServer, tmp_path: Path) -> None:
    store = LocalFolder(tmp_path / "d")
    small_files(redis_server, tmp_path / "d", 4)
    listed = counting(every_file(store))
    compaction.merge(store, Merge(tuple(listed)), lambda: None)
    files = every_file(store)
    assert compaction.sweep(store, files, older_than=60.0) == []
    assert len(counting(files)) == 1
    aged = [replace(known, age=61.0) for known in files]
    assert {gone.path for gone in compaction.sweep(store, aged, older_than=60.0)} == {part.path for part in listed}
    assert ids(store, every=True) == names(range(1, 5))


def test_files_that_share_entries_become_one_with_each_event_once(redis_server: RedisServer, tmp_path: Path) -> None:
    """Only two archivers that Redis failed to keep apart can make such files."""
    store = LocalFolder(tmp_path / "d")
    small_files(redis_server, tmp_path / "d", 6)
    files = counting(every_file(store))
    compaction.merge(store, Merge(tuple(files[:4])), lambda: None)
    compaction.merge(store, Merge(tuple(files[2:])), lambda: None)
    with bench(tmp_path / "d", redis_server, policy=Policy(parts_kept=0.0)) as b:
        session = b.session()
        assert b.status.overlaps == 1
        session.close(drain=True)
        assert b.status.overlaps == 0
    assert ids(store, every=True) == names(range(1, 7))


def test_a_merge_that_was_announced_is_finished_as_it_was(redis_server: RedisServer, tmp_path: Path) -> None:
    """The archiver that announced it may only be slow: then it writes the same file again."""
    small_files(redis_server, tmp_path / "d", 8)
    with bench(tmp_path / "d", redis_server, policy=Policy(run=8, parts_kept=0.0)) as b:
        slow = Merge(tuple(counting(every_file(b.context.store))[1:4]))
        assert b.context.lease.acquire()
        b.context.lease.keep(merged=slow.path)
        session = b.session()
        assert session._housekeeping.merge()
        assert slow.path in {f.path for f in counting(every_file(b.context.store))}
        session.close(drain=True)
        compaction.sweep(b.context.store, every_file(b.context.store), 0.0)
    assert ids(tmp_path / "d", every=True) == names(range(1, 9))


def test_killed_anywhere_in_a_merge_the_dataset_is_exact(redis_server: RedisServer, tmp_path: Path) -> None:
    dataset, seeded = tmp_path / "d", random.Random(11)
    small_files(redis_server, dataset, 60, days=-1)
    add(redis_server, entry(61, 61), at=f"{NOON}-0")
    expected = names(range(1, 62))
    policy = {"run": 2, "parts_kept": 0.0, "target": 60_000}
    killed = 0
    for _ in range(8):
        die_at = seeded.randrange(1500, 9000)
        child = archiver(dataset, redis_server, tmp_path / "log", die_at=die_at, policy=policy, once=True)
        killed += child.wait(60) != 0
        found = ids(dataset)
        assert found in (expected, expected[:-1], names(range(1, 61)))
    child = archiver(dataset, redis_server, tmp_path / "log", policy=policy, once=True)
    assert child.wait(60) == 0, (tmp_path / "log").read_text()
    assert killed >= 2
    assert ids(dataset) == expected
    assert ids(dataset, every=True) == expected
    assert len(counting(every_file(LocalFolder(dataset)))) < 10
    assert not list((dataset / "_tmp").glob("*"))
