"""The same dataset in an S3 bucket, over real HTTP."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.commands import archive
from app.dataset.archive_context import Pace
from app.dataset.bucket import Bucket
from app.dataset.dataset_errors import DatasetError
from app.dataset.dataset_store import DatasetStore
from app.dataset.dataset_url import store_of
from app.dataset.file_listing import every_file, listing
from app.dataset.local_folder import LocalFolder
from app.dataset.retention import carried
from app.dataset.stream_gaps import gaps
from tests.dataset.events import NOON, SEGMENT, add, days_ago, entry, ids, length, marks, names, read, send_again
from tests.dataset.sessions import announced_a_day_ago, archiver, at_work, bench, health
from tests.deployment import free_port
from tests.redis_server import RedisServer
from tests.s3_server import KEYS, S3Server, needs_s3
from tests.waiting import wait_until

HOUR = 3600 * 1000


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3"))
    yield server
    server.close()


@pytest.fixture
def bucket(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a prefix in a new bucket."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    name = f"b{secrets.token_hex(8)}"
    s3.make_bucket(name)
    return f"s3://{name}/some/prefix?{s3.options}"


@needs_s3
def test_the_archive_in_a_bucket(redis_server: RedisServer, bucket: str) -> None:
    store = store_of(bucket)
    with bench(store, redis_server, pace=Pace(events=10)) as b:
        for number in range(40):
            add(redis_server, entry(number * 10 + 1, number * 10 + 12), at=f"{NOON - 24 * HOUR + number}-0")
        add(redis_server, {"not": "ours"}, entry(1, 420))
        session = b.drain()
        assert ids(store) == names(range(1, 413 + 8))
        session.close(drain=True)
        assert len(every_file(store)) < 5
        assert ids(store, every=True) == names(range(1, 421))
        send_again(redis_server, entry(1, 430))
        b.drain()
        assert ids(store) == names(range(1, 431))
        assert marks(redis_server) == {"20261120T100000-9f86d081": 430}
        assert len(gaps(store)) == 1
        assert len(store.list("_rejected")) == 1
        assert store.location("x").startswith("s3://b")


@needs_s3
def test_days_go_from_a_bucket_too(redis_server: RedisServer, bucket: str) -> None:
    store = store_of(bucket)
    days = [days_ago(redis_server, back, 10 * number + 1, 10 * number + 10) for number, back in enumerate((40, 20, 1))]
    with bench(store, redis_server, retention_days=30) as b:
        session = b.keep_house(b.drain())
        assert [file.date.isoformat() for file in listing(store)] == days, "announced only"
        announced_a_day_ago(store)
        b.keep_house(session)
        assert [file.date.isoformat() for file in listing(store)] == days[1:]
        assert carried(store)["20261120T100000-9f86d081"].ranges == [(1, 10)]


@needs_s3
def test_killed_while_it_writes_to_a_bucket(redis_server: RedisServer, bucket: str, tmp_path: Path) -> None:
    store, log = store_of(bucket), tmp_path / "log"
    options = {"environment": KEYS, "lease": 0.2, "policy": {"run": 3}}
    for attempt in range(4):
        add(redis_server, *(entry(attempt * 30 + n * 3 + 1, attempt * 30 + n * 3 + 5) for n in range(10)))
        child = archiver(bucket, redis_server, log, **options)  # type: ignore[arg-type]  # options of several types
        wait_until(lambda last=attempt * 30 + 32: len(ids(store)) >= last, timeout=30)  # type: ignore[misc]  # mypy infers no type for a lambda with a default
        child.kill()
        child.wait()
    child = archiver(bucket, redis_server, log, **options)  # type: ignore[arg-type]  # options of several types
    wait_until(lambda: ids(store) == names(range(1, 123)), timeout=30)
    wait_until(lambda: at_work(child, log), timeout=30)
    child.terminate()
    assert child.wait(30) == 0
    assert ids(store, every=True) == names(range(1, 123))
    assert "Traceback" not in log.read_text()


@needs_s3
def test_while_the_store_is_away_nothing_is_trimmed_and_nothing_is_lost(
    redis_server: RedisServer, s3: S3Server, bucket: str, tmp_path: Path
) -> None:
    with redis_server.client() as client:
        hour_ago = client.time()[0] * 1000 - HOUR
    log = tmp_path / "log"
    child = archiver(bucket, redis_server, log, environment=KEYS)
    add(redis_server, entry(1, 5), entry(6, 9), at=f"{hour_ago}-*")
    wait_until(lambda: marks(redis_server) == {SEGMENT: 9}, timeout=30)
    wait_until(lambda: length(redis_server) == 1, timeout=30)
    s3.vanish()
    try:
        add(redis_server, entry(10, 20), entry(21, 30), at=f"{hour_ago + 1}-*")
        wait_until(lambda: health(log)["failures"] >= 2, timeout=30)
        assert "some/prefix at 127.0.0.1" in health(log)["error"]
        assert length(redis_server) == 3
        assert marks(redis_server) == {SEGMENT: 9}
    finally:
        s3.return_()
    wait_until(lambda: marks(redis_server) == {SEGMENT: 30}, timeout=30)
    wait_until(lambda: length(redis_server) == 1, timeout=30)
    child.terminate()
    assert child.wait(30) == 0
    assert ids(store_of(bucket), every=True) == names(range(1, 31))
    found = [line for line in log.read_text().splitlines() if "nothing is archived" in line or "archived again" in line]
    assert len(found) == 2, found


@needs_s3
def test_a_bucket_that_is_not_there_is_no_empty_one(redis_server: RedisServer, s3: S3Server, bucket: str) -> None:
    missing = store_of(f"s3://no-such-bucket/prefix?{s3.options}")
    assert listing(store_of(bucket)) == []
    with pytest.raises(FileNotFoundError, match="there is no such bucket"):
        listing(missing)
    with bench(missing, redis_server) as b, pytest.raises(FileNotFoundError, match="there is no such bucket"):
        b.session()


@needs_s3
def test_once_says_which_place_failed(
    redis_server: RedisServer, s3: S3Server, bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody-else")
    add(redis_server, entry(1, 3))
    name = bucket.partition("?")[0]
    with s3.checking_keys(), pytest.raises(DatasetError) as refused:
        archive.run(dataset=bucket, redis_url=redis_server.url, state_dir=tmp_path, once=True)
    assert f"the rest stays in the stream: {name} at {s3.endpoint}: " in str(refused.value)
    assert "INVALID_ACCESS_KEY_ID" in str(refused.value)
    assert "somebody-else" not in str(refused.value)
    assert length(redis_server) == 1


@needs_s3
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
        store_of(url)
    assert "FOREWARN_DATASET" in str(refused.value)
    assert "expected a folder" in str(refused.value)
    assert "=secret" not in str(refused.value)
    assert "key:" not in str(refused.value)


@pytest.mark.parametrize("path", ["relative/folder", "/an/absolute", "file:///an/absolute"])
def test_a_folder_is_a_folder(path: str) -> None:
    assert isinstance(store_of(path), LocalFolder)


def test_a_bucket_is_not_touched_before_it_is_used() -> None:
    store: DatasetStore = store_of("s3://bucket/prefix?endpoint_override=127.0.0.1:1&scheme=http")
    assert isinstance(store, Bucket)
    assert not store.sole


@needs_s3
def test_readers_find_rows_of_a_bucket(redis_server: RedisServer, bucket: str) -> None:
    add(redis_server, entry(1, 3))
    with bench(store_of(bucket), redis_server) as b:
        b.drain()
    assert read(store_of(bucket)).num_rows == 3
