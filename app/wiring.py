"""Builds every long-lived object of a worker, and closes them in reverse order."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from starlette.types import ASGIApp

from app.api import service_app
from app.api.connection_limits import LIMITS, ConnectionLimits
from app.api.fast_lane import LANE, FastLane
from app.api.handlers import Counters, Handlers
from app.api.health import HEALTH, Health, JournalState, RedisState
from app.api.metrics import SETTLE_EVERY, Metrics
from app.api.reloading_keys import Keys
from app.api.withdrawal_routes import WithdrawalPath
from app.journal.cancel_and_wait import cancel_and_wait
from app.journal.journal import Journal
from app.journal.shipper import Shipper
from app.service.active_rulebook import NEVER, ActiveRulebook
from app.service.api_keys import Client, KeyRing
from app.service.assessment import Assessor
from app.service.bundle_follower import Follower
from app.service.identity import Identity
from app.service.outcome_recording import Outcomes
from app.settings import Settings, redis_url, secret
from app.storage.bundle_source import BundleSource
from app.storage.event_sink import EventSink
from app.storage.key_file import KeyFile
from app.storage.last_good import LastGood
from app.storage.redis_client import connect, connect_listener

log = logging.getLogger(__name__)

# How often housekeeping checks the key file and sets the gauges, in seconds.
HOUSEKEEPING = 1.0

# How long a stopping worker may ship its events, in seconds.
DRAIN = 10.0


class KeyFileRing:
    """The key file as `Keys` reads it."""

    def __init__(self, path: Path) -> None:
        self._file = KeyFile(path)

    def signature(self) -> object:
        return self._file.signature()

    def ring(self) -> KeyRing:
        return KeyRing(
            {record.sha256: Client(record.owner, frozenset(record.scopes), record.test) for record in self._file.read()}
        )


@dataclass(frozen=True, slots=True)
class Worker:
    """The long-lived objects of one worker process."""

    active: ActiveRulebook
    keys: Keys
    metrics: Metrics
    journal: Journal
    settings: Settings
    limits: ConnectionLimits

    def journal_state(self, shipper: Shipper | None) -> JournalState:
        journal, segments = self.journal, shipper.segments if shipper else None
        disk = journal.disk
        return JournalState(
            writable=journal.writable,
            waiting=journal.waiting,
            lost=journal.lost,
            unshipped=shipper.backlog_lines if shipper else 0,
            folder_bytes=journal.folder_bytes,
            free_bytes=disk.free if disk else None,
            almost_full=disk is not None and disk.short,
            unreadable=len(segments.unreadable.reasons) if segments else 0,
            unreadable_bytes=segments.unreadable.size if segments else 0,
            quarantined=segments.damaged() if segments else 0,
            quarantined_bytes=segments.quarantine.held.size if segments else 0,
            foreign=len(segments.foreign.names) if segments else 0,
            last_error=journal.error or (segments.unreadable.error if segments else None),
        )

    def set_gauges(self, shipper: Shipper | None) -> None:
        """Call it on the event loop only, because a counter is raised by its gain since the last call."""
        if shipper is None:
            return
        active, metrics, segments = self.active, self.metrics, shipper.segments
        journal = self.journal_state(shipper)
        metrics.settle()
        rulebook = active.rulebook
        confirmed = active.confirmed_at
        for name, value in {
            "ready": float(rulebook is not None),
            "stale": float(active.stale),
            "rules": float(len(rulebook.by_id)) if rulebook else 0.0,
            "bundle_confirmed_age_seconds": -1.0 if confirmed == NEVER else active.clock() - confirmed,
            "connections": float(self.limits.open),
            "redis_up": float(shipper.connected),
            "journal_writable": float(journal.writable),
            "journal_bytes": float(journal.folder_bytes),
            "journal_free_bytes": -1.0 if journal.free_bytes is None else float(journal.free_bytes),
            "journal_unreadable_segments": float(journal.unreadable),
            "journal_unreadable_bytes": float(journal.unreadable_bytes),
            "journal_quarantine_segments": float(journal.quarantined),
            "journal_quarantine_bytes": float(journal.quarantined_bytes),
            "journal_foreign_files": float(journal.foreign),
            "events_waiting": float(journal.waiting),
            "events_unshipped": float(journal.unshipped),
        }.items():
            metrics.set(name, value)
        metrics.count_to("events_lost", journal.lost)
        metrics.count_to("events_shipped", shipper.shipped_lines)
        metrics.count_to("journal_segments_evicted", segments.evicted)
        metrics.count_to("journal_segments_quarantined", segments.quarantine.taken)
        metrics.count_to("journal_lines_corrupt", segments.quarantine.corrupt)
        metrics.count_to("bundles_refused", active.refused)

    def close_journal(self) -> None:
        """What only memory holds is lost here, and counted; what is on disk is another worker's now."""
        self.journal.close()
        self.metrics.count_to("events_lost", self.journal.lost)
        self.metrics.retire()


