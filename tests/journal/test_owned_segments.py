"""Shipped segments that wait for the archiver take no descriptor and do not hold up others."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from app.journal import shipped_position
from app.journal.journal_lines import Position
from app.journal.owned_segments import ADOPTED_LIMIT
from app.journal.segments import adopt
from app.journal.shipped_position import Shipped
from app.journal.shipper import Shipper
from app.storage.storage_errors import StorageError
from tests.journal.segment_reader import paths
from tests.journal.workers import archive, closed_segment, numbers, worker, write
from tests.redis_server import RedisServer

MANY = ADOPTED_LIMIT + 12


def leave(state: Path, count: int) -> None:
    for number in range(count):
        closed_segment(state, number)


async def ship(state: Path, server: RedisServer) -> None:
    async with worker(state, server) as (_, shipper):
        while shipper.backlog_lines or not shipper.shipped_lines:
            await shipper.turn()


def open_files(shipper: Shipper) -> int:
    return sum(not progress.released for progress in shipper.segments.all())


def test_an_unshipped_segment_behind_many_shipped_ones_is_adopted(redis_server: RedisServer, tmp_path: Path) -> None:
    leave(tmp_path, MANY)

    async def story() -> None:
        await ship(tmp_path, redis_server)
        newest = closed_segment(tmp_path, 999)
        newest.rename(newest.with_name("99991231T235959-00000000.log"))
        async with worker(tmp_path, redis_server) as (_, shipper):
            await shipper.turn()
            assert shipper.backlog_lines == 0

    asyncio.run(story())
    assert Counter(numbers(redis_server)) == Counter([*range(MANY), 999])


def test_what_is_not_adopted_yet_is_counted(redis_server: RedisServer, tmp_path: Path) -> None:
    leave(tmp_path, MANY)
    redis_server.kill()

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper):
            with pytest.raises(StorageError):
                await shipper.turn()
            assert shipper.backlog_lines == MANY
            assert open_files(shipper) == ADOPTED_LIMIT + 1, "and its own"
            redis_server.start()
            while shipper.backlog_lines:
                await shipper.turn()

    asyncio.run(story())
    assert Counter(numbers(redis_server)) == Counter(range(MANY))


def test_shipped_segments_take_no_descriptor(redis_server: RedisServer, tmp_path: Path) -> None:
    leave(tmp_path, 20)

    async def story() -> None:
        async with worker(tmp_path, redis_server, segment_bytes=2000) as (journal, shipper):
            write(journal, *range(100, 200))
            for _ in range(20):  # on a busy machine a turn ends before all is shipped
                await shipper.turn()
                if not shipper.backlog_lines:
                    break
            await shipper.turn()
            assert len(paths(tmp_path / "journal")) > 22
            assert open_files(shipper) == 1

    asyncio.run(story())


def test_a_link_in_the_place_of_a_sidecar_is_replaced_and_not_followed(tmp_path: Path) -> None:
    precious, link = tmp_path / "precious", tmp_path / "20261120T213546-9f86d081.shipped"
    precious.write_text("precious")
    link.symlink_to(precious)
    done = Shipped("0123", Position(3, 99), 3, "1-0", None)
    shipped_position.save(link, done)
    assert shipped_position.load(link) == done
    assert precious.read_text() == "precious"


def test_any_worker_deletes_what_is_archived(redis_server: RedisServer, tmp_path: Path) -> None:
    path = closed_segment(tmp_path, 1, 2)

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, one), worker(tmp_path, redis_server) as (_, two):
            for shipper in (one, one, two):
                await shipper.turn()
            archive(redis_server, path.stem, 2)
            await two.turn()
            assert not path.exists()
            await one.turn()
            assert path.stem not in one.segments._progress

    asyncio.run(story())
    assert numbers(redis_server) == [1, 2]


def test_any_worker_deletes_what_is_shipped_to_make_room(redis_server: RedisServer, tmp_path: Path) -> None:
    bound = 64_000

    async def story() -> None:
        async with worker(tmp_path, redis_server, max_bytes=bound) as (old, shipper):
            write(old, *range(500), padding=50)
            for _ in range(2):
                await shipper.turn()
            async with worker(tmp_path, redis_server, max_bytes=bound) as (new, other):
                for start in range(500, 2000, 30):
                    write(new, *range(start, start + 30), padding=50)
                    await other.turn()

    asyncio.run(story())
    assert Counter(numbers(redis_server)) == Counter(range(2000))


def test_what_another_worker_has_locked_again_is_not_deleted(redis_server: RedisServer, tmp_path: Path) -> None:
    path = closed_segment(tmp_path, 1)

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper):
            for _ in range(2):
                await shipper.turn()
            locked = adopt(path)
            assert locked is not None
            archive(redis_server, path.stem, 1)
            await shipper.turn()
            assert path.exists()
            locked.close()
            await shipper.turn()
            assert not path.exists()

    asyncio.run(story())


def test_after_redis_was_emptied_what_rests_is_sent_again_by_one(redis_server: RedisServer, tmp_path: Path) -> None:
    leave(tmp_path, MANY)

    async def story() -> None:
        await ship(tmp_path, redis_server)
        async with worker(tmp_path, redis_server) as (_, one), worker(tmp_path, redis_server) as (_, two):
            for shipper in (one, two, one, two):
                await shipper.turn()
            redis_server.flush()
            while one.shipped_lines + two.shipped_lines < MANY:
                await one.turn()
                await two.turn()
            for shipper in (one, two):
                await shipper.turn()
            assert one.shipped_lines
            assert two.shipped_lines
            assert one.shipped_lines + two.shipped_lines == MANY
            assert open_files(one) + open_files(two) == 2

    asyncio.run(story())
    assert Counter(numbers(redis_server)) == Counter(range(MANY))
