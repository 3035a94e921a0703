"""Every event in the journal reaches the stream at least once, whatever happens to Redis or to the worker."""

import asyncio
import logging
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from app.journal.journal import Journal
from app.storage import redis_names
from app.storage.storage_errors import StorageError
from tests.journal.loop_turns import turns_of_others
from tests.journal.segment_reader import paths
from tests.journal.workers import archive, body, closed_segment, entries, epoch, events, numbers, worker, write
from tests.redis_server import RedisServer
from tests.waiting import until, wait_until


def test_an_entry_has_the_fields_of_the_contract(redis_server: RedisServer, tmp_path: Path) -> None:
    async def story() -> None:
        async with worker(tmp_path, redis_server, batch_lines=2) as (journal, shipper):
            write(journal, 10, 11, 12)
            assert shipper.backlog_lines == 3
            await shipper.turn()
            assert journal.segment is not None
            name = journal.segment.name
        first, second = entries(redis_server)
        event = b'{"event_id":"%b:%d","n":%d,"p":""}'
        assert first == {
            b"v": b"1",
            b"segment": name.encode(),
            b"first": b"1",
            b"events": event % (name.encode(), 1, 10) + b"\n" + event % (name.encode(), 2, 11),
        }
        assert second[b"first"] == b"3"
        assert (shipper.connected, shipper.last_error, shipper.shipped_lines) == (True, None, 3)
        assert shipper.backlog_lines == 0

    asyncio.run(story())


def test_the_background_task_ships_without_being_asked(redis_server: RedisServer, tmp_path: Path) -> None:
    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            shipper.start()
            for number in range(5):
                write(journal, number)
                await until(lambda number=number: number in numbers(redis_server))  # type: ignore[misc]  # mypy infers no type for a lambda with a default

    asyncio.run(story())
    assert numbers(redis_server) == list(range(5))


def test_lines_of_a_segment_are_in_order_over_rotations(redis_server: RedisServer, tmp_path: Path) -> None:
    async def story() -> None:
        async with worker(tmp_path, redis_server, segment_bytes=2000, batch_lines=7) as (journal, shipper):
            for start in range(0, 300, 50):
                write(journal, *range(start, start + 50))
                await shipper.turn()

    asyncio.run(story())
    by_segment: dict[str, list[int]] = {}
    for event in events(redis_server):
        segment, _, line = event["event_id"].partition(":")
        by_segment.setdefault(segment, []).append(int(line))
    assert len(by_segment) > 3
    assert all(lines == list(range(1, len(lines) + 1)) for lines in by_segment.values())
    assert sorted(numbers(redis_server)) == list(range(300))


