"""One running service, with the sample rules, for every test that leaves its keys and rules alone."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api.one_rule import OLDER_SECRET, ONE_RULE
from tests.deployment import Deployment, running_service, write_tree
from tests.redis_server import RedisServer


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One worker, so that its events arrive in the order of its answers."""
    with running_service(tmp_path_factory.mktemp("service")) as deployment:
        yield deployment


@pytest.fixture(scope="session")
def client(service: Deployment) -> Iterator[httpx.Client]:
    """May assess and read rules."""
    with service.client() as client:
        yield client


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Two workers with a single rule, which matches bitcoin in Hong Kong."""
    folder = tmp_path_factory.mktemp("small")
    tree = write_tree(folder / "tree", ONE_RULE)
    redis = RedisServer(folder / "redis-server")
    deployment = Deployment(folder, redis, FOREWARN_SECRET_PREVIOUS=OLDER_SECRET)
    try:
        redis.start()
        deployment.cli("publish", "--rules", str(tree / "rules"), "--locales", str(tree / "locales"))
        deployment.start(workers=2)
        yield deployment
    finally:
        deployment.close()
        redis.close()
