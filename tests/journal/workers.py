"""Workers that share a state folder, and what the stream has of their events."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson

from app.journal.journal import Journal
from app.journal.shipper import Shipper
from app.storage import redis_names
from app.storage.event_sink import EventSink
from app.storage.redis_client import connect
from tests.journal.segment_reader import paths
from tests.redis_server import RedisServer

Entry = dict[bytes, bytes]


def body(number: int, padding: int = 0) -> bytes:
    return orjson.dumps({"n": number, "p": "x" * padding})


def entries(server: RedisServer) -> list[Entry]:
    with server.client() as client:
        return [fields for _, fields in client.xrange(redis_names.EVENTS)]


def events(server: RedisServer) -> list[dict[str, Any]]:
    return [orjson.loads(line) for entry in entries(server) for line in entry[b"events"].split(b"\n")]


def numbers(server: RedisServer) -> list[int]:
    return [event["n"] for event in events(server)]


def archive(server: RedisServer, segment: str, line: int) -> None:
    with server.client() as client:
        client.hset(redis_names.ARCHIVED, segment, str(line))


def epoch(server: RedisServer) -> object:
    with server.client() as client:
        return client.get(redis_names.EVENTS_EPOCH)


@asynccontextmanager
async def worker(
    state: Path, server: RedisServer, batch_lines: int = 500, check_every: float = 0.0, **options: Any
) -> AsyncIterator[tuple[Journal, Shipper]]:
    """Everything is due at each turn. It ends as if killed: nothing is drained."""
    journal = Journal(state, **options)
    async with connect(server.url) as client:
        shipper = Shipper(
            journal,
            EventSink(client),
            ship_every=0.01,
            check_every=check_every,
            adopt_every=0.0,
            batch_lines=batch_lines,
            backoff_cap=0.05,
        )
        try:
            yield journal, shipper
        finally:
            await shipper._stop()
            shipper.segments.release_all()
            journal.close()


def write(journal: Journal, *written: int, padding: int = 0) -> None:
    for number in written:
        assert journal.append(body(number, padding))


def closed_segment(state: Path, *written: int, **options: Any) -> Path:
    """The segment of a dead worker."""
    before = set(paths(state / "journal"))
    journal = Journal(state, **options)
    write(journal, *written)
    journal.close()
    [path] = set(paths(state / "journal")) - before
    return path