def test_old_backlogs_do_not_hold_up_fresh_lines_where_redis_is_slow(
    redis_server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So slow that a turn has time for only one batch."""
    for start in range(0, 100, 20):
        closed_segment(tmp_path, *range(start, start + 20))

    async def story() -> None:
        async with worker(tmp_path, redis_server, batch_lines=1) as (journal, shipper):
            await shipper.segments.adopt()
            clock = count(start=1.0, step=0.6)
            monkeypatch.setattr(shipper, "_clock", lambda: next(clock))
            await shipper.turn()
            assert 0 < shipper.shipped_lines < 3
            journal.seal()
            write(journal, 999)
            for _ in range(7):
                await shipper.turn()
            assert shipper.shipped_lines < 20

    asyncio.run(story())
    assert 999 in numbers(redis_server)


def test_what_a_dead_worker_left_is_adopted(redis_server: RedisServer, tmp_path: Path) -> None:
    path = closed_segment(tmp_path, 1, 2, 3)
    with path.open("ab") as file:
        file.write(b'01234567 {"n":4,"torn')

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper):
            await shipper.turn()

    asyncio.run(story())
    assert numbers(redis_server) == [1, 2, 3]


APPENDER = """
import sys
from pathlib import Path
from app.journal.journal import Journal
journal = Journal(Path(sys.argv[1]), segment_bytes=20_000)
for number in range(10**9):
    if journal.append(b'{"n":%d}' % number):
        print(number, flush=True)
"""


def test_what_a_killed_worker_acknowledged_is_shipped(redis_server: RedisServer, tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", APPENDER, tmp_path], stdout=subprocess.PIPE) as child:
        wait_until(lambda: len(paths(tmp_path / "journal")) > 3)
        child.send_signal(signal.SIGKILL)
        assert child.stdout is not None
        acknowledged = [int(line) for line in child.stdout.read().splitlines(keepends=True) if line.endswith(b"\n")]

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper):
            await shipper.turn()

    asyncio.run(story())
    assert len(acknowledged) > 500
    assert set(acknowledged) <= set(numbers(redis_server))


def test_a_corrupt_line_is_counted_once_and_starts_a_new_batch(redis_server: RedisServer, tmp_path: Path) -> None:
    path = closed_segment(tmp_path, 1, 2, 3, 4, 5)
    path.write_bytes(path.read_bytes().replace(b'"n":3', b'"n":0'))

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper):
            await shipper.turn()
            await shipper.turn()
            assert (shipper.segments.quarantine.taken, shipper.segments.quarantine.corrupt) == (1, 1)

    asyncio.run(story())
    assert [entry[b"first"] for entry in entries(redis_server)] == [b"1", b"4"]
    assert numbers(redis_server) == [1, 2, 4, 5]


def test_a_restart_goes_on_where_it_was(redis_server: RedisServer, tmp_path: Path) -> None:
    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            write(journal, 1, 2)
            await shipper.turn()
            write(journal, 3)
        async with worker(tmp_path, redis_server) as (_, shipper):
            await shipper.turn()

    asyncio.run(story())
    assert numbers(redis_server) == [1, 2, 3]


@pytest.mark.parametrize("damage", [b"", b"00000000 [", b'5b2f0e1c ["x",1,2,3]\n', None])
def test_without_its_sidecar_a_segment_is_sent_again(
    redis_server: RedisServer, tmp_path: Path, damage: bytes | None
) -> None:
    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            write(journal, 1, 2)
            await shipper.turn()
        [sidecar] = (tmp_path / "journal").glob("*.shipped")
        if damage is None:
            sidecar.unlink()
        else:
            sidecar.write_bytes(damage)
        async with worker(tmp_path, redis_server) as (_, shipper):
            await shipper.turn()

    asyncio.run(story())
    assert numbers(redis_server) == [1, 2, 1, 2]


def _empty(server: RedisServer) -> None:
    server.flush()


def _delete_stream(server: RedisServer) -> None:
    with server.client() as client:
        client.delete(redis_names.EVENTS)


def _delete_epoch(server: RedisServer) -> None:
    with server.client() as client:
        client.delete(redis_names.EVENTS_EPOCH)


@pytest.mark.parametrize("fault", [_empty, _delete_stream, _delete_epoch])
def test_everything_held_is_sent_again_after(redis_server: RedisServer, tmp_path: Path, fault: Any) -> None:
    """Two workers, one of them idle: each sends all of its own, whichever notices first."""

    async def story() -> None:
        async with (
            worker(tmp_path, redis_server) as (busy, busy_shipper),
            worker(tmp_path, redis_server) as (idle, idle_shipper),
        ):
            write(busy, 1, 2)
            write(idle, 11, 12)
            for shipper in (busy_shipper, idle_shipper):
                shipper.start()
            await until(lambda: set(numbers(redis_server)) == {1, 2, 11, 12})
            await until(lambda: busy_shipper.backlog_lines == idle_shipper.backlog_lines == 0)
            before, sent = epoch(redis_server), busy_shipper.shipped_lines + idle_shipper.shipped_lines
            fault(redis_server)
            write(busy, 3)
            await until(lambda: set(numbers(redis_server)) == {1, 2, 3, 11, 12})
            await until(lambda: busy_shipper.shipped_lines + idle_shipper.shipped_lines >= sent + 5)
            assert epoch(redis_server) not in (None, before)

    asyncio.run(story())
    own = [event for event in events(redis_server) if event["n"] < 10]
    assert [event["n"] for event in own][-3:] == [1, 2, 3], "in order within the new life"


def test_idle_workers_do_not_fight_over_an_empty_server(redis_server: RedisServer, tmp_path: Path) -> None:
    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, one), worker(tmp_path, redis_server) as (_, two):
            for _ in range(3):
                await one.turn()
                await two.turn()

    asyncio.run(story())
    assert epoch(redis_server) is None


def test_many_workers_settle_on_one_epoch(redis_server: RedisServer, tmp_path: Path) -> None:
    async def story() -> None:
        async with (
            worker(tmp_path, redis_server) as one,
            worker(tmp_path, redis_server) as two,
            worker(tmp_path, redis_server) as three,
        ):
            workers = (one, two, three)
            for number, (journal, _) in enumerate(workers):
                write(journal, number)
            for _ in range(4):
                redis_server.flush()
                for _ in range(3):
                    await asyncio.gather(*(shipper.turn() for _, shipper in workers))
                assert set(numbers(redis_server)) == {0, 1, 2}
            assert len({shipper._epoch.name for _, shipper in workers}) == 1

    asyncio.run(story())


@pytest.mark.parametrize("fault", ["frozen", "killed", "stopped"])
def test_while_redis_is_gone_events_wait_and_one_line_is_logged(
    redis_server: RedisServer, tmp_path: Path, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            shipper.start()
            write(journal, 1)
            await until(lambda: shipper.shipped_lines == 1)
            {"frozen": redis_server.freeze, "killed": redis_server.kill, "stopped": redis_server.stop}[fault]()
            write(journal, 2, 3)
            await until(lambda: shipper._backoff.failures > 1)
            assert not shipper.connected
            assert shipper.last_error
            assert shipper.backlog_lines == 2
            redis_server.thaw() if fault == "frozen" else redis_server.start()
            await until(lambda: shipper.connected)
            await until(lambda: {1, 2, 3} <= set(numbers(redis_server)))

    asyncio.run(story())
    said = [record.message for record in caplog.records if "events" in record.message]
    assert [message.partition(":")[0] for message in said if "begins" not in message] == [
        "events wait in the journal",
        "events are shipped again",
    ]


def test_an_idle_worker_sees_that_redis_is_gone_and_says_so_once(
    redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Between its checks it does not talk to Redis, and does not take that for success."""
    caplog.set_level(logging.INFO)

    async def story() -> None:
        async with worker(tmp_path, redis_server, check_every=0.5) as (_, shipper):
            shipper.start()
            redis_server.kill()
            await until(lambda: not shipper.connected)
            seen = set()

            def failed_often() -> bool:
                seen.add(shipper.connected)
                return shipper._backoff.failures > 5

            await until(failed_often)
            assert seen == {False}
            redis_server.start()
            await until(lambda: shipper.connected)
            assert shipper.last_error is None

    asyncio.run(story())
    said = [record.message.partition(":")[0] for record in caplog.records if record.name == "app.journal.shipper"]
    assert said == ["events wait in the journal", "events are shipped again"]


def test_a_redis_without_memory_is_a_failure_like_any_other(redis_server: RedisServer, tmp_path: Path) -> None:
    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            with redis_server.client() as client:
                client.config_set("maxmemory", "1")
            shipper.start()
            write(journal, 1)
            await until(lambda: shipper.last_error)
            assert "refused to begin an epoch: OOM" in str(shipper.last_error)
            with redis_server.client() as client:
                client.config_set("maxmemory", "0")
            await until(lambda: shipper.connected)

    asyncio.run(story())
    assert numbers(redis_server) == [1]


def test_two_shippers_share_a_folder_without_sending_twice(redis_server: RedisServer, tmp_path: Path) -> None:
    for start in range(0, 200, 10):
        closed_segment(tmp_path, *range(start, start + 10))

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, one), worker(tmp_path, redis_server) as (_, two):
            await asyncio.gather(one.segments.adopt(), two.segments.adopt())
            with suppress(StorageError):
                await one.turn()
            await asyncio.gather(one.turn(), two.turn())

    asyncio.run(story())
    assert set(numbers(redis_server)) == set(range(200))
    assert max(Counter(numbers(redis_server)).values()) == 1


