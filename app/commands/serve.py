"""`forewarn serve`: the decision API, in worker processes under a parent."""

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from click.core import ParameterSource

from app import logs, settings
from app.commands.options import FILE, PORT, keep_files_private, octal_mode, root_path_option
from app.commands.stop_signals import exit_on_sigterm
from app.domain.errors import ConfigurationError
from app.server.listener import bind, bind_unix
from app.server.supervisor import Supervisor
from app.server.tls_context import TlsFiles, tls_context
from app.server.worker_messages import Plan
from app.storage.redis_client import connect_sync

_METRICS = "forewarn-metrics-"

# How long a worker may take to stop after its drain, in seconds: ten for its requests, ten for its events, and a little
# for itself.
_STOP_WITHIN = 22.0


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; `::` is every address.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port to listen on.")
@click.option("--uds", type=FILE, help="Listen on this unix socket instead of a port.")
@click.option(
    "--uds-mode", callback=octal_mode, default="660", show_default=True, help="Permissions of the unix socket, octal."
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Worker processes: one per core."
)
@click.option(
    "--root-path", callback=root_path_option, default="", help="Path that the proxy in front strips, such as /forewarn."
)
@click.option("--tls-cert", type=FILE, help="Serve HTTPS with this certificate and its chain (PEM).")
@click.option("--tls-key", type=FILE, help="The certificate's key (PEM).")
@click.option("--tls-client-ca", type=FILE, help="Require clients' certificates of these authorities (PEM).")
@click.option("--management-host", default="127.0.0.1", show_default=True, help="Address of the management port.")
@click.option("--management-port", type=PORT, help="Port for health and metrics; then --port has no metrics.")
def serve(
    *,
    host: str,
    port: int,
    uds: Path | None,
    uds_mode: int,
    workers: int,
    root_path: str,
    tls_cert: Path | None,
    tls_key: Path | None,
    tls_client_ca: Path | None,
    management_host: str,
    management_port: int | None,
) -> None:
    """Run the decision API until SIGTERM.

    Needs FOREWARN_SECRET, and FOREWARN_REDIS_URL or the Redis of a running `forewarn up`. Answers come from memory:
    they go on when Redis stops. On SIGTERM it says that it is not ready, answers for FOREWARN_DRAIN_SECONDS more, and
    ships the events it recorded, for up to ten seconds. SIGHUP replaces the workers one by one, which read settings
    and certificates again.
    """
    _require_meant(uds, port, management_port)
    keep_files_private()
    loaded = settings.load(logs.configure)
    settings.require_keys_file(loaded)
    connect_sync(settings.redis_url(loaded)).close()  # an unusable URL is one line here, and a traceback in each worker
    exit_on_sigterm()
    settings.secret(loaded)
    tls = _tls(tls_cert, tls_key, tls_client_ca)
    with ExitStack() as closing:
        listeners = (bind_unix(uds, uds_mode),) if uds else bind(host, port)
        for listener in listeners:
            closing.callback(listener.remove)
        if management_port is not None:
            listeners += bind(management_host, management_port, management=True)
        folder = closing.enter_context(_metrics_folder())
        plan = Plan(listeners, folder, workers, loaded.drain_seconds, loaded.keep_alive_seconds, root_path, tls)
        asyncio.run(Supervisor(plan, loaded.drain_seconds + _STOP_WITHIN).run())


def _require_meant(uds: Path | None, port: int, management_port: int | None) -> None:
    """Raises ConfigurationError for options of which one would be ignored."""

    def given(name: str) -> bool:
        return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE

    if uds and (given("host") or given("port")):
        raise ConfigurationError("--uds: expected neither --host nor --port with it")
    if given("uds_mode") and not uds:
        raise ConfigurationError("--uds-mode: expected --uds with it")
    if given("management_host") and management_port is None:
        raise ConfigurationError("--management-host: expected --management-port with it")
    if management_port == port and not uds:
        raise ConfigurationError("--management-port: expected another port than --port")


def _tls(certificate: Path | None, key: Path | None, client_ca: Path | None) -> TlsFiles | None:
    """Raises ConfigurationError if they do not go together: here once, and not in each worker."""
    if certificate is None and key is None and client_ca is None:
        return None
    if certificate is None or key is None:
        raise ConfigurationError("TLS: expected --tls-cert and --tls-key together")
    files = TlsFiles(certificate, key, client_ca)
    tls_context(files)
    return files


@contextmanager
def _metrics_folder() -> Iterator[Path]:
    """A folder for the workers' metrics and counts, in memory: a write to a file mapped from a full disk is fatal."""
    shared = Path("/dev/shm")  # noqa: S108  # made by mkdtemp, mode 0700
    base = shared if os.access(shared, os.W_OK) else Path(tempfile.gettempdir())
    _sweep(base)
    folder = Path(tempfile.mkdtemp(prefix=_METRICS, dir=base))
    handle = os.open(folder / "owner.lock", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _sweep(base: Path) -> None:
    """Removes the folders of parents that were killed: their locks are free."""
    for folder in base.glob(_METRICS + "*"):
        try:
            handle = os.open(folder / "owner.lock", os.O_RDWR)
        except OSError:
            continue  # not locked yet, or another user's
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            pass  # its parent is alive
        finally:
            os.close(handle)
