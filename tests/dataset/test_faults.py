"""Full disks, a second archiver, and signals."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.dataset.archive_context import Pace
from app.dataset.archive_session import FILE
from app.dataset.file_listing import listing
from app.dataset.local_folder import LocalFolder
from app.storage.archive_lease import LeaseLost
from tests.dataset.events import EPOCH, NOON, SEGMENT, add, entry, ids, length, marks, names
from tests.dataset.sessions import archiver, at_work, bench, health
from tests.deployment import FIXTURE
from tests.redis_server import RedisServer
from tests.waiting import wait_until


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return tmp_path / "dataset"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "archiver.log"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = os.geteuid() == 0 and not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=False, capture_output=True
    ).returncode  # fmt: skip
    if not mounted:
        pytest.skip("a small file system can only be mounted by root; RLIMIT_FSIZE is tested instead")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_on_a_full_disk_it_waits_says_so_once_and_goes_on(
    redis_server: RedisServer, small_disk: Path, log: Path
) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 240_000)
    hour_ago = f"{int(datetime.now(UTC).timestamp() * 1000) - 3_600_000}-*"
    for first in range(1, 2001, 500):
        add(redis_server, entry(first, first + 499), at=hour_ago)
    child = archiver(small_disk / "dataset", redis_server, log)
    wait_until(lambda: health(log).get("state") == "failing", timeout=30)
    wait_until(lambda: health(log)["failures"] > 3, timeout=30)
    assert "No space left" in str(health(log)["error"])
    assert length(redis_server) == 4, "nothing is trimmed"
    assert marks(redis_server) == {}
    ballast.unlink()
    wait_until(lambda: marks(redis_server) == {SEGMENT: 2000}, timeout=30)
    wait_until(lambda: length(redis_server) == 1, timeout=30)
    child.terminate()
    assert child.wait(30) == 0
    assert ids(small_disk / "dataset") == names(range(1, 2001))
    found = [line for line in log.read_text().splitlines() if "nothing is archived" in line or "archived again" in line]
    assert len(found) == 2, found


def test_a_file_that_may_not_grow_is_a_full_disk(redis_server: RedisServer, dataset: Path, log: Path) -> None:
    add(redis_server, entry(1, 500))
    child = archiver(dataset, redis_server, log, limit=4000)
    wait_until(lambda: health(log).get("state") == "failing", timeout=30)
    child.terminate()
    assert child.wait(30) == 0, log.read_text()
    assert ids(dataset) == []
    assert not list((dataset / "_tmp").glob("*"))
    with bench(dataset, redis_server) as b:
        b.drain()
    assert ids(dataset) == names(range(1, 501))


def test_a_damaged_file_is_named_until_it_is_whole_again(redis_server: RedisServer, dataset: Path, log: Path) -> None:
    add(redis_server, entry(1, 500))
    with bench(dataset, redis_server) as b:
        b.drain()
    (file,) = dataset.glob("date=*/*.parquet")
    whole = file.read_bytes()
    file.write_bytes(whole[:1_000])
    add(redis_server, entry(1, 900))
    assert archiver(dataset, redis_server, log, once=True).wait(30) != 0
    child = archiver(dataset, redis_server, log)
    wait_until(lambda: health(log).get("state") == "failing", timeout=30)
    assert f"{file.parent.name}/{file.name} is damaged" in str(health(log)["error"])
    file.write_bytes(whole)
    wait_until(lambda: marks(redis_server) == {SEGMENT: 900}, timeout=30)
    child.terminate()
    assert child.wait(30) == 0
    assert ids(dataset) == names(range(1, 901))


def test_sigterm_writes_what_was_read(redis_server: RedisServer, dataset: Path, log: Path) -> None:
    child = archiver(dataset, redis_server, log, interval=1000.0)
    add(redis_server, entry(1, 500))
    wait_until(lambda: health(log).get("behind_seconds", 0) > 0, timeout=30)
    assert ids(dataset) == []
    child.send_signal(signal.SIGTERM)
    assert child.wait(30) == 0
    assert ids(dataset) == names(range(1, 501))
    assert health(log)["state"] == "stopped"


def test_once_drains_and_ends(redis_server: RedisServer, dataset: Path, log: Path) -> None:
    add(redis_server, entry(1, 500), entry(400, 900))
    assert archiver(dataset, redis_server, log, once=True).wait(30) == 0
    assert ids(dataset) == names(range(1, 901))


def test_once_waits_for_no_other_archiver(redis_server: RedisServer, dataset: Path, log: Path) -> None:
    """It exits with 1 and one line with the reason, for a scheduler; the other's health file is left alone."""
    child = archiver(dataset, redis_server, log)
    wait_until(lambda: at_work(child, log), timeout=30)
    for store, why in (
        (dataset, f"at work on {dataset};"),
        (dataset.with_name("other"), "at work on this Redis, or"),
    ):
        settings = {
            "FOREWARN_DATASET": str(store),
            "FOREWARN_REDIS_URL": redis_server.url,
            "FOREWARN_STATE_DIR": str(log.parent / "archive-state"),
        }
        done = subprocess.run(
            [sys.executable, "-m", "app", "archive", "--once"],
            cwd=FIXTURE,
            env=os.environ | settings,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout) == (1, "")
        [line] = done.stderr.splitlines()
        assert line.startswith(f"forewarn: Another archiver is {why}")
        assert health(log)["pid"] == child.pid
    child.terminate()
    assert child.wait(30) == 0


