"""Fixtures for every test."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from app.checks.checker import check
from app.checks.output.text_output import report
from tests.deployment import Deployment, deployments
from tests.redis_server import RedisServer

# No test asserts on time: a busy machine may take seconds for one example.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


ROOT = Path(__file__).parents[1]


def pytest_sessionstart(session: pytest.Session) -> None:
    """Ends the run at once where a sample file has an error: hundreds of tests would fail over it.

    Asked once, before xdist starts its workers; not for single files, which the samples' two seconds would delay.
    """
    folders = any(Path(argument).is_dir() for argument in session.config.args)
    if folders and not hasattr(session.config, "workerinput"):
        samples = check(ROOT / "rules", ROOT / "locales", datetime.now(UTC).date())
        if samples.errors:
            pytest.exit(f"The sample files have errors:\n\n{report(samples)}", returncode=pytest.ExitCode.USAGE_ERROR)


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
