"""Every metric, and how the workers of one machine are added up.

prometheus_client sums processes through memory-mapped files. By default a file is named by process id and lives for
ever: after 100 worker restarts a scrape took 398 ms and 31 MiB. Here a file is named by slot, a number that a worker
locks and its successor takes over, so that counters continue and nothing grows.

Adding to those files takes 2.7 microseconds an answer. So answers are tallied in plain numbers, which takes 0.4, and
`settle` adds the tallies: before a scrape of this worker, and every quarter of a second.
"""

import fcntl
import logging
import os
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from app.api.connection_limits import REASONS
from app.domain.rule import Rule, Severity

log = logging.getLogger(__name__)

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

# In seconds. A decision takes tens of microseconds; the upper buckets are for a machine in trouble.
_BUCKETS = (0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1.0)

# Counters of totals that other objects keep: see `Metrics.count_to`.
_TOTALS: Mapping[str, str] = {
    "events_lost": "Events that were neither written nor kept waiting, or that waited when a worker ended.",
    "events_shipped": "Events that Redis has confirmed.",
    "journal_segments_evicted": "Confirmed segments deleted to make room, not yet archived.",
    "journal_segments_quarantined": "Damaged segments that were moved to the quarantine.",
    "journal_lines_corrupt": "Lines that could not be read; an end that is no line counts as one.",
    "bundles_refused": "Bundles that could not be verified or compiled.",
}

# Gauges, and how the values of the living workers become one.
_GAUGES: Mapping[str, tuple[str, Literal["livemin", "livemax", "livesum"]]] = {
    "ready": ("1 where every worker has a rulebook.", "livemin"),
    "stale": ("1 where a worker's rulebook has not been confirmed lately.", "livemax"),
    "rules": ("Rules of the revision in force.", "livemax"),
    "bundle_confirmed_age_seconds": ("Since Redis last confirmed the revision in force.", "livemax"),
    "connections": ("Open connections.", "livesum"),
    "redis_up": ("1 where every worker's last exchange with Redis succeeded.", "livemin"),
    "journal_writable": ("1 where every worker's journal takes events.", "livemin"),
    "journal_bytes": ("Size of the journal folder.", "livemax"),
    "journal_free_bytes": ("Free on the journal's disk; -1 where it is not known.", "livemin"),
    "journal_unreadable_segments": ("Segments that cannot be opened or read.", "livemax"),
    "journal_unreadable_bytes": ("Size of the segments that cannot be opened or read.", "livemax"),
    "journal_quarantine_segments": ("Damaged segments that are kept.", "livemax"),
    "journal_quarantine_bytes": ("Size of the damaged segments that are kept.", "livemax"),
    "journal_foreign_files": ("Files in the journal folder that no worker wrote.", "livemax"),
    "events_waiting": ("Events in memory because the journal takes none.", "livesum"),
    "events_unshipped": ("Events on disk that Redis has not confirmed.", "livesum"),
}

_SLOTS = 1024

# How old the counts of another worker may be, in seconds.
SETTLE_EVERY = 0.25


@dataclass(slots=True)
class _Answers:
    """Answers of one call and status since the last `settle`."""

    by_bucket: list[int] = field(default_factory=lambda: [0] * (len(_BUCKETS) + 1))
    seconds: float = 0.0


