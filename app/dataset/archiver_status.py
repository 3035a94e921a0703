"""How the archiver is doing, for people and machines: a JSON file in the state folder, and Prometheus metrics."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import orjson
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from app.storage.atomic_file import write_atomically

FILE = "archive.json"


class State(StrEnum):
    """STANDBY: another archiver is at work. FAILING: nothing is written or trimmed, for the reason in `error`."""

    STARTING = "starting"
    STANDBY = "standby"
    RUNNING = "running"
    FAILING = "failing"
    STOPPED = "stopped"


@dataclass(slots=True)
class ArchiverStatus:
    """Counts since this process started. `behind_seconds` is the age of the last written entry while others wait.

    `clocks` names clocks that disagree; `retention` says why days past retention are not dropped.
    """

    state: State = State.STARTING
    error: str | None = None
    epoch: str | None = None
    position: str | None = None
    written_at: str | None = None
    behind_seconds: float = 0.0
    files: int = 0
    events: int = 0
    duplicates: int = 0
    rejected: int = 0
    gaps: int = 0
    merges: int = 0
    dropped_files: int = 0
    trimmed_entries: int = 0
    failures: int = 0
    overlaps: int = 0
    clocks: str | None = None
    retention: str | None = None

    def written_now(self) -> None:
        self.written_at = datetime.now(UTC).isoformat()


COUNTERS = {
    "events": "Events written to the dataset.",
    "duplicates": "Lines that the dataset had already, left out.",
    "rejected": "Entries and lines that are not ours, kept aside.",
    "gaps": "Times that the stream had lost entries which were not written yet.",
    "merges": "Merged files written.",
    "dropped_files": "Files dropped by FOREWARN_RETENTION_DAYS.",
    "trimmed_entries": "Entries trimmed from the stream.",
    "failures": "Turns that failed, for Redis's or the dataset's sake.",
}
GAUGES = {
    "behind_seconds": "Age of the last entry written, while others wait.",
    "files": "Files of the dataset that count.",
    "overlaps": "Pairs of files that share entries, until they are merged. Not 0 is a fault.",
}
FLAGS: Mapping[str, tuple[str, Callable[[ArchiverStatus], bool]]] = {
    "running": ("1 while events are written.", lambda status: status.state is State.RUNNING),
    "clocks_disagree": (
        "1 while this machine's clock, Redis's and the ids of the stream disagree.",
        lambda status: status.clocks is not None,
    ),
    "retention_refused": (
        "1 while days past FOREWARN_RETENTION_DAYS are kept, for the reason in the health file.",
        lambda status: status.retention is not None,
    ),
}


class StatusMetrics(Collector):
    """The status as Prometheus metrics."""

    def __init__(self, status: ArchiverStatus) -> None:
        self._status = status

    def collect(self) -> Iterator[Metric]:
        for name, meaning in COUNTERS.items():
            yield CounterMetricFamily(f"forewarn_archive_{name}", meaning, value=getattr(self._status, name))
        for name, meaning in GAUGES.items():
            yield GaugeMetricFamily(f"forewarn_archive_{name}", meaning, value=getattr(self._status, name))
        for name, (meaning, holds) in FLAGS.items():
            yield GaugeMetricFamily(f"forewarn_archive_{name}", meaning, value=float(holds(self._status)))


def registry(status: ArchiverStatus) -> CollectorRegistry:
    """A registry of its own: the process-wide one belongs to the service."""
    made = CollectorRegistry()
    made.register(StatusMetrics(status))
    return made


def save(status: ArchiverStatus, state_dir: Path) -> None:
    """Ignores errors: a full disk must not end the archiver because of its health file."""
    with suppress(OSError):
        state_dir.mkdir(parents=True, exist_ok=True)
        saved = asdict(status) | {"at": datetime.now(UTC).isoformat(), "pid": os.getpid()}
        write_atomically(state_dir / FILE, orjson.dumps(saved, option=orjson.OPT_INDENT_2))
