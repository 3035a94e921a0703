"""An error says whether Redis refused, and why, or did not answer."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.storage import redis_names
from app.storage.bundle_store import BundleStore
from app.storage.event_sink import EventSink
from app.storage.event_stream import EventStream
from app.storage.redis_client import connect, connect_sync
from app.storage.redis_errors import LONGEST
from app.storage.storage_errors import StorageError
from tests.redis_server import RedisServer

PASSWORD = "hunter2"


def said_of(url: str) -> str:
    """What `current` says."""
    with connect_sync(url) as client, pytest.raises(StorageError) as caught:
        BundleStore(client).current()
    return str(caught.value)


@contextmanager
def answering_always(reply: bytes) -> Iterator[str]:
    """A server that answers every command with one reply; yields its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                while connection.recv(65536):
                    connection.sendall(reply * 3)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"redis://user:{PASSWORD}@127.0.0.1:{listener.getsockname()[1]}"
    thread.join(5)


REPLIES = {
    b"-LOADING Redis is loading the dataset in memory": "from disk and takes commands when it has)",
    b"-NOAUTH Authentication required.": "required. (the URL has no password)",
    b"-WRONGPASS invalid username-password pair or user is disabled.": "(the URL has a wrong user or password)",
    b"-MISCONF Errors writing to the AOF file: No space left on device": "device (it cannot write to its own disk)",
    b"-MOVED 3999 127.0.0.1:6381": "6381 (a Redis Cluster cannot be used)",
    b"-CLUSTERDOWN The cluster is down": "down (a Redis Cluster cannot be used)",
    b"-READONLY You can't write against a read only replica.": "replica. (this is a replica; name the primary)",
    b"-BUSY Redis is busy running a script.": "script. (somebody's script does not end)",
    b"-ERR max number of clients reached": "reached",
    b"-NEWCODE of a later release": "release",
    b"-ERR a\x1b[31m\tlong\x00 one" + b"!" * 5000: "!!!",
}


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: reply[1:12].decode())
def test_a_reply_is_a_refusal(reply: bytes) -> None:
    with answering_always(reply + b"\r\n") as url:
        said = said_of(url)
    port, code = url.rpartition(":")[2], reply[1:].decode().partition(" ")[0]
    assert said.startswith(f"Redis at 127.0.0.1:{port} refused to name the revision in force: {code} ")
    assert said.endswith(REPLIES[reply])
    assert "did not answer" not in said
    assert said.isprintable()
    assert len(said) < LONGEST + 200
    assert PASSWORD not in said


def test_a_server_that_is_gone_or_silent_did_not_answer(redis_server: RedisServer) -> None:
    with connect_sync(redis_server.url) as client:
        store = BundleStore(client)
        store.current()
        redis_server.freeze()
        with pytest.raises(StorageError, match=rf"^Redis at {redis_server.url[7:]} did not answer: "):
            store.current()
        redis_server.thaw()
    redis_server.kill()
    assert said_of(redis_server.url).startswith(f"Redis at {redis_server.url[7:]} did not answer: ")


def test_a_redis_that_wants_a_password_or_grants_little(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, tcp=True)
    server.start()
    try:
        assert server.tcp_url is not None
        with server.client() as client:
            client.execute_command("ACL", "SETUSER", "poor", "on", f">{PASSWORD}", "+ping", "+hello", "~*")
            client.execute_command("ACL", "SETUSER", "default", "off")
        at = server.tcp_url.removeprefix("redis://")
        assert "refused to name the revision in force: NOAUTH" in said_of(server.tcp_url)
        assert "refused to name the revision in force: WRONGPASS" in said_of(f"redis://poor:{PASSWORD}x@{at}")
        poor = said_of(f"redis://poor:{PASSWORD}@{at}")
        assert "refused to name the revision in force: NOPERM" in poor
        assert PASSWORD not in poor
    finally:
        server.close()


def test_keys_of_another_type_are_named_as_such_without_the_command(redis_server: RedisServer) -> None:
    """Of a pipeline, redis-py quotes the command with its values."""
    with redis_server.client() as client:
        client.lpush(redis_names.BUNDLE_CURRENT, "x")
        client.lpush(redis_names.EVENTS, "x")
        with pytest.raises(StorageError) as caught:
            EventStream(client).look()
        said = str(caught.value)
        assert "refused to show the events stream: WRONGTYPE Operation against a key holding the wrong kind" in said
        assert said.endswith("value (somebody else wrote to a key of ours)")
        for of in ("redis.call", "user_script", "pipeline"):
            assert of not in said
        with pytest.raises(StorageError, match="refused to name the revision in force: WRONGTYPE"):
            BundleStore(client).current()
        with pytest.raises(StorageError, match="refused to publish a bundle: WRONGTYPE"):
            BundleStore(client).publish(b"one", by="ada", commit="c", at="t")


def test_a_refused_batch_is_not_quoted(redis_server: RedisServer) -> None:
    async def story() -> None:
        async with connect(redis_server.url) as client:
            await client.lpush(redis_names.EVENTS, "x")
            with pytest.raises(StorageError, match="refused to take events: WRONGTYPE") as caught:
                await EventSink(client).append("s", 1, [b'{"user":"alice"}'], create=True)
            assert "alice" not in str(caught.value)

    asyncio.run(story())
