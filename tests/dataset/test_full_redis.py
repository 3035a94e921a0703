"""A Redis without memory recovers by itself: the archiver frees what it has written."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis
from pyarrow import parquet

from app.dataset.dataset_store import StoredFile
from app.dataset.live_view import LiveView
from app.dataset.local_folder import LocalFolder
from app.storage import redis_names
from app.storage.archive_marks import ArchiveMarks
from app.storage.bundle_store import BundleStore
from app.storage.event_stream import EventStream
from app.storage.redis_client import connect_sync
from app.storage.storage_errors import StorageError
from tests.dataset.events import add, body, entry, ids, is_once, length, marks, names
from tests.dataset.sessions import archiver, bench, health
from tests.journal.workers import worker
from tests.redis_server import RedisServer
from tests.small_disk import fill, small_disk
from tests.waiting import until, wait_until

MEMORY = {"maxmemory": "5mb"}
EVENTS = 16_000  # take twice as much


@pytest.fixture
def small_redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path / "redis-server", options=MEMORY)
    server.start()
    yield server
    server.close()


def fill_memory(server: RedisServer, added: int = 0) -> int:
    """Adds entries of 100 events, from number `added` + 1 on, until Redis refuses more; returns the last number."""
    while True:
        try:
            add(server, entry(added + 1, added + 100))
        except redis.OutOfMemoryError:
            return added
        added += 100


def crowd(server: RedisServer) -> None:
    """Fills four fifths of a larger memory with what is not ours."""

    def used() -> int:
        with server.client() as client:
            return int(client.info("memory")["used_memory"])

    with server.client() as client:
        client.config_set("maxmemory", "0")
        client.set("somebody else's", "x" * 12_000_000)
    wait_until(lambda: used() < 14_000_000)  # without the buffers of that command
    with server.client() as client:
        client.config_set("maxmemory", used() * 5 // 4)


def test_redis_full_then_the_disk_too_then_all_is_well_again(small_redis: RedisServer, tmp_path: Path) -> None:
    """Events wait in the journal, and nobody's hand is needed once the disk has room."""
    dataset, log = tmp_path / "small" / "dataset", tmp_path / "log"

    async def story() -> None:
        with small_disk(tmp_path / "small", size="4m") as disk:
            fill(disk / "ballast")
            async with worker(tmp_path, small_redis) as (journal, shipper):
                for number in range(1, EVENTS + 1):
                    assert journal.append(body(number))
                shipper.start()
                await until(lambda: "maxmemory" in str(shipper.last_error), timeout=30)
                child = archiver(dataset, small_redis, log)
                await until(lambda: "No space left" in str(health(log).get("error")), timeout=30)
                assert "maxmemory" in str(shipper.last_error)
                assert marks(small_redis) == {}
                (disk / "ballast").unlink()
                assert journal.segment is not None
                await until(lambda: sum(marks(small_redis).values()) == EVENTS, timeout=60)
                await until(lambda: shipper.connected and not shipper.backlog_lines)
                child.terminate()
                assert await asyncio.to_thread(child.wait, 30) == 0
            found = ids(dataset)
            assert is_once(found)
            assert len(found) == EVENTS

    asyncio.run(story())
    assert length(small_redis) < EVENTS // 500


def test_an_archiver_that_starts_on_a_full_redis_makes_room(small_redis: RedisServer, tmp_path: Path) -> None:
    """What was written less than ten minutes ago goes too."""
    added = fill_memory(small_redis)
    with bench(tmp_path / "dataset", small_redis) as b:
        b.drain().turn()
        assert b.status.trimmed_entries == added // 100 - 1
    add(small_redis, entry(added + 1, added + 100))


def test_many_marks_are_moved_on_a_full_redis(small_redis: RedisServer) -> None:
    fill_memory(small_redis)
    with small_redis.client() as client:
        ArchiveMarks(client).move({f"segment-{number}": number for number in range(3_000)})
    assert len(marks(small_redis)) == 2_999


def test_a_stream_that_lost_entries_begins_anew_on_a_full_redis(small_redis: RedisServer, tmp_path: Path) -> None:
    """The next epoch makes shippers send again."""
    with bench(tmp_path / "dataset", small_redis) as b:
        add(small_redis, entry(1, 100))
        session = b.drain()
        fill_memory(small_redis)
        with small_redis.client() as client:
            client.xtrim(redis_names.EVENTS, maxlen=1, approximate=False)
            before = client.get(redis_names.EVENTS_EPOCH)
            client.config_set("maxmemory", "1")
            session.turn()
            assert b.status.gaps == 1
            assert client.get(redis_names.EVENTS_EPOCH) != before


class Meanwhile(LocalFolder):
    """A store in which something happens right after each listing."""

    happens: Callable[[], object] = staticmethod(lambda: None)

    def list(self, folder: str = "") -> list[StoredFile]:
        found = super().list(folder)
        if not folder:
            self.happens()
        return found


