"""A stream that was emptied, evicted, trimmed by somebody else or set back is noticed, reported and refilled."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from app.dataset.local_folder import LocalFolder
from app.dataset.stream_gaps import GapKind, gaps
from app.storage import redis_names
from tests.dataset.events import EPOCH, NOON, SEGMENT, add, entry, ids, marks, names
from tests.dataset.sessions import bench
from tests.redis_server import RedisServer

OTHER = "fedcba9876543210"


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return tmp_path / "dataset"


def _epoch(server: RedisServer) -> str:
    with server.client() as client:
        return (client.get(redis_names.EVENTS_EPOCH) or b"").decode()


def _emptied(server: RedisServer) -> None:
    server.flush()


def _evicted(server: RedisServer) -> None:
    with server.client() as client:
        client.delete(redis_names.EVENTS)


def _without_epoch(server: RedisServer) -> None:
    with server.client() as client:
        client.delete(redis_names.EVENTS_EPOCH)


@pytest.mark.parametrize("running", [True, False])
@pytest.mark.parametrize("fault", [_emptied, _evicted, _without_epoch])
def test_a_stream_that_is_gone_is_reported_once_and_followed(
    redis_server: RedisServer,
    dataset: Path,
    fault: Callable[[RedisServer], None],
    running: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    [last] = add(redis_server, entry(1, 5))
    with bench(dataset, redis_server) as b:
        session = b.drain()
        fault(redis_server)
        for _ in range(3):
            if not running:
                session = b.session()
            session.turn()
        if fault is not _without_epoch:
            add(redis_server, entry(4, 4, "20261120T100000-00000009"), entry(1, 7), epoch=OTHER)
        else:
            add(redis_server, entry(1, 7), epoch=OTHER)
        b.drain(session)
        b.drain()
        assert b.status.gaps == 1
    found = [(gap.kind, gap.epoch, gap.after) for gap in gaps(LocalFolder(dataset))]
    assert found == [(GapKind.GONE, EPOCH, last)]
    assert [record.levelno for record in caplog.records if "events may be missing" in record.message] == [logging.ERROR]
    assert set(ids(dataset)) >= set(names(range(1, 8)))
    assert len(ids(dataset)) == len(set(ids(dataset)))
    assert marks(redis_server)[SEGMENT] == 7


def test_what_was_read_before_the_stream_was_emptied_is_written(redis_server: RedisServer, dataset: Path) -> None:
    add(redis_server, entry(1, 5))
    with bench(dataset, redis_server) as b:
        session = b.session()
        session.turn()
        assert ids(dataset) == []
        redis_server.flush()
        session.turn()
        assert ids(dataset) == names(range(1, 6))


def _trimmed_by_somebody(server: RedisServer) -> None:
    with server.client() as client:
        client.xtrim(redis_names.EVENTS, maxlen=1, approximate=False)


def _set_back(server: RedisServer) -> None:
    """As after a failover to a replica that lagged, before shippers notice."""
    with server.client() as client:
        for found, _ in client.xrevrange(redis_names.EVENTS, count=3):
            client.xdel(redis_names.EVENTS, found)


@pytest.mark.parametrize("fault", [_trimmed_by_somebody, _set_back])
def test_a_stream_without_our_position_begins_anew(
    redis_server: RedisServer, dataset: Path, fault: Callable[[RedisServer], None]
) -> None:
    """In a new epoch shippers send all that they hold, so what Redis lost still reaches the dataset."""
    add(redis_server, entry(1, 2), entry(3, 4))
    with bench(dataset, redis_server) as b:
        session = b.drain()
        add(redis_server, entry(5, 6), entry(7, 8))
        fault(redis_server)
        session.turn()
        renewed = _epoch(redis_server)
        assert renewed != EPOCH
        add(redis_server, entry(1, 10), epoch=renewed)
        b.drain(session)
        assert [gap.kind for gap in gaps(LocalFolder(dataset))] == [GapKind.CUT]
        b.drain()
        assert b.status.gaps == 1
    assert ids(dataset) == names(range(1, 11))


def test_an_unread_entry_that_was_deleted_is_noticed(redis_server: RedisServer, dataset: Path) -> None:
    add(redis_server, entry(1, 2))
    with bench(dataset, redis_server) as b:
        session = b.drain()
        _, gone, _ = add(redis_server, entry(3, 4), entry(5, 6), entry(7, 8))
        with redis_server.client() as client:
            client.xdel(redis_names.EVENTS, gone)
        b.drain(session)
        add(redis_server, entry(1, 8), epoch=_epoch(redis_server))
        b.drain(session)
        assert [gap.kind for gap in gaps(LocalFolder(dataset))] == [GapKind.DELETED]
    assert _epoch(redis_server) != EPOCH
    assert ids(dataset) == names(range(1, 9))


def test_a_written_entry_that_was_deleted_is_no_loss(redis_server: RedisServer, dataset: Path) -> None:
    first, _ = add(redis_server, entry(1, 2), entry(3, 4))
    with bench(dataset, redis_server) as b:
        session = b.drain()
        session.turn()
        with redis_server.client() as client:
            client.xdel(redis_names.EVENTS, first)
        session.turn()
        assert b.status.gaps == 0
    assert _epoch(redis_server) == EPOCH


def test_entries_that_were_gone_before_we_came_are_said(redis_server: RedisServer, dataset: Path) -> None:
    add(redis_server, entry(1, 2), entry(3, 4), entry(5, 6))
    _trimmed_by_somebody(redis_server)
    with bench(dataset, redis_server) as b:
        b.drain()
    assert [(gap.kind, gap.entries) for gap in gaps(LocalFolder(dataset))] == [(GapKind.LATE, 2)]
    assert ids(dataset) == names([5, 6])


def test_another_epoch_of_the_same_stream_is_no_loss(redis_server: RedisServer, dataset: Path) -> None:
    """Two shippers that start together name two epochs, and the first entry may belong to either."""
    with bench(dataset, redis_server) as b:
        session = b.session()
        for number, name in enumerate(("a1", "b2", "c3")):
            add(redis_server, entry(number + 1, number + 3), epoch=name)
            session.turn()
        b.drain(session)
        assert b.status.gaps == 0
    assert ids(dataset) == names(range(1, 6))


def test_a_first_start_on_an_empty_server_reports_nothing(redis_server: RedisServer, dataset: Path) -> None:
    with bench(dataset, redis_server) as b:
        session = b.session()
        session.turn()
        add(redis_server, entry(1, 2))
        b.drain(session)
        assert b.status.gaps == 0
    assert not (dataset / "_gaps").exists()


def test_trimming_never_touches_a_stream_of_another_life(redis_server: RedisServer, dataset: Path) -> None:
    """Its ids may be lower than ours: they come from another server's clock."""
    add(redis_server, entry(1, 2), at=f"{NOON}-0")
    with bench(dataset, redis_server) as b:
        session = b.drain()
        look = b.context.stream.look(session._read)
        redis_server.flush()
        add(redis_server, entry(1, 2), at="5-0", epoch=OTHER)
        assert b.context.stream.trim(look.last, session._written) == 0
