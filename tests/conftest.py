"""Fixtures for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.deployment import Deployment, deployments
from tests.redis_server import RedisServer

# No test asserts on time: a busy machine may take seconds for one example.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A running Redis server for this test alone, on a unix socket: `redis_server.url`."""
    server = RedisServer(tmp_path / "redis-server")
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def deployment(tmp_path: Path, redis_server: RedisServer) -> Iterator[Deployment]:
    """A deployment with the sample rules published; call `start`."""
    yield from deployments(tmp_path, redis_server)
