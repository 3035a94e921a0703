"""What cannot be read is counted, said and kept; what can be read of it is shipped."""

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import orjson
import pytest

from app.storage.storage_errors import StorageError
from tests.journal.loop_turns import turns_of_others
from tests.journal.segment_reader import paths
from tests.journal.workers import archive, closed_segment, entries, numbers, worker, write
from tests.redis_server import RedisServer
from tests.waiting import until


def flipped(data: bytes) -> bytes:
    return data.replace(b'"n"', b'"m"')


def zeroed(data: bytes) -> bytes:
    return bytes(len(data))


def zero_tail(data: bytes) -> bytes:
    return data.replace(b'"n":3', b'"n":0') + bytes(5000)


def truncated(data: bytes) -> bytes:
    return data[:-5]


def last_flipped(data: bytes) -> bytes:
    return data.replace(b'"n":3', b'"n":0')


def joined(data: bytes) -> bytes:
    """A line break is gone: two lines are lost as one."""
    return data.replace(b"\n", b" ", 1)


def split(data: bytes) -> bytes:
    """One line is lost as two."""
    return data.replace(b'"n":2', b'"n"\n2')


def text(_: bytes) -> bytes:
    return b"not a journal\n" * 3


DAMAGE: dict[Callable[[bytes], bytes], tuple[list[int], int]] = {
    flipped: ([], 3),
    zeroed: ([], 1),
    zero_tail: ([1, 2], 2),
    truncated: ([1, 2], 1),
    last_flipped: ([1, 2], 1),
    joined: ([3], 2),
    split: ([1, 3], 1),
    text: ([], 3),
}


def damaged(state: Path, damage: Callable[[bytes], bytes] = last_flipped) -> Path:
    path = closed_segment(state, 1, 2, 3)
    path.write_bytes(damage(path.read_bytes()))
    return path


def firsts(server: RedisServer) -> list[int]:
    """The number that the first line of each entry has in its own id."""
    lines = (entry[b"events"].partition(b"\n")[0] for entry in entries(server))
    return [int(orjson.loads(line)["event_id"].partition(":")[2]) for line in lines]


def held(state: Path) -> list[str]:
    return [path.name for path in paths(state / "journal/quarantine")]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_a_damaged_segment_is_kept_whatever_happens(
    redis_server: RedisServer, tmp_path: Path, damage: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    """Archived to its last line, and far over the bound of the folder."""
    path = damaged(tmp_path, damage)
    content = path.read_bytes()
    good, corrupt = DAMAGE[damage]
    archive(redis_server, path.stem, 3)

    async def story() -> None:
        async with worker(tmp_path, redis_server, max_bytes=16) as (_, shipper):
            for _ in range(4):
                await shipper.turn()
            assert (shipper.segments.damaged(), shipper.segments.quarantine.taken) == (1, 1)
            assert shipper.segments.quarantine.corrupt == corrupt
            assert shipper.backlog_lines == 0

    asyncio.run(story())
    assert numbers(redis_server) == good
    assert [int(entry[b"first"]) for entry in entries(redis_server)] == firsts(redis_server)
    assert held(tmp_path) == [path.name]
    assert (tmp_path / "journal/quarantine" / path.name).read_bytes() == content
    said = [record.message for record in caplog.records if "damaged" in record.message]
    assert len(said) == 1
    assert path.name in said[0]
    assert f"{len(good)} lines of it are shipped" in said[0]


def test_it_is_counted_by_one_worker_and_held_by_all_and_after_a_restart(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    for damage in DAMAGE:
        damaged(tmp_path, damage)
    lost = sum(corrupt for _, corrupt in DAMAGE.values())

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, one), worker(tmp_path, redis_server) as (_, two):
            for shipper in (one, two, one, two):
                await shipper.turn()
            assert one.segments.quarantine.taken + two.segments.quarantine.taken == len(DAMAGE)
            assert one.segments.quarantine.corrupt + two.segments.quarantine.corrupt == lost
            assert one.segments.damaged() == two.segments.damaged() == len(DAMAGE)
        async with worker(tmp_path, redis_server) as (_, later):
            for _ in range(3):
                await later.turn()
            assert (later.segments.damaged(), later.segments.quarantine.taken) == (len(DAMAGE), 0)
            assert later.segments.quarantine.corrupt == 0
            assert all(progress.released for progress in later.segments.finished()), "no descriptor"

    asyncio.run(story())
    assert sorted(numbers(redis_server)) == sorted(number for good, _ in DAMAGE.values() for number in good)


def test_its_good_lines_are_sent_again_after_redis_was_emptied(redis_server: RedisServer, tmp_path: Path) -> None:
    damaged(tmp_path)

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper):
            for _ in range(3):
                await shipper.turn()
            redis_server.flush()
            for _ in range(3):
                await shipper.turn()
            assert shipper.segments.quarantine.taken == 1

    asyncio.run(story())
    assert numbers(redis_server) == [1, 2]


def test_it_is_set_aside_while_redis_is_down(redis_server: RedisServer, tmp_path: Path) -> None:
    path = damaged(tmp_path)
    redis_server.stop()

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper):
            with suppress(StorageError):
                await shipper.turn()
            assert held(tmp_path) == [path.name]
            assert shipper.backlog_lines == 3
            redis_server.start()
            await shipper.turn()

    asyncio.run(story())
    assert numbers(redis_server) == [1, 2]


def test_damage_in_the_segment_that_is_being_written(redis_server: RedisServer, tmp_path: Path) -> None:
    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            write(journal, 1, 2, 3)
            assert journal.segment is not None
            path = journal.segment.path
            path.write_bytes(last_flipped(path.read_bytes()))
            write(journal, 4)
            for _ in range(2):
                await shipper.turn()
            write(journal, 5)
            await shipper.turn()
            assert held(tmp_path) == [path.name]
            assert (shipper.segments.quarantine.taken, shipper.segments.quarantine.corrupt) == (1, 1)

    asyncio.run(story())
    assert numbers(redis_server) == [1, 2, 4, 5]


@pytest.mark.parametrize("left", [0, 1, -1])
def test_what_somebody_cut_short_goes_on(redis_server: RedisServer, tmp_path: Path, left: int) -> None:
    """As logrotate's copytruncate does with *.log: later lines follow where the file ends now."""

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            write(journal, 1, 2, 3)
            await shipper.turn()
            assert journal.segment is not None
            path = journal.segment.path
            os.truncate(path, left if left >= 0 else path.stat().st_size - 1)
            write(journal, 4, 5, 6)
            for _ in range(3):
                await shipper.turn()
            assert shipper.backlog_lines == 0
            assert held(tmp_path) == [path.name]
            write(journal, 7)
            await shipper.turn()

    asyncio.run(story())
    assert {5, 6, 7} <= set(numbers(redis_server))
    assert [int(entry[b"first"]) for entry in entries(redis_server)] == firsts(redis_server)


def test_where_it_cannot_be_moved_it_is_kept_in_place(redis_server: RedisServer, tmp_path: Path) -> None:
    path = damaged(tmp_path)
    other = closed_segment(tmp_path, 4)
    (tmp_path / "journal/quarantine").write_text("a file is in the way")

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper):
            for _ in range(2):
                await shipper.turn()
            assert path.exists()
            assert other.stem in shipper.segments._progress, "it holds up nothing else"
            assert list(shipper.segments.unreadable.reasons) == [tmp_path / "journal/quarantine"]
            (tmp_path / "journal/quarantine").unlink()
            await shipper.turn()
            assert shipper.segments.quarantine.taken == 1

    asyncio.run(story())
    assert held(tmp_path) == [path.name]


def test_a_copy_that_was_put_back_replaces_nothing(redis_server: RedisServer, tmp_path: Path) -> None:
    path = damaged(tmp_path)

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper):
            await shipper.turn()
        path.write_bytes(b"another content\n")
        async with worker(tmp_path, redis_server) as (_, shipper):
            for _ in range(3):
                await shipper.turn()
            assert shipper.segments.unreadable.reasons == {
                path: f"{tmp_path / 'journal/quarantine' / path.name} has its name"
            }

    asyncio.run(story())
    assert path.read_bytes() == b"another content\n"
    assert b'"n":2' in (tmp_path / "journal/quarantine" / path.name).read_bytes()


def test_once_the_operator_has_deleted_it_all_is_well(redis_server: RedisServer, tmp_path: Path) -> None:
    path = damaged(tmp_path)

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper):
            for _ in range(3):
                await shipper.turn()
            (tmp_path / "journal/quarantine" / path.name).unlink()
            await shipper.turn()
            assert shipper.segments.damaged() == 0
            assert path.stem not in shipper.segments._progress

    asyncio.run(story())


def test_lines_without_a_byte_do_not_hold_up_others(redis_server: RedisServer, tmp_path: Path) -> None:
    """A segment of line breaks alone has as many lines as bytes."""
    path = closed_segment(tmp_path, 1)
    path.write_bytes(b"\n" * 300_000)

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper), turns_of_others() as turns:
            await shipper.turn()
            assert turns() > 600
            assert shipper.segments.quarantine.corrupt == 300_000

    asyncio.run(story())


def test_files_of_somebody_else_are_left_alone_and_named_once(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "journal"
    (folder / "lost+found").mkdir(parents=True)
    names = {"notes.log", "notes.shipped", "20261120T213546-9f86d081.log.bak", "two\nlines"}
    for name in names:
        (folder / name).write_text("")

    async def story() -> None:
        async with worker(tmp_path, redis_server, max_bytes=16) as (_, shipper):
            shipper.start()
            await until(lambda: shipper.segments.foreign.names)
            seen = len(caplog.records)
            for _ in range(2):
                await shipper.segments.adopt()
            assert len(caplog.records) == seen
            assert shipper.segments.foreign.names == {"lost+found", *names}

    with caplog.at_level(logging.WARNING):
        asyncio.run(story())
    assert names <= {path.name for path in folder.iterdir()}
    assert not [record.message for record in caplog.records if "\n" in record.message]
