"""How a worker reads the bundle in force."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

import pytest

from app.bundle.revision import revision_of
from app.storage import redis_names
from app.storage.bundle_source import SLICE, BundleSource
from app.storage.redis_client import connect, connect_listener
from app.storage.storage_errors import BundleCorrupt, BundleMissing, StorageError
from tests.redis_server import RedisServer
from tests.waiting import until


@asynccontextmanager
async def source(server: RedisServer) -> AsyncIterator[BundleSource]:
    async with connect(server.url) as client, connect_listener(server.url) as listener:
        yield BundleSource(client, listener, ping_every=0.2)


def store(server: RedisServer, bundle: bytes, name: str | None = None) -> str:
    revision = name or revision_of(bundle)
    with server.client() as client:
        client.set(redis_names.bundle_key(revision), bundle)
        client.set(redis_names.BUNDLE_CURRENT, revision)
    return revision


@pytest.mark.parametrize("size", [1, SLICE - 1, SLICE, SLICE + 1, 3 * SLICE])
def test_a_bundle_of_any_size_arrives_whole(redis_server: RedisServer, size: int) -> None:
    bundle = (sha256(b"seed").digest() * (size // 32 + 1))[:size]
    revision = store(redis_server, bundle)

    async def fetch() -> None:
        async with source(redis_server) as bundles:
            assert await bundles.current() == revision
            assert await bundles.fetch(revision) == bundle

    asyncio.run(fetch())


def test_missing_and_tampered_bundles_are_told_apart(redis_server: RedisServer) -> None:
    tampered = store(redis_server, b"evil", revision_of(b"good"))

    async def fetch() -> None:
        async with source(redis_server) as bundles:
            with pytest.raises(BundleMissing):
                await bundles.fetch(revision_of(b"never"))
            with pytest.raises(BundleCorrupt):
                await bundles.fetch(tampered)

    asyncio.run(fetch())


def test_an_emptied_server_has_no_current_revision_and_a_dead_one_is_an_error(redis_server: RedisServer) -> None:
    async def look() -> None:
        async with source(redis_server) as bundles:
            assert await bundles.current() is None
            redis_server.kill()
            with pytest.raises(StorageError):
                await bundles.current()

    asyncio.run(look())


async def _heard_again(server: RedisServer, heard: list[str], revision: str) -> None:
    """Announces until somebody hears it: announcements during a gap are lost."""

    def said() -> bool:
        with server.client() as client:
            client.publish(redis_names.BUNDLE_CHANNEL, revision)
        return revision in heard

    await until(said)


def _announced_through(server: RedisServer, fault: str) -> None:
    async def listen() -> None:
        heard: list[str] = []

        async def follow(bundles: BundleSource) -> None:
            async for revision in bundles.announcements():
                heard.append(revision)  # noqa: PERF401  a comprehension would keep it to itself

        async with source(server) as bundles:
            task = asyncio.create_task(follow(bundles))
            await _heard_again(server, heard, "sha256:one")
            if fault == "killed":
                server.kill()
                server.start()
            elif fault == "disconnected":
                with server.client() as client:
                    client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            elif fault == "shouted at":
                with server.client() as client:
                    client.publish(redis_names.BUNDLE_CHANNEL, b"x" * 20_000_000)
                await until(lambda: bundles._backoff.failures > 0)
                assert max(map(len, heard)) < 100
            else:
                server.freeze()
                await until(lambda: bundles._backoff.failures > 1)
                server.thaw()
            await _heard_again(server, heard, "sha256:two")
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(listen())


@pytest.mark.parametrize("fault", ["killed", "disconnected", "shouted at", "frozen"])
def test_announcements_go_on_after_the_server_was(redis_server: RedisServer, fault: str) -> None:
    _announced_through(redis_server, fault)
