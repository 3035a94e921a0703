"""`forewarn console`: the analysts' dashboard, the reports and the rules in force, over HTTP."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from time import monotonic

import click
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from app import logs, settings, wiring
from app.api.reloading_keys import Keys
from app.commands.open_dataset import data_source
from app.commands.options import PORT, keep_files_private
from app.commands.stop_signals import exit_on_sigterm
from app.console import console_app
from app.console.console_metrics import ConsoleMetrics
from app.console.fold_keeper import FoldKeeper
from app.console.login_sessions import LoginSessions
from app.console.principal import Authenticator
from app.console.published_rules import PublishedRules
from app.console.query_pool import QueryPool
from app.console.wrong_keys import WrongKeys
from app.dataset.recorded_events import DatasetUnreadable, DataSource
from app.server.listener import Listener, bind
from app.server.uvicorn_options import UVICORN
from app.storage.bundle_store import BundleStore
from app.storage.last_good import LastGood
from app.storage.redis_client import connect_sync


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8001, show_default=True, help="Port to listen on.")
def console(host: str, port: int) -> None:
    """Run the analysts' console until SIGTERM.

    It serves the dashboard, the reports and the rules in force. Reads the dataset and, if Redis is available, the
    events that are not in it yet. Log in with a key of scope reports or rules.
    """
    keep_files_private()
    loaded = settings.load(logs.configure)
    settings.require_keys_file(loaded)
    listeners = bind(host, port)
    exit_on_sigterm()
    run(
        listeners=listeners,
        dataset=loaded.dataset_place,
        redis_url=settings.redis_url_or_none(loaded),
        state_dir=loaded.state_dir,
        keys=Keys(wiring.KeyFileRing(loaded.keys_path)),
        trusted_proxies=loaded.proxies,
    )


def run(
    *,
    listeners: Sequence[Listener],
    dataset: str,
    redis_url: str | None,
    state_dir: Path,
    keys: Keys,
    trusted_proxies: Sequence[str],
) -> None:
    """Serves until SIGTERM or SIGINT. Raises ForewarnError."""
    with data_source(dataset, redis_url, state_dir) as source, rules_in_force(redis_url, state_dir) as rules:
        app = application(source, rules, keys)
        options = {**UVICORN, "timeout_keep_alive": 5, "timeout_graceful_shutdown": 5}
        config = uvicorn.Config(app, lifespan="on", forwarded_allow_ips=list(trusted_proxies), **options)
        uvicorn.Server(config).run([listener.socket for listener in listeners])


@contextmanager
def rules_in_force(redis_url: str | None, state_dir: Path) -> Iterator[PublishedRules]:
    """The rules that Redis says are in force. Raises ForewarnError."""
    with ExitStack() as closing:
        client = closing.enter_context(connect_sync(redis_url)) if redis_url else None
        yield PublishedRules(BundleStore(client) if client else None, LastGood(state_dir), monotonic)


def application(source: DataSource, rules: PublishedRules, keys: Keys) -> ASGIApp:
    """The console as an ASGI application. It stops its own threads; the caller closes the sources."""
    queries = QueryPool(source)
    folds = FoldKeeper(source)
    sessions = LoginSessions(monotonic)
    wrong = WrongKeys(monotonic)
    authenticator = Authenticator(keys, sessions, wrong)
    metrics = ConsoleMetrics(
        {
            "sign_ins": ("", lambda: {"": authenticator.sign_ins}),
            "wrong_keys": ("status", lambda: {"401": wrong.refused, "429": wrong.slowed}),
            "queries": ("result", lambda: queries.ended),
        },
        {"sessions": lambda: len(sessions), "queries_open": lambda: queries.open},
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        folds.start()
        try:
            yield
        finally:
            folds.stop()
            queries.close()

    return console_app.build(
        authenticator=authenticator,
        queries=queries,
        rules=rules,
        ready=lambda: readiness(source, keys),
        metrics=metrics,
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
            f"figures cover only the dataset: {data.live_error}": data.live_error is not None,
            "the archiver is far behind": not data.complete,
            "the stream lost entries before they were archived": bool(data.gaps),
            "the key file cannot be used": keys.error is not None,
        }.items()
        if holds
    ]
    archived_to = data.archived_to.isoformat() if data.archived_to else None
    return {"status": "degraded" if reasons else "ready", "reasons": reasons, "archived_to": archived_to}
