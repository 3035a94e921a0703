"""Fixtures for every test."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from app.checks.checker import check
from app.checks.output.text_output import report
from tests.deployment import FIXTURE, PYTHONPATH, Deployment, deployments
from tests.redis_server import RedisServer

# No test asserts on time: a busy machine may take seconds for one example.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Processes that tests start are kept from the partners' files as well: tests/guard.
os.environ["PYTHONPATH"] = PYTHONPATH


def pytest_sessionstart(session: pytest.Session) -> None:
    """Ends the run at once where a file of the fixture has an error: hundreds of tests would fail over it.

    Asked once, before xdist starts its workers; not for single files, which the check would delay.
    """
    folders = any(Path(argument).is_dir() for argument in session.config.args)
    if folders and not hasattr(session.config, "workerinput"):
        fixture = check(FIXTURE / "rules", FIXTURE / "locales", date(2026, 11, 20))
        if fixture.errors:
            pytest.exit(
                f"The files of {FIXTURE} have errors:\n\n{report(fixture)}", returncode=pytest.ExitCode.USAGE_ERROR
            )


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
    """A deployment with the fixture's rules published; call `start`."""
    yield from deployments(tmp_path, redis_server)
