"""An archive session with a clock that tests set, and the archiver as a process."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from app.dataset import compaction
from app.dataset.archive_context import ArchiveContext, Pace
from app.dataset.archive_session import ArchiveSession
from app.dataset.archiver_status import ArchiverStatus
from app.dataset.dataset_store import DatasetStore
from app.dataset.expiry import ANNOUNCED
from app.dataset.local_folder import LocalFolder
from app.storage.archive_lease import Lease
from app.storage.archive_marks import ArchiveMarks
from app.storage.event_stream import EventStream
from app.storage.parent_death import end_with_parent
from app.storage.redis_client import connect_sync
from tests.deployment import ROOT
from tests.redis_server import RedisServer


@dataclass
class Clock:
    """Begins with the time: a clock that disagrees with Redis's stops retention."""

    now: float = field(default_factory=time.time)

    def __call__(self) -> float:
        return self.now


@dataclass
class Bench:
    """The context of sessions; `session` starts one, as the archiver does."""

    context: ArchiveContext
    clock: Clock
    status: ArchiverStatus = field(default_factory=ArchiverStatus)

    def session(self) -> ArchiveSession:
        assert self.context.lease.acquire()
        return ArchiveSession(self.context)

    def drain(self, session: ArchiveSession | None = None) -> ArchiveSession:
        """Reads and writes everything in the stream."""
        session = session or self.session()
        while session.turn():
            pass
        session.flush()
        return session

    def keep_house(self, session: ArchiveSession) -> ArchiveSession:
        """A turn in which housekeeping is due."""
        self.clock.now += 61
        session.turn()
        return session


def announced_a_day_ago(store: DatasetStore | Path) -> None:
    """Moves what the dataset has announced into the past: no test can turn Redis's clock."""
    store = LocalFolder(store) if isinstance(store, Path) else store
    with store.open(ANNOUNCED) as source:
        noted = orjson.loads(source.read())
    for day, at in noted["since"].items():
        noted["since"][day] = (datetime.fromisoformat(at) - timedelta(days=1)).isoformat()
    with store.create(ANNOUNCED) as sink:
        sink.write(orjson.dumps(noted))


@contextmanager
def bench(
    store: DatasetStore | Path,
    server: RedisServer,
    *,
    pace: Pace | None = None,
    policy: compaction.Policy = compaction.DEFAULT,
    retention_days: int | None = None,
    owner: str = "tests",
    lease: float = 90.0,
    accepted: date | None = None,
) -> Iterator[Bench]:
    clock = Clock()
    status = ArchiverStatus()
    with connect_sync(server.url) as client:
        context = ArchiveContext(
            store=LocalFolder(store) if isinstance(store, Path) else store,
            stream=EventStream(client),
            lease=Lease(client, owner, lease),
            marks=ArchiveMarks(client),
            status=status,
            pace=pace or Pace(),
            policy=policy,
            retention_days=retention_days,
            clock=clock,
            timer=clock,
            accepted=accepted,
        )
        yield Bench(context, clock, status)
        context.lease.release()


def health(log: Path) -> dict[str, Any]:
    """The health file of the archiver that logs to `log`; empty before there is one."""
    try:
        found: dict[str, Any] = orjson.loads((log.parent / "archive-state" / "archive.json").read_bytes())
        return found
    except FileNotFoundError:
        return {}


def at_work(child: "subprocess.Popen[bytes]", log: Path) -> bool:
    """Whether it runs, so that a signal finds its handler."""
    found = health(log)
    return found.get("pid") == child.pid and found.get("state") == "running"


ARCHIVER = """
import json, logging, os, signal, sys
logging.basicConfig(level="INFO", format="%(levelname)s %(name)s %(message)s")
options = json.loads(sys.argv[1])
die_at, policy, limit = options.pop("die_at"), options.pop("policy"), options.pop("limit")
if ahead := options.pop("clock_ahead"):
    import time
    right, time.time = time.time, lambda: right() + ahead
from pathlib import Path
from app.commands import archive as command
from app.dataset import compaction
PLACES = ("/app/dataset/", "/app/commands/archive", "/app/storage/")
left = die_at or 0
def count(frame, event, argument):
    global left
    if not any(place in frame.f_code.co_filename for place in PLACES):
        return None
    left -= 1
    if left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return count
if limit:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
if die_at:
    sys.settrace(count)
options["state_dir"] = Path(options["state_dir"])
command.run(**options, policy=compaction.Policy(**policy))
"""


def archiver(
    dataset: Path | str,
    server: RedisServer,
    log: Path,
    *,
    die_at: int | None = None,
    policy: dict[str, Any] | None = None,
    limit: int | None = None,
    clock_ahead: float = 0.0,
    environment: dict[str, str] | None = None,
    **options: Any,
) -> "subprocess.Popen[bytes]":
    """Starts an archiver. With `die_at` it kills itself (SIGKILL) before it runs that line of our code.

    Its clock is `clock_ahead` seconds ahead.
    """
    settings = {
        "dataset": str(dataset),
        "redis_url": server.url,
        "state_dir": str(log.parent / "archive-state"),
        "interval": 0.05,
        "housekeeping": 0.05,
        **options,
    }
    arguments = json.dumps(
        {**settings, "die_at": die_at, "clock_ahead": clock_ahead, "policy": policy or {}, "limit": limit}
    )
    with log.open("ab") as file:
        return subprocess.Popen(
            [sys.executable, "-c", ARCHIVER, arguments],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=file,
            stderr=file,
            preexec_fn=end_with_parent(),
        )
