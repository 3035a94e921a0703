"""`forewarn archive`, put together."""

import logging
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from types import FrameType

from prometheus_client import start_http_server

from app.dataset import archiver_status, compaction
from app.dataset.archive_session import HOUSEKEEPING, INTERVAL, Pace, Tools
from app.dataset.archiver import Archiver
from app.dataset.archiver_status import Status
from app.dataset.dataset_errors import DatasetError
from app.dataset.dataset_store import place_of
from app.storage.archive_lease import Lease
from app.storage.archive_marks import ArchiveMarks
from app.storage.event_stream import EventStream
from app.storage.redis_client import connect_sync

logger = logging.getLogger(__name__)

# A holder renews it at each turn; a file is sent within two tries of 30 s at most, a merge renews it by the row group.
LEASE = 90.0


def run(
    *,
    dataset: str,
    redis_url: str,
    state_dir: Path,
    retention_days: int | None = None,
    interval: float = INTERVAL,
    once: bool = False,
    metrics_port: int | None = None,
    lease: float = LEASE,
    policy: compaction.Policy = compaction.DEFAULT,
    housekeeping: float = HOUSEKEEPING,
) -> Status:
    """Until SIGTERM or SIGINT, or with `once` until the stream is written. Raises ForewarnError."""
    place = place_of(dataset)
    health = Status()
    with ExitStack() as closing:
        client = closing.enter_context(connect_sync(redis_url))

        def tools(name: str) -> Tools:
            return Tools(
                place=place,
                stream=EventStream(client),
                lease=Lease(client, name, lease),
                marks=ArchiveMarks(client),
                status=health,
                pace=Pace(interval=interval, housekeeping=housekeeping),
                policy=policy,
                retention_days=retention_days,
                clock=time.time,
            )

        archiver = Archiver(place, tools, health, state_dir)
        if once:
            archiver.drain()
        else:
            if metrics_port is not None:
                closing.enter_context(_metrics(health, metrics_port))
            archiver.run(_stop_on_signals())
    return health


@contextmanager
def _metrics(health: Status, port: int) -> Iterator[None]:
    try:
        server, thread = start_http_server(port, registry=archiver_status.registry(health))
    except OSError as error:
        raise DatasetError(f"Cannot serve metrics on port {port}: {error.strerror}") from error
    yield
    server.shutdown()
    server.server_close()
    thread.join()


def _stop_on_signals() -> Event:
    stopping = Event()

    def stop(_: int, __: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopping
