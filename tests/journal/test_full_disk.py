"""On a full disk, what Redis has confirmed goes first: no event waits or is lost while any of it is left."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.journal.owned_segments import WORTH_SEALING
from app.storage.storage_errors import StorageError
from tests.journal.child import in_child, limit_files_to
from tests.journal.workers import body, numbers, worker, write
from tests.redis_server import RedisServer
from tests.small_disk import fill, small_disk

SMALL = 20_000  # bytes of a segment


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as folder:
        yield folder


def shipped(shipper: Any) -> Any:
    """What the worker needs to have closed and shipped several segments."""
    return [progress for progress in shipper.segments.finished() if progress.sent]


async def ship_some(journal: Any, shipper: Any, count: int = 500) -> None:
    write(journal, *range(count), padding=100)
    for _ in range(2):
        await shipper.turn()
    assert len(shipped(shipper)) > 2


def test_a_write_that_does_not_fit_makes_its_own_room(redis_server: RedisServer, disk: Path) -> None:
    """No turn of the shipper comes between: an outcome is recorded where it would have been refused."""

    async def story() -> None:
        async with worker(disk, redis_server, segment_bytes=SMALL) as (journal, shipper):
            await ship_some(journal, shipper)
            before = len(shipped(shipper))
            fill(disk / "filler")
            write(journal, *range(500, 700), padding=100)
            assert (journal.waiting, journal.lost, journal.writable) == (0, 0, True)
            assert shipper.segments.evicted == before - len(shipped(shipper)) > 0
            await shipper.turn()

    asyncio.run(story())
    assert Counter(numbers(redis_server)) == Counter(range(700))


def test_room_is_made_before_the_disk_is_full(redis_server: RedisServer, disk: Path) -> None:
    """As on a disk that the dataset fills: it gets the room of what Redis has."""

    async def story() -> None:
        async with worker(disk, redis_server, segment_bytes=SMALL) as (journal, shipper):
            await ship_some(journal, shipper)
            before = [progress.segment.name for progress in shipped(shipper)]
            fill(disk / "filler")
            await shipper.turn()
            assert journal.disk is not None
            assert journal.disk.free > 0
            assert not journal.disk.short
            kept = [progress.segment.name for progress in shipped(shipper)]
            assert 0 < len(kept) < len(before), "no more than needed"
            assert kept == before[-len(kept) :]

    asyncio.run(story())


def test_where_the_open_segment_holds_all_it_goes_too(redis_server: RedisServer, disk: Path) -> None:
    async def story() -> None:
        async with worker(disk, redis_server) as (journal, shipper):
            write(journal, *range(1000), padding=100)
            assert journal.segment is not None
            assert journal.segment.size > WORTH_SEALING
            await shipper.turn()
            fill(disk / "filler")
            await shipper.turn()
            write(journal, 1000)
            await shipper.turn()

    asyncio.run(story())
    assert Counter(numbers(redis_server)) == Counter(range(1001))


def test_the_worker_is_well_again_without_another_event(redis_server: RedisServer, disk: Path) -> None:
    """An outcome was refused, and nobody has called since."""

    async def story() -> None:
        async with worker(disk, redis_server) as (journal, shipper):
            fill(disk / "filler")
            assert not journal.append(body(1, padding=200_000))
            await shipper.turn()
            assert not journal.writable
            (disk / "filler").unlink()
            await shipper.turn()
            assert journal.writable
            names = {path.name for path in journal.folder.iterdir()}
            assert names == {journal.segment.path.name if journal.segment else ""}

    asyncio.run(story())


def _quota(state: Path, redis_url: str) -> None:
    """A limit that the file system does not tell. The limit on a file's size is one, and needs no rights."""
    server = RedisServer.__new__(RedisServer)
    server.url = redis_url

    async def story() -> None:
        async with worker(state, server) as (journal, shipper):
            limit_files_to(100_000)
            count = 0
            while journal.record(body(count, padding=100)):
                count += 1
            assert journal.disk is not None
            assert not journal.disk.short
            await shipper.turn()
            assert (journal.waiting, journal.lost, journal.writable) == (0, 0, True)
            await shipper.turn()
            assert Counter(numbers(server)) == Counter(range(count + 1))

    asyncio.run(story())


def test_a_quota_is_a_full_disk(redis_server: RedisServer, tmp_path: Path) -> None:
    in_child(_quota, tmp_path, redis_server.url)


def test_what_redis_has_not_confirmed_never_goes(redis_server: RedisServer, disk: Path) -> None:
    async def story() -> None:
        async with worker(disk, redis_server, segment_bytes=SMALL) as (journal, shipper):
            redis_server.stop()
            write(journal, *range(500), padding=100)
            fill(disk / "filler")
            taken = next(n for n in range(500, 9999) if not journal.append(body(n, padding=100)))
            with pytest.raises(StorageError):
                await shipper.turn()
            assert not journal.record(body(taken, padding=100))
            assert "cannot write" in str(journal.error)
            redis_server.start()
            await shipper.turn()
            assert set(range(taken)) <= set(numbers(redis_server))
            await shipper.turn()
            assert (journal.waiting, journal.lost) == (0, 0), "what Redis has since confirmed made room"
            await shipper.turn()
            assert Counter(numbers(redis_server)) == Counter(range(taken + 1))

    asyncio.run(story())


def test_what_an_emptied_redis_had_confirmed_is_sent_again_and_does_not_go(
    redis_server: RedisServer, disk: Path
) -> None:
    async def story() -> None:
        async with worker(disk, redis_server, segment_bytes=SMALL) as (journal, shipper):
            await ship_some(journal, shipper)
            redis_server.flush()
            fill(disk / "filler")
            for _ in range(3):
                await shipper.turn()

    asyncio.run(story())
    assert Counter(numbers(redis_server)) == Counter(range(500))


def test_a_file_system_without_room_for_another_file(redis_server: RedisServer, tmp_path: Path) -> None:
    async def story(disk: Path) -> None:
        async with worker(disk, redis_server, segment_bytes=SMALL) as (journal, shipper):
            await ship_some(journal, shipper)
            journal.seal()
            others = 0
            while os.statvfs(disk).f_ffree:
                (disk / f"other-{others}").touch()
                others += 1
            write(journal, *range(500, 700), padding=100)
            assert (journal.waiting, journal.lost, journal.writable) == (0, 0, True)
            await shipper.turn()

    with small_disk(tmp_path / "disk", size="4m", nr_inodes="60") as disk:
        asyncio.run(story(disk))
    assert Counter(numbers(redis_server)) == Counter(range(700))
