"""What the parent and a worker say to each other, by signals and through a pipe."""

import signal
from dataclasses import dataclass
from pathlib import Path

from app.server.listener import Listener
from app.server.tls_context import TlsFiles

# The parent's orders. A worker may get each of them twice: systemd sends SIGTERM to parent and workers alike.
STOP = signal.SIGTERM  # say so, go on answering for a while, then stop
STOP_NOW = signal.SIGINT  # without that while
RETIRE = signal.SIGUSR2  # alone: another worker has taken its place

# What a terminal sends to the parent and to its workers. The workers leave it to the parent.
OF_THE_TERMINAL = frozenset({signal.SIGINT, signal.SIGHUP, signal.SIGQUIT})

# Through the pipe. Its end is the end of the other process.
STARTED = b"started"
LACKS = b"lacks: "  # before `STARTED`: what a worker cannot answer without
PING = b"ping"
PONG = b"pong"
FAILED = b"failed: "
SERVICE_STOPS = b"service stops"  # before `STOP`, which anybody may send to one worker


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker is told when it starts. Times in seconds."""

    listeners: tuple[Listener, ...]
    folder: Path  # in memory: their metrics, and how many connections each one has
    workers: int
    drain_seconds: float
    keep_alive: int
    root_path: str = ""
    tls: TlsFiles | None = None

    @property
    def counts_file(self) -> Path:
        return self.folder / "connections"
