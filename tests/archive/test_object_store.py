"""The same dataset in an S3 bucket, against moto's server: a real HTTP server that keeps objects in memory."""

import importlib.util
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pyarrow import fs

from app.archive.errors import DatasetError
from app.archive.gap import gaps
from app.archive.listing import every_file, listing
from app.archive.place import Bucket, LocalFolder, Place, place_of
from app.archive.retention import carried
from app.archive.session import Pace
from tests.archive.events import NOON, add, entry, ids, marks, names, read
from tests.archive.sessions import archiver, at_work, bench
from tests.deployment import free_port
from tests.redis_server import RedisServer
from tests.waiting import wait_until

needs_server = pytest.mark.skipif(
    importlib.util.find_spec("moto") is None,
    reason="no S3 server here: pip install 'moto[s3,server]' to test the dataset in an object store",
)
KEYS = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests", "AWS_EC2_METADATA_DISABLED": "true"}
DAY = 24 * 3600 * 1000


def _answers(url: str) -> bool:
    with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=5):
        return True
    return False


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    with (tmp_path_factory.mktemp("s3") / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log
        )
    try:
        wait_until(lambda: _answers(f"http://127.0.0.1:{port}/moto-api/"), timeout=60)
        yield f"127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    store = fs.S3FileSystem(
        endpoint_override=endpoint, scheme="http", region="us-east-1", allow_bucket_creation=True
    )  # fmt: skip
    name = f"b{abs(hash(request.node.name))}"
    store.create_dir(name)
    return f"s3://{name}/some/prefix?endpoint_override={endpoint}&scheme=http&region=us-east-1"


@needs_server
def test_the_archive_in_a_bucket(redis_server: RedisServer, bucket: str) -> None:
    place = place_of(bucket)
    with bench(place, redis_server, pace=Pace(events=10)) as b:
        for number in range(40):
            add(redis_server, entry(number * 10 + 1, number * 10 + 12), at=f"{NOON - DAY + number}-0")
        add(redis_server, {"not": "ours"}, entry(1, 420))
        session = b.drain()
        assert ids(place) == names(range(1, 413 + 8))
        session.close(drain=True)
        assert len(every_file(place)) < 5
        assert ids(place, every=True) == names(range(1, 421))
        redis_server.flush()
        add(redis_server, entry(1, 430), epoch="ffff")
        b.drain()
        assert ids(place) == names(range(1, 431))
        assert marks(redis_server) == {"20261120T100000-9f86d081": 430}
        assert len(gaps(place)) == 1
        assert len(place.list("_rejected")) == 1
        assert place.location("x").startswith("s3://b")


@needs_server
def test_days_go_from_a_bucket_too(redis_server: RedisServer, bucket: str) -> None:
    place = place_of(bucket)
    for number, back in enumerate((40, 2, 0)):
        add(redis_server, entry(10 * number + 1, 10 * number + 10), at=f"{NOON - back * DAY}-0")
    with bench(place, redis_server, retention_days=30) as b:
        session = b.drain()
        b.clock.now += 61
        session.turn()
        assert [file.date.day for file in listing(place)] == [18, 20]
        assert carried(place)["20261120T100000-9f86d081"].ranges == [(1, 10)]


@needs_server
def test_killed_while_it_writes_to_a_bucket(redis_server: RedisServer, bucket: str, tmp_path: Path) -> None:
    place, log = place_of(bucket), tmp_path / "log"
    options = {"environment": KEYS, "lease": 0.2, "policy": {"run": 3}}
    for attempt in range(4):
        add(redis_server, *(entry(attempt * 30 + n * 3 + 1, attempt * 30 + n * 3 + 5) for n in range(10)))
        child = archiver(bucket, redis_server, log, **options)  # type: ignore[arg-type]
        wait_until(lambda last=attempt * 30 + 32: len(ids(place)) >= last, timeout=30)  # type: ignore[misc]
        child.kill()
        child.wait()
    child = archiver(bucket, redis_server, log, **options)  # type: ignore[arg-type]
    wait_until(lambda: ids(place) == names(range(1, 123)), timeout=30)
    wait_until(lambda: at_work(child, log), timeout=30)
    child.terminate()
    assert child.wait(30) == 0
    assert ids(place, every=True) == names(range(1, 123))
    assert "Traceback" not in log.read_text()


@needs_server
def test_a_bucket_that_cannot_be_reached_is_waited_for(redis_server: RedisServer, tmp_path: Path) -> None:
    add(redis_server, entry(1, 3))
    nowhere = f"s3://bucket/prefix?endpoint_override=127.0.0.1:{free_port()}&scheme=http&region=us-east-1"
    log = tmp_path / "log"
    child = archiver(nowhere, redis_server, log, environment=KEYS)
    health = tmp_path / "archive-state" / "archive.json"
    wait_until(lambda: health.exists() and b"failing" in health.read_bytes(), timeout=60)
    child.terminate()
    assert child.wait(60) == 0
    assert log.read_text().count("nothing is archived") == 1


@pytest.mark.parametrize(
    "url", ["s3://", "ftp://host/x", "s3://key:secret@bucket/x", "s3://bucket/x?password=secret", "http://[/"]
)
def test_a_url_that_cannot_be_used_is_named_without_its_values(url: str) -> None:
    with pytest.raises(DatasetError) as refused:
        place_of(url)
    assert "FOREWARN_DATASET" in str(refused.value)
    assert "expected a folder" in str(refused.value)
    assert "=secret" not in str(refused.value)
    assert "key:" not in str(refused.value)


@pytest.mark.parametrize("path", ["relative/folder", "/an/absolute", "file:///an/absolute"])
def test_a_folder_is_a_folder(path: str) -> None:
    assert isinstance(place_of(path), LocalFolder)


def test_a_bucket_is_not_touched_before_it_is_used() -> None:
    place: Place = place_of("s3://bucket/prefix?endpoint_override=127.0.0.1:1&scheme=http")
    assert isinstance(place, Bucket)
    assert not place.sole


@needs_server
def test_readers_find_rows_of_a_bucket(redis_server: RedisServer, bucket: str) -> None:
    add(redis_server, entry(1, 3))
    with bench(place_of(bucket), redis_server) as b:
        b.drain()
    assert read(place_of(bucket)).num_rows == 3