@pytest.mark.parametrize("begun", [True, False], ids=["known epoch", "nothing archived yet"])
def test_readers_see_each_event_once_while_written_ones_are_trimmed_at_once(
    small_redis: RedisServer, tmp_path: Path, *, begun: bool
) -> None:
    """Between a reader's listing and its reading of the stream, the archiver writes and trims."""
    store, dataset = Meanwhile(tmp_path / "dataset"), tmp_path / "dataset"
    with bench(dataset, small_redis) as b, connect_sync(small_redis.url) as client:
        reader, session = LiveView(store, EventStream(client)), b.session()
        crowd(small_redis)
        last, left = 0, 0

        def add_more() -> None:
            nonlocal last
            add(small_redis, *(entry(first, first + 9) for first in range(last + 1, last + 41, 10)))
            last += 40

        def archive() -> None:
            nonlocal left
            left -= 1
            for _ in range(2 if left >= 0 else 0):
                b.drain(session).turn()
                add_more()

        add_more()
        if begun:
            b.drain(session).turn()
        store.happens = archive
        for listings in (1, 2, 3):
            left = listings
            shot = reader.snapshot()
            found: list[str] = shot.tail.column("event_id").to_pylist()
            for file in shot.files:
                found += parquet.read_table(dataset / file.path).column("event_id").to_pylist()
            assert shot.complete
            assert sorted(found) == names(range(1, last + 1))
        assert b.status.trimmed_entries > 10


def test_a_full_redis_takes_a_rule_back(small_redis: RedisServer) -> None:
    with small_redis.client() as client:
        store = BundleStore(client)
        good, bad = (store.publish(text, by="ada", commit="c", at="t").revision for text in (b"good", b"bad"))
        client.config_set("maxmemory", "1")
        assert store.rollback(by="bo", at="t").revision == good
        assert store.publish(b"bad", by="ada", commit="c", at="t").changed, "a stored one can be published again"
        assert store.rollback(good[:20], by="bo", at="t").previous == bad
        with pytest.raises(StorageError, match=r"refused to publish a bundle: OOM .*its memory is full"):
            store.publish(b"new" * 1000, by="ada", commit="c", at="t")
        assert store.current() == good
        assert [entry.action for entry in store.history()] == ["rollback", "publish", "rollback", "publish", "publish"]


def test_an_archiver_finds_the_primary_behind_the_same_address(tmp_path: Path) -> None:
    """A demoted primary keeps its connections open and refuses to write; the address leads to another one by then."""
    old, new = (RedisServer(tmp_path / name) for name in ("old", "new"))
    link, log = tmp_path / "primary.sock", tmp_path / "log"
    try:
        old.start()
        new.start()
        link.symlink_to(old.url.removeprefix("unix://"))
        child = archiver(tmp_path / "dataset", old, log, redis_url=f"unix://{link}")
        add(old, entry(1, 5))
        wait_until(lambda: marks(old), timeout=30)
        with old.client() as client:
            client.replicaof("127.0.0.1", "1")
        wait_until(
            lambda: "refused to hold the archiver's lease: READONLY" in str(health(log).get("error")), timeout=30
        )
        add(new, entry(1, 9), epoch="ffff")
        link.unlink()
        link.symlink_to(new.url.removeprefix("unix://"))
        wait_until(lambda: sum(marks(new).values()) == 9, timeout=30)
        child.terminate()
        assert child.wait(30) == 0
    finally:
        old.close()
        new.close()
    assert ids(tmp_path / "dataset") == names(range(1, 10))


def test_redis_s_own_disk_full_and_its_return(tmp_path: Path) -> None:
    """It refuses every write, trimming too, so what is archived stays in the stream until it can write."""
    with small_disk(tmp_path / "disk", size="4m") as disk:
        server, log = RedisServer(disk / "redis-server", options={"appendfsync": "everysec"}), tmp_path / "log"
        try:
            server.start()
            add(server, entry(1, 5))
            child = archiver(tmp_path / "dataset", server, log)
            wait_until(lambda: marks(server), timeout=30)
            fill(disk / "ballast")
            with server.client() as client, suppress(redis.ResponseError):
                for _ in range(100):
                    client.set("filler", "x" * 100_000)
            wait_until(lambda: "lease: MISCONF Errors writing" in str(health(log).get("error")), timeout=30)
            (disk / "ballast").unlink()
            wait_until(lambda: health(log).get("state") == "running", timeout=30)
            add(server, entry(6, 9))
            wait_until(lambda: sum(marks(server).values()) == 9, timeout=30)
            child.terminate()
            assert child.wait(30) == 0
        finally:
            server.close()
    assert ids(tmp_path / "dataset") == names(range(1, 10))
