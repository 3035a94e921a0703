"""`forewarn console`, `forewarn report` and `forewarn sql`, put together."""

import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import orjson
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from app.api.reloading_keys import Keys
from app.console import console_app
from app.console.fold_keeper import FoldKeeper
from app.console.login_sessions import LoginSessions
from app.console.principal import Authenticator
from app.console.published_rules import PublishedRules
from app.console.query_pool import QueryPool
from app.console.reports_api import data_of, work_of
from app.dataset.dataset_errors import DatasetError, told
from app.dataset.dataset_store import SETTING, place_of
from app.dataset.recorded_events import DatasetUnreadable, DataSource, RecordedEvents, naming_damage
from app.dataset.stream_gaps import SAYS
from app.reports import analyst_sql, answer_export, answer_text
from app.reports.event_connection import open_events
from app.reports.question import question
from app.storage.bundle_store import BundleStore
from app.storage.event_stream import EventStream
from app.storage.last_good import LastGood
from app.storage.redis_client import connect_sync

log = logging.getLogger(__name__)

CACHE = "console"


@contextmanager
def data_source(dataset: str, redis_url: str | None, state_dir: Path) -> Iterator[DataSource]:
    """The dataset and, with a Redis, what is not in it yet. Raises ForewarnError."""
    with ExitStack() as closing:
        client = closing.enter_context(connect_sync(redis_url)) if redis_url else None
        yield DataSource(place_of(dataset), EventStream(client) if client else None, cache=state_dir / CACHE)


@contextmanager
def rules_in_force(redis_url: str | None, state_dir: Path) -> Iterator[PublishedRules]:
    """The rules that Redis names. Raises ForewarnError."""
    with ExitStack() as closing:
        client = closing.enter_context(connect_sync(redis_url)) if redis_url else None
        yield PublishedRules(BundleStore(client) if client else None, LastGood(state_dir), monotonic)


def console(source: DataSource, rules: PublishedRules, keys: Keys) -> ASGIApp:
    """The console as an ASGI application. It closes its threads, not its sources."""
    queries = QueryPool(source)
    folds = FoldKeeper(source)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        folds.start()
        try:
            yield
        finally:
            folds.stop()
            queries.close()

    return console_app.build(
        authenticator=Authenticator(keys, LoginSessions(monotonic)),
        queries=queries,
        rules=rules,
        ready=lambda: readiness(source, keys),
        lifespan=lifespan,
    )


def readiness(source: DataSource, keys: Keys) -> dict[str, object]:
    """Not ready without the dataset; degraded, and still answering, without Redis."""
    try:
        data = source.current()
    except DatasetUnreadable as error:
        return {"status": "not ready", "reasons": [str(error)]}
    reasons = [
        reason
        for reason, holds in {
            f"figures are of the dataset only: {data.live_error}": data.live_error is not None,
            "the archiver is far behind": not data.complete,
            "the stream lost entries before they were archived": bool(data.gaps),
            "the key file cannot be used": keys.error is not None,
        }.items()
        if holds
    ]
    archived_to = data.archived_to.isoformat() if data.archived_to else None
    return {"status": "degraded" if reasons else "ready", "reasons": reasons, "archived_to": archived_to}


def serve(
    *,
    host: str,
    port: int,
    dataset: str,
    redis_url: str | None,
    state_dir: Path,
    keys: Keys,
    trusted_proxies: str = "127.0.0.1",
) -> None:
    """Until SIGTERM or SIGINT. Raises ForewarnError."""
    with data_source(dataset, redis_url, state_dir) as source, rules_in_force(redis_url, state_dir) as rules:
        uvicorn.run(
            console(source, rules, keys),
            host=host,
            port=port,
            loop="uvloop",
            http="httptools",
            lifespan="on",
            access_log=False,
            log_config=None,
            server_header=False,
            forwarded_allow_ips=trusted_proxies,
            timeout_graceful_shutdown=5,
        )


def report(
    *,
    dataset: str,
    redis_url: str | None,
    state_dir: Path,
    asked: Mapping[str, str | Sequence[str]],
    form: str = "text",
) -> str | bytes:
    """The answer to a question as text, json, csv or parquet. Raises ForewarnError."""
    built = question(asked, datetime.now(UTC))
    with data_source(dataset, redis_url, state_dir) as source:
        data = recorded(source, dataset, redis_url)
        with naming_damage(data), open_events(data.sources) as events:
            found = work_of(built, None)(events, data)
    if form == "json":
        return orjson.dumps(answer_export.as_dict(found) | {"data": data_of(data)}, option=orjson.OPT_INDENT_2).decode()
    if form == "csv":
        return answer_export.as_csv(found)
    if form == "parquet":
        return answer_export.as_parquet(found)
    return "\n".join([answer_text.as_text(found), *(f"* {line}" for line in read_from(data))])


def query(
    *, dataset: str, redis_url: str | None, state_dir: Path, text: str, timeout: float, limit: int
) -> analyst_sql.Result:
    """The result of one SELECT. Raises ForewarnError."""
    with data_source(dataset, redis_url, state_dir) as source:
        return analyst_sql.run(text, recorded(source, dataset, redis_url).sources, timeout=timeout, limit=limit)


def recorded(source: DataSource, dataset: str, redis_url: str | None) -> RecordedEvents:
    """What there is to ask, with a warning of what is missing. Raises ForewarnError where there is nothing at all."""
    try:
        data = source.read()
    except OSError as error:
        raise DatasetError(f"The dataset cannot be read: {told(place_of(dataset).name, error)}") from error
    if data.archived_to is None:
        nothing = f"{SETTING}: no files of a dataset in {place_of(dataset).name}"
        if not data.live_events:
            raise DatasetError(f"{nothing}, and {data.live_error or 'the stream has no events'}")
        log.warning("%s; what follows is of the stream only", nothing)
    if data.live_error and redis_url:
        log.warning("Without the newest events: %s", data.live_error)
    return data


def read_from(data: RecordedEvents) -> Iterator[str]:
    """How far what was read goes, in lines."""
    known = data_of(data)
    dataset = f"the dataset, which goes to {known['archived_to']}" if data.archived_to else "no dataset"
    stream = f"not the stream ({data.live_error})" if data.live_error else f"the stream ({data.live_events:,} events)"
    yield f"Read at {known['as_of']}: {dataset}; {stream}."
    if not data.complete:
        yield "The archiver is far behind: the newest events are not in it."
    for lost, says in zip(known["gaps"], (SAYS[gap.kind] for gap in data.gaps), strict=True):
        entries = "" if lost["entries"] is None else f", {lost['entries']:,} entries"
        yield f"Events may be missing: {says}; found {lost['found_at']}{entries}."