def test_segments_go_once_the_archive_has_passed_them(redis_server: RedisServer, tmp_path: Path) -> None:
    path = closed_segment(tmp_path, 1, 2, 3)

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            write(journal, 4)
            await shipper.turn()
            archive(redis_server, path.stem, 2)
            await shipper.turn()
            assert path.exists(), "line 3 is not safe yet"
            archive(redis_server, path.stem, 3)
            assert journal.segment is not None
            archive(redis_server, journal.segment.name, 1)
            await shipper.turn()
            assert paths(tmp_path / "journal") == [journal.segment.path], "the open one stays"
            assert not path.with_suffix(".shipped").exists()

    asyncio.run(story())


def test_an_empty_segment_goes_at_once_and_an_unshipped_one_never(redis_server: RedisServer, tmp_path: Path) -> None:
    empty = closed_segment(tmp_path)
    full = closed_segment(tmp_path, 1)
    redis_server.kill()
    archive_claims_nothing = pytest.raises(StorageError)

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper):
            with archive_claims_nothing:
                await shipper.turn()

    asyncio.run(story())
    assert not empty.exists()
    assert full.exists()


def test_over_the_bound_shipped_segments_make_room(redis_server: RedisServer, tmp_path: Path) -> None:
    """Without an archiver, five times the bound is written: all of it is accepted and shipped."""
    bound = 64_000

    async def story() -> None:
        async with worker(tmp_path, redis_server, max_bytes=bound) as (journal, shipper):
            for start in range(0, 3000, 30):
                write(journal, *range(start, start + 30), padding=50)
                await shipper.turn()
                assert journal.folder_bytes <= bound

    asyncio.run(story())
    assert sorted(numbers(redis_server)) == list(range(3000))
    assert sum(path.stat().st_size for path in (tmp_path / "journal").iterdir()) <= bound


