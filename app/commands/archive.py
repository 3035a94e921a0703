"""`forewarn archive`: writes the event stream to the Parquet dataset."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import click
from prometheus_client import start_http_server

from app import logs, settings
from app.commands.options import PORT, keep_files_private
from app.commands.stop_signals import stop_on_signals
from app.dataset import archiver_status, compaction
from app.dataset.archive_context import HOUSEKEEPING, INTERVAL, ArchiveContext, Pace
from app.dataset.archiver import Archiver
from app.dataset.archiver_status import ArchiverStatus
from app.dataset.dataset_errors import DatasetError
from app.dataset.dataset_url import store_of
from app.storage.archive_lease import Lease
from app.storage.archive_marks import ArchiveMarks
from app.storage.event_stream import EventStream
from app.storage.redis_client import connect_sync

# Seconds. The holder renews it every interval, and during a merge with every row group. Sending a file takes two tries
# of 30 s at most.
LEASE = 90.0

ACCEPT = "Let days before DATE go, however many FOREWARN_RETENTION_DAYS drops together."


@click.command()
@click.option("--interval", type=click.FloatRange(0.1, 300), default=5.0, show_default=True, help="Seconds per file.")
@click.option("--once", is_flag=True, help="Write what the stream holds and exit; exit 1 if another archiver runs.")
@click.option("--metrics-host", default="127.0.0.1", show_default=True, help="Address of the metrics port.")
@click.option("--metrics-port", type=PORT, help="Serve Prometheus metrics on this port.")
@click.option("--accept", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help=ACCEPT)
def archive(
    interval: float, metrics_host: str, metrics_port: int | None, accept: datetime | None, *, once: bool
) -> None:
    """Write the event stream to the Parquet dataset until SIGTERM.

    FOREWARN_DATASET is a folder or an object store URL; FOREWARN_RETENTION_DAYS drops old days. A second archiver
    stands by until the first has ended; with --once it exits with code 1. docs/dataset.md describes files and columns.
    """
    keep_files_private()
    loaded = settings.load(logs.configure)
    accepted = _accepted(accept, loaded.retention_days)
    done = run(
        dataset=loaded.dataset_place,
        redis_url=settings.redis_url(loaded),
        state_dir=loaded.state_dir,
        retention_days=loaded.retention_days,
        interval=interval,
        once=once,
        metrics=(metrics_host, metrics_port) if metrics_port else None,
        accepted=accepted,
    )
    if once:
        click.echo(f"Archived {done.events:,} events to {loaded.dataset_place}")
        if done.retention:
            raise DatasetError(done.retention)


def run(
    *,
    dataset: str,
    redis_url: str,
    state_dir: Path,
    retention_days: int | None = None,
    interval: float = INTERVAL,
    once: bool = False,
    metrics: tuple[str, int] | None = None,
    lease: float = LEASE,
    policy: compaction.Policy = compaction.DEFAULT,
    housekeeping: float = HOUSEKEEPING,
    accepted: date | None = None,
) -> ArchiverStatus:
    """Runs until SIGTERM or SIGINT, or with `once` until the stream is written. Raises ForewarnError."""
    store = store_of(dataset)
    health = ArchiverStatus()
    with ExitStack() as closing:
        client = closing.enter_context(connect_sync(redis_url))

        def context(name: str) -> ArchiveContext:
            return ArchiveContext(
                store=store,
                stream=EventStream(client),
                lease=Lease(client, name, lease),
                marks=ArchiveMarks(client),
                status=health,
                pace=Pace(interval=interval, housekeeping=housekeeping),
                policy=policy,
                retention_days=retention_days,
                clock=time.time,
                timer=time.monotonic,
                accepted=accepted,
            )

        archiver = Archiver(store, context, health, state_dir)
        if once:
            archiver.drain()
        else:
            stopping = closing.enter_context(stop_on_signals())
            if metrics is not None:
                closing.enter_context(_metrics(health, *metrics))
            archiver.run(stopping)
    return health


def _accepted(accept: datetime | None, retention_days: int | None) -> date | None:
    """Raises UsageError if it cannot be meant."""
    if accept is None:
        return None
    if retention_days is None:
        raise click.UsageError("--accept lets days go that FOREWARN_RETENTION_DAYS drops, and that is not set")
    today = datetime.now(UTC).date()
    if accept.date() > today:
        raise click.UsageError(f"--accept {accept.date()} is to come: it would let days go that nobody has seen yet")
    return accept.date()


@contextmanager
def _metrics(health: ArchiverStatus, host: str, port: int) -> Iterator[None]:
    try:
        server, thread = start_http_server(port, host, registry=archiver_status.registry(health))
    except OSError as error:
        raise DatasetError(f"Cannot serve metrics on {host}, port {port}: {error.strerror}") from error
    yield
    server.shutdown()
    server.server_close()
    thread.join()