def take_slot(folder: Path) -> int:
    """The first number that no living worker of this machine has locked. The lock ends with the process."""
    for slot in range(_SLOTS):
        handle = os.open(folder / f"slot-{slot}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            continue
        return slot  # the handle stays open: it is the lock
    raise RuntimeError(f"more than {_SLOTS} workers in {folder}")


class Metrics:
    """The service's metrics. Labels are our own words and the bundle's regions; none comes from a request."""

    def __init__(self, folder: Path) -> None:
        slot = take_slot(folder)
        os.environ[FOLDER_VARIABLE] = str(folder)
        values.ValueClass = values.MultiProcessValue(lambda: slot)  # type: ignore[no-untyped-call]  # untyped there
        registry = CollectorRegistry()
        self._folder = folder
        self._slot = slot
        self._responses = Counter(
            "forewarn_responses", "Answers of the withdrawal path.", ["call", "status"], registry=registry
        )
        self._seconds = Histogram(
            "forewarn_response_seconds",
            "Time from a request, its body included, to its answer. Of a body in pieces the waiting counts too.",
            ["call"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self._alerts = Counter(
            "forewarn_alerts", "Assessments answered with an alert.", ["rule_region", "severity"], registry=registry
        )
        self._without = Counter(
            "forewarn_assessments_without_alert", "Assessments that matched no rule.", registry=registry
        )
        self._outcomes = Counter("forewarn_outcomes", "Outcomes recorded.", ["outcome"], registry=registry)
        self._refused = Counter(
            "forewarn_requests_refused", "Requests refused before any route saw them.", ["reason"], registry=registry
        )
        for reason in REASONS:
            self._refused.labels(reason)  # at 0, so that its first rise is seen
        self._counters = {name: Counter(f"forewarn_{name}", text, registry=registry) for name, text in _TOTALS.items()}
        self._counted = dict.fromkeys(self._counters, 0)
        self._gauges = {
            name: Gauge(f"forewarn_{name}", text, registry=registry, multiprocess_mode=mode)
            for name, (text, mode) in _GAUGES.items()
        }
        self._answers: defaultdict[tuple[str, int], _Answers] = defaultdict(_Answers)
        self._assessed: defaultdict[tuple[str, Severity] | None, int] = defaultdict(int)
        self._recorded: defaultdict[str, int] = defaultdict(int)
        self._refusals: defaultdict[str, int] = defaultdict(int)
        self.lost_before = self._take_over_losses()

    def observe(self, call: str, status: int, seconds: float) -> None:
        """Counts one answer of the withdrawal path."""
        answers = self._answers[call, status]
        answers.by_bucket[bisect_left(_BUCKETS, seconds)] += 1
        answers.seconds += seconds

    def assessed(self, rule: Rule | None) -> None:
        """Counts an assessment, and the rule whose alert is shown."""
        self._assessed[(rule.region, rule.severity) if rule else None] += 1

    def settle(self) -> None:
        """Adds the tallies to the files that every worker reads."""
        answered, self._answers = self._answers, defaultdict(_Answers)
        assessed, self._assessed = self._assessed, defaultdict(int)
        recorded, self._recorded = self._recorded, defaultdict(int)
        refusals, self._refusals = self._refusals, defaultdict(int)
        for (call, status), answers in answered.items():
            self._responses.labels(call, str(status)).inc(sum(answers.by_bucket))
            # The client takes observations one by one only; these are the values that `observe` itself adds to.
            seconds = self._seconds.labels(call)
            seconds._sum.inc(answers.seconds)  # noqa: SLF001  # see above
            for bucket, count in zip(seconds._buckets, answers.by_bucket, strict=True):  # noqa: SLF001  # see above
                bucket.inc(count)
        for shown, count in assessed.items():
            if shown is None:
                self._without.inc(count)
            else:
                self._alerts.labels(shown[0], shown[1].word).inc(count)
        for name, count in recorded.items():
            self._outcomes.labels(name).inc(count)
        for reason, count in refusals.items():
            self._refused.labels(reason).inc(count)

    def outcome(self, name: str) -> None:
        self._recorded[name] += 1

    def refused(self, reason: str) -> None:
        """Counts a request that no route saw, by one of `connection_limits.REASONS`."""
        self._refusals[reason] += 1

    def set(self, name: str, value: float) -> None:
        """Sets a gauge."""
        self._gauges[name].set(value)

    def count_to(self, name: str, total: int) -> None:
        """Raises a counter to a total that another object of this worker keeps."""
        self._counters[name].inc(total - self._counted[name])
        self._counted[name] = total

    def _take_over_losses(self) -> int:
        """Counts what a killed worker held in memory as lost. Returns how many events this slot has lost so far."""
        lost, waiting = self._counters["events_lost"], self._gauges["events_waiting"]
        held = waiting._value.get()  # noqa: SLF001  the client has no way to read a value
        if held:
            log.error("%d events are lost that a worker held in memory when it was killed", held)
            lost.inc(held)
            waiting.set(0)
        self._counted["events_lost"] = int(lost._value.get())  # noqa: SLF001  see above
        return self._counted["events_lost"]

    def retire(self) -> None:
        """Takes this worker's gauges off the page: what it held is its successor's, which may have another slot."""
        mark_process_dead(self._slot, str(self._folder))  # type: ignore[no-untyped-call]  # untyped there

    def page(self) -> bytes:
        """The metrics of all workers of this machine, in Prometheus' text format."""
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self._folder))  # type: ignore[no-untyped-call]  # untyped there
        return generate_latest(registry)