def test_over_the_bound_unshipped_segments_stay_and_lines_are_refused(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    redis_server.kill()

    async def story() -> None:
        async with worker(tmp_path, redis_server, max_bytes=20_000) as (journal, shipper):
            accepted = 0
            while journal.append(body(accepted, padding=50)):
                accepted += 1
                if accepted % 50 == 0:
                    with pytest.raises(StorageError):
                        await shipper.turn()
            assert accepted > 100
            redis_server.start()
            await shipper.turn()
            assert sorted(numbers(redis_server)) == list(range(accepted))
            await shipper.turn()
            assert journal.append(body(0)), "what is shipped made room"

    asyncio.run(story())


def test_draining_ships_all_and_leaves_the_segment_to_nobody(redis_server: RedisServer, tmp_path: Path) -> None:
    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            shipper.start()
            write(journal, *range(2000))
            assert journal.segment is not None
            archive(redis_server, journal.segment.name, 2000)
            await shipper.drain()

    asyncio.run(story())
    assert numbers(redis_server) == list(range(2000))
    assert list((tmp_path / "journal").iterdir()) == []


def test_draining_without_redis_ends_in_time_and_the_next_start_ships(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    async def story() -> None:
        redis_server.freeze()
        async with worker(tmp_path, redis_server) as (journal, shipper):
            shipper.start()
            write(journal, 1, 2)
            await shipper.drain(timeout=0.1)
        redis_server.thaw()
        async with worker(tmp_path, redis_server) as (_, shipper):
            await shipper.turn()

    asyncio.run(story())
    assert set(numbers(redis_server)) == {1, 2}


def test_draining_ends_in_time_though_its_cancellation_is_lost(
    redis_server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            write(journal, 1)
            losing = iter([True])

            async def lose_the_first(_: object) -> bool:
                with suppress(asyncio.CancelledError):
                    await asyncio.Event().wait()
                if not next(losing, False):
                    raise asyncio.CancelledError
                return True

            monkeypatch.setattr(shipper, "_ship_batch", lose_the_first)
            draining = asyncio.create_task(shipper.drain(timeout=0.05))
            await asyncio.wait([draining], timeout=5)
            assert draining.done()
            await draining

    asyncio.run(story())


def test_draining_ends_the_background_task_though_its_cancellation_is_lost(
    redis_server: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            losing = asyncio.Event()

            async def lose_the_first() -> None:
                while True:
                    try:
                        await asyncio.Event().wait()
                    except asyncio.CancelledError:
                        if losing.is_set():
                            raise
                        losing.set()

            monkeypatch.setattr(shipper, "turn", lose_the_first)
            shipper.start()
            await asyncio.sleep(0)
            write(journal, 1)
            draining = asyncio.create_task(shipper.drain())
            await asyncio.wait([draining], timeout=5)
            assert draining.done()

    asyncio.run(story())
    assert numbers(redis_server) == [1]


def test_the_event_loop_keeps_turning_during_a_large_backlog(redis_server: RedisServer, tmp_path: Path) -> None:
    """20,000 lines take at least 40 batches, and other tasks run between any two."""
    journal = Journal(tmp_path)
    for _ in range(200):
        assert journal.append_many([body(1, padding=400)] * 100)
    journal.close()

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper), turns_of_others() as turns:
            while shipper.shipped_lines < 20_000:
                await shipper.turn()
            assert turns() > 40

    asyncio.run(story())
    assert len(numbers(redis_server)) == 20_000
