"""One running service, with the sample rules, for every test that leaves its keys and rules alone."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api.one_rule import OLDER_SECRET, ONE_RULE
from tests.deployment import Deployment, deployments, write_tree
from tests.redis_server import RedisServer


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One worker, so that its events arrive in the order of its answers."""
    folder = tmp_path_factory.mktemp("service")
    redis = RedisServer(folder / "redis-server")
    try:
        redis.start()
        for deployment in deployments(folder, redis):
            deployment.start()
            yield deployment
    finally:
        redis.close()


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
