"""Readers see each event once: in a file or in the stream's tail, not in both."""

from pathlib import Path

import pytest

from app.dataset.live_view import LiveView
from app.dataset.local_folder import LocalFolder
from app.dataset.recorded_events import DataSource
from app.storage.event_stream import START, EventStream, StreamId
from app.storage.redis_client import connect_sync
from tests.dataset.events import EPOCH, SEGMENT, add, entry, ids, names, send_again
from tests.dataset.sessions import bench
from tests.redis_server import RedisServer


def test_files_and_tail_are_every_event_once(redis_server: RedisServer, tmp_path: Path) -> None:
    dataset = tmp_path / "d"
    with bench(dataset, redis_server) as b, connect_sync(redis_server.url) as client:
        live = LiveView(LocalFolder(dataset), EventStream(client))
        assert live.snapshot().tail.num_rows == 0
        add(redis_server, entry(1, 5), {"not": "ours"})
        assert live.snapshot().tail.num_rows == 5
        session = b.drain()
        add(redis_server, entry(3, 9))
        shot = live.snapshot()
        assert sorted([*shot.tail.column("event_id").to_pylist(), *ids(dataset)]) == names(range(1, 10))
        send_again(redis_server, entry(1, 11))
        assert live.snapshot().tail.column("event_id").to_pylist() == [f"{SEGMENT}:{n}" for n in range(6, 12)]
        b.drain(session)
        shot = live.snapshot()
        assert (shot.tail.num_rows, len(shot.files), shot.complete) == (0, 2, True)


def test_the_tail_is_what_follows_the_position_of_its_epoch(redis_server: RedisServer) -> None:
    first, second = add(redis_server, entry(1, 2), entry(3, 4))
    with connect_sync(redis_server.url) as client:
        stream = EventStream(client)
        tail = stream.tail({EPOCH: StreamId.parse(first), "other": StreamId.parse(second)})
        assert [(str(batch.id), batch.segment, batch.first, batch.last) for batch in tail.batches()] == [
            (second, SEGMENT, 3, 4)
        ]
        assert tail.complete
        assert len(stream.tail({"other": StreamId.parse(second)}).entries) == 2
        assert not stream.tail({}, limit=-1).complete
        client.xtrim("forewarn:events", maxlen=1, approximate=False)
        assert not stream.tail({EPOCH: StreamId.parse(first)}).complete, "its position is gone"


def test_a_reader_says_whether_redis_refused_or_is_silent(redis_server: RedisServer, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    with connect_sync(redis_server.url) as client:
        client.set("forewarn:events:epoch", EPOCH)
        client.lpush("forewarn:events", "somebody else's")

        def error() -> str | None:
            return DataSource(LocalFolder(tmp_path / "d"), EventStream(client), cache=tmp_path).current().live_error

        assert error() == "Redis refuses to be read"
        redis_server.kill()
        assert error() == "Redis does not answer"


@pytest.mark.parametrize("empty", [True, False])
def test_without_a_stream_the_tail_is_empty(redis_server: RedisServer, empty: bool) -> None:
    if not empty:
        with redis_server.client() as client:
            client.set("forewarn:events:epoch", EPOCH)
    with connect_sync(redis_server.url) as client:
        tail = EventStream(client).tail({EPOCH: START})
    assert (list(tail.entries), tail.complete) == ([], True)