def service(
    settings: Settings, metrics_folder: Path, worker_count: int, stopping: Callable[[], bool] = lambda: False
) -> ASGIApp:
    """The decision API of one worker. Before its lifespan it opens nothing but the key file and the metrics.

    Its lifespan hands the fast lane to `FastLaneProtocol`. Under any other protocol FastAPI's own routes answer
    everything, with the same bytes.
    """
    identity = Identity(secret(settings), settings.secret_previous)
    url = redis_url(settings)
    active = ActiveRulebook(settings.stale_after, time.monotonic)
    metrics = Metrics(metrics_folder)
    keys = Keys(KeyFileRing(settings.keys_path))
    most, buffered = settings.journal_max_bytes, settings.event_buffer
    journal = Journal(settings.state_dir, max_bytes=most, workers=worker_count, buffer_limit=buffered)
    journal.lost = metrics.lost_before
    assessor, outcomes = Assessor(identity, active, time.time), Outcomes(identity, journal, time.time)
    handlers = Handlers(assessor, journal, outcomes, Counters(metrics.assessed, metrics.outcome))
    lane = FastLane(handlers, keys, metrics.observe, time.perf_counter)
    limits = ConnectionLimits(settings.max_connections, settings.request_seconds, metrics.refused)
    worker = Worker(active, keys, metrics, journal, settings, limits)
    running: list[Shipper] = []
    health = Health(
        active,
        keys,
        lambda: worker.journal_state(shipper_now()),
        lambda: redis_state(shipper_now(), active),
        stopping,
    )

    def shipper_now() -> Shipper | None:
        return running[0] if running else None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, FastLane | ConnectionLimits | Health]]:
        async with run(worker, url) as shipper:
            running.append(shipper)
            yield {LANE: lane, LIMITS: limits, HEALTH: health}

    return service_app.build(
        path=WithdrawalPath(handlers, keys, metrics.observe, time.perf_counter),
        keys=keys,
        active=active,
        health=health,
        set_gauges=lambda: worker.set_gauges(shipper_now()),
        metrics_page=metrics.page,
        clock=time.time,
        lifespan=lifespan,
    )


def redis_state(shipper: Shipper | None, active: ActiveRulebook) -> RedisState:
    return RedisState(shipper is not None and shipper.connected, (shipper and shipper.last_error) or active.error)


@asynccontextmanager
async def run(worker: Worker, url: str) -> AsyncIterator[Shipper]:
    """Opens the worker: rules first, then the background tasks. On closing it ships its events, within 10 s."""
    async with AsyncExitStack() as closing:
        client = connect(url)
        closing.push_async_callback(client.aclose)
        listener = connect_listener(url)
        closing.push_async_callback(listener.aclose)
        source, last_good = BundleSource(client, listener), LastGood(worker.settings.state_dir)
        follower = Follower(source, last_good, worker.active, worker.settings.poll_seconds)
        await follower.start()
        closing.callback(worker.close_journal)
        shipper = Shipper(worker.journal, EventSink(client))
        shipper.start()
        closing.push_async_callback(shipper.drain, DRAIN)
        loops = {"follower": follower.run, "housekeeping": _housekeeping(worker, shipper)}
        for name, loop in {**loops, "tally": _settling(worker.metrics)}.items():
            closing.push_async_callback(cancel_and_wait, asyncio.create_task(_kept_up(name, loop)))
        closing.callback(worker.metrics.settle)
        yield shipper


def _housekeeping(worker: Worker, shipper: Shipper) -> Callable[[], Coroutine[None, None, None]]:
    async def keep() -> None:
        while True:
            worker.keys.refresh()
            worker.set_gauges(shipper)
            await asyncio.sleep(HOUSEKEEPING)

    return keep


def _settling(metrics: Metrics) -> Callable[[], Coroutine[None, None, None]]:
    async def settle() -> None:
        while True:
            metrics.settle()
            await asyncio.sleep(SETTLE_EVERY)

    return settle


async def _kept_up(name: str, run_it: Callable[[], Coroutine[None, None, None]]) -> None:
    """Runs a background loop for ever. A fault in it is logged, and it starts again."""
    while True:
        try:
            await run_it()
        except Exception:
            log.exception("The %s stopped by a fault of our own; it starts again", name)
        await asyncio.sleep(1.0)
