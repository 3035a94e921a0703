"""Another server in the same epoch: only lines that it has lost are sent again."""

import asyncio
import shutil
from collections import Counter
from pathlib import Path

import pytest

from app.journal.shipper import Shipper
from app.storage import redis_names
from tests.journal.workers import archive, closed_segment, epoch, numbers, worker, write
from tests.redis_server import RedisServer


class Past:
    """A snapshot of a server's data, to go back to."""

    def __init__(self, server: RedisServer, tmp_path: Path) -> None:
        self._server = server
        self._data, self._copy = tmp_path / "redis-server", tmp_path / "past"
        server.kill()
        shutil.copytree(self._data, self._copy)
        server.start()

    def restore(self) -> None:
        self._server.kill()
        shutil.rmtree(self._data)
        shutil.copytree(self._copy, self._data)
        self._server.start()


def restart(server: RedisServer) -> None:
    server.kill()
    server.start()


def last_id(server: RedisServer) -> str:
    with server.client() as client:
        [(last, _)] = client.xrevrange(redis_names.EVENTS, count=1)
    return str(last.decode())


async def reconnect(*shippers: Shipper) -> None:
    """Connects to the server that runs now."""
    for shipper in shippers:
        await shipper._sink._redis.connection_pool.disconnect()


async def turns(*shippers: Shipper) -> None:
    await reconnect(*shippers)
    for _ in range(3):
        for shipper in shippers:
            await shipper.turn()


def test_a_restart_that_keeps_the_data_repeats_nothing(redis_server: RedisServer, tmp_path: Path) -> None:
    """With an idle worker, a busy one, released segments, and a half-shipped one of a dead worker."""

    async def story() -> None:
        closed_segment(tmp_path, 1)
        async with worker(tmp_path, redis_server, batch_lines=1) as (journal, shipper):
            write(journal, 2, 3)
            await turns(shipper)
            write(journal, 4)
        restart(redis_server)
        async with worker(tmp_path, redis_server) as (_, idle), worker(tmp_path, redis_server) as (busy, shipper):
            write(busy, 5)
            await turns(shipper, idle)
            before = epoch(redis_server)
            for number in (6, 7):
                restart(redis_server)
                write(busy, number)
                await turns(idle, shipper)
            assert epoch(redis_server) == before

    asyncio.run(story())
    assert Counter(numbers(redis_server)) == Counter(range(1, 8))


def test_after_going_back_everything_held_is_there_again(redis_server: RedisServer, tmp_path: Path) -> None:
    """The open segment, released ones, and one that another worker has shipped further meanwhile."""

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (one, first), worker(tmp_path, redis_server) as (two, second):
            write(one, 1)
            write(two, 11)
            await turns(first, second)
            past = Past(redis_server, tmp_path)
            write(one, 2)
            closed_segment(tmp_path, 21)
            await turns(first, second)
            write(two, 12)
            await turns(first, second)
            before = epoch(redis_server)
            past.restore()
            assert set(numbers(redis_server)) == {1, 11}
            await turns(first, second)
            assert epoch(redis_server) == before

    asyncio.run(story())
    assert set(numbers(redis_server)) == {1, 2, 11, 12, 21}
    assert [number for number in numbers(redis_server) if number < 10] == [1, 1, 2], "in order"


def test_a_loss_is_seen_behind_what_others_have_added_since(redis_server: RedisServer, tmp_path: Path) -> None:
    """When the owner or adopter looks, the stream's last id is already beyond that of the lost entry."""

    async def story() -> None:
        async with (
            worker(tmp_path, redis_server) as (one, first),
            worker(tmp_path, redis_server) as (two, second),
        ):
            write(one, 1)
            await turns(first)
            past = Past(redis_server, tmp_path)
            write(two, 11)
            closed = closed_segment(tmp_path, 21)
            await turns(second)
            lost = last_id(redis_server)
            past.restore()
            write(one, 2)
            await reconnect(first)
            await first._ship(first.segments.written_here(), float("inf"))
            assert last_id(redis_server) > lost
            restart(redis_server)
            await turns(first, second)
            assert closed.exists()

    asyncio.run(story())
    assert Counter(numbers(redis_server)) == Counter([1, 2, 11, 21])


def test_an_entry_of_another_segment_under_our_id_is_not_ours(redis_server: RedisServer, tmp_path: Path) -> None:
    """A server with a slow clock reuses the ids of lost entries."""

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            write(journal, 1)
            await turns(shipper)
            past = Past(redis_server, tmp_path)
            write(journal, 2)
            await turns(shipper)
            lost = last_id(redis_server)
            past.restore()
            with redis_server.client() as client:
                client.xadd(
                    redis_names.EVENTS, {"v": 1, "segment": "other", "first": 1, "events": b'{"n":99}'}, id=lost
                )
            await turns(shipper)

    asyncio.run(story())
    assert numbers(redis_server) == [1, 99, 1, 2]


def test_a_batch_that_another_server_took_than_we_looked_at_proves_nothing(
    redis_server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            write(journal, 1)
            await turns(shipper)
            past = Past(redis_server, tmp_path)
            write(journal, 2)
            await turns(shipper)
            write(journal, 3)
            look = shipper._epoch.look

            async def look_and_go_back() -> str | None:
                epoch = await look()
                monkeypatch.setattr(shipper._epoch, "look", look)
                past.restore()
                await reconnect(shipper)
                return epoch

            monkeypatch.setattr(shipper._epoch, "look", look_and_go_back)
            await shipper._ship(shipper.segments.written_here(), float("inf"))
            await turns(shipper)

    asyncio.run(story())
    assert set(numbers(redis_server)) == {1, 2, 3}


@pytest.mark.parametrize(
    ("archived", "again"),
    [({"line": 2}, False), ({}, False), ({"line": 1}, True), ({"line": 2, "segment": "another"}, True)],
    ids=["archived", "no archiver", "archived in part", "archiver that never saw it"],
)
def test_what_was_trimmed(
    redis_server: RedisServer, tmp_path: Path, archived: dict[str, str | int], again: bool
) -> None:
    """After a restart it is sent again only if there is an archiver that has not archived it."""

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            write(journal, 1, 2)
            await turns(shipper)
            assert journal.segment is not None
            with redis_server.client() as client:
                client.xtrim(redis_names.EVENTS, maxlen=0, approximate=False)
            if archived:
                archive(redis_server, str(archived.get("segment", journal.segment.name)), int(archived["line"]))
            restart(redis_server)
            await turns(shipper)

    asyncio.run(story())
    assert numbers(redis_server) == ([1, 2] if again else [])


def test_a_tail_that_was_lost_is_no_trimmed_one(redis_server: RedisServer, tmp_path: Path) -> None:
    """Without an archiver: the entry is beyond the last id, or has older entries before it."""

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (one, first), worker(tmp_path, redis_server) as (two, second):
            write(one, 1)
            write(two, 11)
            await turns(first, second)
            with redis_server.client() as client:
                client.xdel(redis_names.EVENTS, last_id(redis_server))
            restart(redis_server)
            await turns(first, second)

    asyncio.run(story())
    assert Counter(numbers(redis_server)) == Counter([1, 11])
