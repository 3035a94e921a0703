"""Connections fail fast, and errors about bad URLs contain no secrets."""

import asyncio
from pathlib import Path

import pytest
import redis

from app.storage.redis_client import connect, connect_listener, connect_sync
from app.storage.storage_errors import StorageError
from tests.redis_server import RedisServer

SECRET = "hunter2"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:6379",
        f"http://:{SECRET}@host",
        f"redis://:{SECRET}@host:port/0",
        f"redis://:{SECRET}@[::1",
        f"redis://user:{SECRET}@host/0?no_such_option=1",
        f":{SECRET}@host",
        "unix://",
        "unix://var/redis.sock",
        f"redis://:{SECRET}@host/events",
    ],
)
@pytest.mark.parametrize("opened_by", [connect, connect_listener, connect_sync])
def test_a_bad_url_names_the_setting_and_hides_the_password(url: str, opened_by: type) -> None:
    with pytest.raises(StorageError, match="FOREWARN_REDIS_URL") as caught:
        opened_by(url)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("url", ["redis://host", "redis://u:p@host:6380/2", "rediss://host", "unix:///a/b.sock?db=1"])
def test_every_kind_of_url_is_understood(url: str) -> None:
    connect(url), connect_listener(url), connect_sync(url)


def test_answers_come_over_tcp_and_over_a_unix_socket(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, tcp=True)
    server.start()

    async def ping(url: str) -> bool:
        async with connect(url) as client:
            return bool(await client.ping())

    try:
        assert server.tcp_url is not None
        assert asyncio.run(ping(server.url))
        assert asyncio.run(ping(server.tcp_url))
    finally:
        server.close()


def test_a_frozen_server_costs_a_timeout_and_no_second_try(redis_server: RedisServer) -> None:
    """A retried INCR would count twice once the server thaws."""

    async def count() -> None:
        async with connect(redis_server.url) as client:
            await client.ping()
            redis_server.freeze()
            with pytest.raises(redis.TimeoutError):
                await client.incr("n")
            redis_server.thaw()
            assert await client.get("n") == b"1"

    asyncio.run(count())