def test_a_second_archiver_stands_by_and_takes_over(redis_server: RedisServer, dataset: Path, tmp_path: Path) -> None:
    logs = [tmp_path / "a" / "log", tmp_path / "b" / "log"]
    for log in logs:
        log.parent.mkdir()
    first = archiver(dataset, redis_server, logs[0])
    add(redis_server, entry(1, 5))
    wait_until(lambda: len(ids(dataset)) == 5, timeout=30)
    second = archiver(dataset, redis_server, logs[1])
    wait_until(lambda: health(logs[1]).get("state") == "standby", timeout=30)
    first.kill()
    first.wait()
    add(redis_server, entry(4, 9))
    wait_until(lambda: len(ids(dataset)) == 9, timeout=30)
    second.terminate()
    assert second.wait(30) == 0


def test_two_archivers_of_two_datasets_do_not_trim_each_other_s_stream(
    redis_server: RedisServer, dataset: Path, tmp_path: Path
) -> None:
    with bench(dataset, redis_server, owner="one") as one, bench(tmp_path / "other", redis_server, owner="two") as two:
        assert one.context.lease.acquire()
        assert not two.context.lease.acquire()


class Frozen(LocalFolder):
    """A store as slow as an object store can be: `meanwhile` runs before the file appears."""

    sole = False

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.meanwhile: Callable[[], None] | None = None

    def create(self, path: str):  # type: ignore[no-untyped-def]  # Arrow's handler has no types
        meanwhile, self.meanwhile = self.meanwhile, None
        context = super().create(path)
        if meanwhile:
            meanwhile()
        return context


@pytest.mark.parametrize("taken_over", [1, 3])
def test_a_holder_that_was_stopped_in_the_middle_of_a_write_repeats_nothing(
    redis_server: RedisServer, dataset: Path, taken_over: int
) -> None:
    """Its successor writes the file under the announced name, so the late write changes nothing."""
    slow = Frozen(dataset)
    with (
        bench(slow, redis_server, owner="slow", lease=0.0) as one,
        bench(dataset, redis_server, owner="swift", pace=Pace(events=2)) as two,
    ):
        add(redis_server, entry(1, 3), entry(2, 6))
        stopped = one.session()
        stopped.turn()

        def successor() -> None:
            for number in range(taken_over):
                add(redis_server, entry(5 + number, 9 + number))
            two.drain()
            assert two.context.lease.announced(FILE)

        slow.meanwhile = successor
        stopped.flush()
        with pytest.raises(LeaseLost):
            stopped.turn()
    assert ids(dataset) == names(range(1, 10 + taken_over - 1))
    assert ids(dataset, every=True) == ids(dataset)


def test_an_announcement_of_another_dataset_is_not_followed(redis_server: RedisServer, dataset: Path) -> None:
    add(redis_server, entry(1, 2), entry(3, 4))
    with bench(dataset, redis_server, pace=Pace(events=1)) as b:
        assert b.context.lease.acquire()
        b.context.lease.keep(file=f"date=2026-11-20/{EPOCH}-{NOON}_0-{NOON * 2}_0.parquet")
        b.drain()
    assert len(listing(LocalFolder(dataset))) == 2
