"""Whatever is written to Redis instead of a bundle, workers warn on, fetch it once at most, and say so once."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from app.bundle.record import BUNDLE_LIMIT, FORMAT
from app.bundle.revision import revision_of
from app.storage import redis_names
from tests.deployment import Deployment, a_withdrawal, deployments
from tests.redis_server import RedisServer
from tests.waiting import wait_until

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("serving")
    redis = RedisServer(folder / "redis-server")
    try:
        redis.start()
        for deployment in deployments(folder, redis, FOREWARN_POLL_SECONDS="0.1"):
            deployment.start()
            yield deployment
    finally:
        redis.close()


@pytest.fixture
def deployment(serving: Deployment) -> Iterator[Deployment]:
    """Its bundle is in force again afterwards; it served that bundle all the time."""
    revision = serving.readyz()["bundle"]["revision"]
    yield serving
    with serving.client() as client:
        assert client.post("/v1/assessments", json=a_withdrawal()).json()["revision"] == revision
    serving.cli("publish")
    wait_until(lambda: serving.readyz()["status"] == "ready")


def stored(deployment: Deployment, command: str) -> int:
    """How often the server was asked for this command."""
    with deployment.redis.client() as redis:
        stats: Any = redis.info("commandstats")
    return int(stats.get(f"cmdstat_{command}", {"calls": 0})["calls"])


def sent(deployment: Deployment) -> int:
    """Bytes that the server sent so far."""
    with deployment.redis.client() as redis:
        stats: Any = redis.info("stats")
    return int(stats["total_net_output_bytes"])


def after_polls(deployment: Deployment, polls: int = 10) -> dict[str, Any]:
    """What /readyz says of the bundle once Redis was asked for the revision some more times."""
    asked = stored(deployment, "getrange") + polls
    wait_until(lambda: stored(deployment, "getrange") >= asked)
    bundle: dict[str, Any] = deployment.readyz()["bundle"]
    return bundle


def put(deployment: Deployment, revision: str, size: int) -> None:
    """Names a revision whose bundle is so many zero bytes."""
    with deployment.redis.client() as redis:
        redis.setrange(redis_names.bundle_key(revision), size - 1, b"\0")
        redis.set(redis_names.BUNDLE_CURRENT, revision)


def test_a_bundle_beyond_the_limit_is_never_fetched(deployment: Deployment) -> None:
    before, revision = deployment.readyz()["bundle"]["refused"], "sha256:" + "1" * 64
    was_sent = sent(deployment)

    put(deployment, revision, BUNDLE_LIMIT + 1)

    wait_until(lambda: deployment.readyz()["bundle"]["refused"] > before)
    bundle = after_polls(deployment)
    assert bundle["refused"] == before + 1
    assert f"{BUNDLE_LIMIT + 1:,} bytes" in bundle["last_error"]
    assert sent(deployment) - was_sent < MEGABYTE
    assert "the newest bundle was refused" in deployment.readyz()["reasons"]


def test_a_refused_bundle_is_not_fetched_again_until_it_is_announced(deployment: Deployment) -> None:
    before, revision = deployment.readyz()["bundle"]["refused"], "sha256:" + "2" * 64
    was_sent = sent(deployment)

    put(deployment, revision, 5 * MEGABYTE)

    wait_until(lambda: deployment.readyz()["bundle"]["refused"] > before)
    bundle = after_polls(deployment)
    assert bundle["refused"] == before + 1
    assert revision in bundle["last_error"]
    assert sent(deployment) - was_sent < 6 * MEGABYTE
    assert deployment.log.read_text().count(f"{revision} refused") == 1
    with deployment.redis.client() as redis:
        redis.publish(redis_names.BUNDLE_CHANNEL, revision)
    wait_until(lambda: deployment.readyz()["bundle"]["refused"] == before + 2)


def test_a_revision_without_its_bundle_is_served_once_it_is_there(deployment: Deployment) -> None:
    """It is no refusal, and is said once."""
    revision = deployment.readyz()["bundle"]["revision"]
    missing = "sha256:" + "3" * 64
    with deployment.redis.client() as redis:
        redis.set(redis_names.BUNDLE_CURRENT, missing)

    wait_until(lambda: missing in str(deployment.readyz()["bundle"]["last_error"]))
    after_polls(deployment)
    assert deployment.log.read_text().count(missing) == 1
    with deployment.redis.client() as redis:
        redis.set(redis_names.BUNDLE_CURRENT, revision)
    wait_until(lambda: deployment.readyz()["bundle"]["last_error"] is None)


@pytest.mark.parametrize("tail", [b"", b"x" * 20 * MEGABYTE], ids=["a line", "a line and 20 MB"])
def test_what_names_no_revision_forges_no_line_of_the_log(deployment: Deployment, tail: bytes) -> None:
    was_sent = sent(deployment)
    with deployment.redis.client() as redis:
        redis.set(redis_names.BUNDLE_CURRENT, b"x\n2026-11-30 ERROR forged\x1b[2J" + tail)

    wait_until(lambda: "names no revision" in str(deployment.readyz()["bundle"]["last_error"]))
    after_polls(deployment)
    assert sent(deployment) - was_sent < MEGABYTE
    nothing_is_forged(deployment)


def test_what_a_refused_bundle_says_forges_no_line_of_the_log(deployment: Deployment) -> None:
    """The reason quotes the name of a fact, as the bundle has it."""
    facts = {"x\n2026-11-30 ERROR forged\x1b[2J": {"type": "text", "means": "x"}}
    header = {"kind": "header", "format": FORMAT, "facts": facts, "attributes": {}, "typologies": {}}
    bundle = orjson.dumps(header, option=orjson.OPT_APPEND_NEWLINE)
    with deployment.redis.client() as redis:
        redis.set(redis_names.bundle_key(revision_of(bundle)), bundle)
        redis.set(redis_names.BUNDLE_CURRENT, revision_of(bundle))

    wait_until(lambda: "is not a fact" in str(deployment.readyz()["bundle"]["last_error"]))
    nothing_is_forged(deployment)


def nothing_is_forged(deployment: Deployment) -> None:
    log = deployment.log.read_text()
    assert "forged" in log
    assert "\x1b" not in log
    assert not [line for line in log.splitlines() if line.startswith("2026-11-30 ERROR forged")]
