"""A worker process of `forewarn serve`, from its first line to its last."""

import asyncio
import logging
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection

import uvicorn

from app import main
from app.api.uvicorn_internals import missing_names
from app.domain.errors import ForewarnError
from app.server.draining_server import DrainingServer
from app.server.management_port import ManagementPort
from app.server.uvicorn_options import UVICORN
from app.server.worker_messages import (
    FAILED,
    LACKS,
    OF_THE_TERMINAL,
    PING,
    PONG,
    RETIRE,
    STARTED,
    STOP,
    STOP_NOW,
    Plan,
)

log = logging.getLogger(__name__)

# Our own protocol class. The benchmarks run the services they compare with under uvicorn's own.
PROTOCOL = "app.api.uvicorn_protocol:FastLaneProtocol"


def run(plan: Plan, number: int, pipe: Connection) -> None:
    """Serves until the parent says otherwise, or is gone."""
    for ignored in OF_THE_TERMINAL - {STOP_NOW}:
        signal.signal(ignored, signal.SIG_IGN)
    stopping = asyncio.Event()
    try:
        app = main.create(plan.folder, plan.workers, stopping.is_set)
        if any(listener.management for listener in plan.listeners):
            app = ManagementPort(app)
        options = {**UVICORN, "http": _protocol(), "timeout_keep_alive": plan.keep_alive, "root_path": plan.root_path}
        config = uvicorn.Config(app, lifespan="on", **options)
        server = DrainingServer(config, plan, number, stopping)
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(_serve(server, pipe))
    except ForewarnError as error:
        pipe.send_bytes(FAILED + str(error).encode())
        sys.exit(1)


async def _serve(server: DrainingServer, pipe: Connection) -> None:
    loop = asyncio.get_running_loop()

    def answer_parent() -> None:
        try:
            if pipe.recv_bytes() == PING:
                pipe.send_bytes(PONG)
            else:
                server.alone = False
        except (EOFError, OSError):  # the parent was killed: leave its port to the next one
            loop.remove_reader(pipe.fileno())
            server.alone = False
            server.stop()

    await server.start()
    for order, obey in {STOP: server.drain, STOP_NOW: server.stop, RETIRE: server.retire}.items():
        loop.add_signal_handler(order, obey)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, OF_THE_TERMINAL)
    loop.add_reader(pipe.fileno(), answer_parent)
    with suppress(OSError):  # the parent was killed: `answer_parent` notices
        if lacks := server.lacks():
            pipe.send_bytes(LACKS + " and no ".join(lacks).encode())
        pipe.send_bytes(STARTED)
    await server.run()


def _protocol() -> str:
    """Ours; uvicorn's own where this uvicorn lacks a name that ours needs. Then FastAPI's routes answer everything."""
    missing = missing_names()
    if not missing:
        return PROTOCOL
    log.warning(
        "No fast lane and no limits of a connection: uvicorn %s has no %s. Its own protocol serves, at a third of the "
        "throughput, and keeps what unknown clients send. Put a proxy in front",
        uvicorn.__version__,
        ", ".join(missing),
    )
    return str(UVICORN["http"])
