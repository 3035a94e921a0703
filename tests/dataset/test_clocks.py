"""Clocks that are wrong, go back, or were wrong once."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.dataset.archive_context import Pace
from app.storage import redis_names
from app.storage.archive_lease import Lease
from tests.dataset.events import add, entry, ids, length, names, send_again
from tests.dataset.sessions import bench
from tests.redis_server import RedisServer

YEAR = 365 * 86_400


def test_ids_of_a_clock_that_was_ahead_are_said_and_the_stream_is_trimmed_all_the_same(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    """They would be ten minutes old in a year, and every later id follows them."""
    ahead = f"{int((time.time() + YEAR) * 1000)}"
    add(redis_server, entry(1, 5), entry(6, 9), at=f"{ahead}-*")
    add(redis_server, entry(10, 12))
    with bench(tmp_path / "dataset", redis_server) as b:
        b.drain().turn()
        assert length(redis_server) == 1
        assert b.status.clocks is not None
        assert f"is of {datetime.now(UTC) + timedelta(days=365):%Y-%m-%d}" in b.status.clocks
        assert "that clock was ahead" in b.status.clocks
    assert ids(tmp_path / "dataset") == names(range(1, 13))


def test_a_clock_that_goes_back_delays_no_file(redis_server: RedisServer, tmp_path: Path) -> None:
    """Intervals are measured by a timer that does not."""
    with bench(tmp_path / "dataset", redis_server, pace=Pace(interval=5.0)) as b:
        object.__setattr__(b.context, "clock", lambda: time.time() - YEAR)
        session = b.session()
        add(redis_server, entry(1, 3))
        session.turn()
        b.clock.now += 5.1
        session.turn()
        assert ids(tmp_path / "dataset") == names(range(1, 4))
        assert str(b.status.clocks).startswith("this machine's clock says 20")


def test_a_lease_from_before_redis_s_clock_went_back_has_expired(redis_server: RedisServer) -> None:
    with redis_server.client() as client:
        first, second = Lease(client, "one", 90.0), Lease(client, "two", 90.0)
        assert first.acquire()
        assert not second.acquire()
        in_a_year = int((time.time() + YEAR) * 1000)
        client.hset(redis_names.ARCHIVER, "until", in_a_year)
        assert second.acquire()


def test_what_arrived_while_redis_s_clock_was_behind_is_known_later(redis_server: RedisServer, tmp_path: Path) -> None:
    """Its file is named after a day on which the segment did not exist yet."""
    segment = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-9f86d081"
    add(redis_server, entry(1, 5, segment), at=f"{int((time.time() - 20 * 86_400) * 1000)}-*")
    add(redis_server, entry(6, 9, segment))
    with bench(tmp_path / "dataset", redis_server) as b:
        b.drain()
        send_again(redis_server, entry(1, 9, segment))
        b.drain()
    assert ids(tmp_path / "dataset") == names(range(1, 10), segment)


def test_lines_of_a_segment_from_the_future_are_sought_everywhere(redis_server: RedisServer, tmp_path: Path) -> None:
    """Its worker's clock was ahead, so its name does not say how old the files with its lines may be."""
    future = f"{datetime.now(UTC) + timedelta(days=400):%Y%m%dT%H%M%S}-9f86d081"
    for days in (20, 1):
        at = int((time.time() - days * 86_400) * 1000)
        add(redis_server, entry(21 - days, 40 - days, future), at=f"{at}-*")
    with bench(tmp_path / "dataset", redis_server) as b:
        b.drain()
        send_again(redis_server, entry(1, 50, future))
        b.drain()
    assert ids(tmp_path / "dataset") == names(range(1, 51), future)
