"""Puts 10,000 rules in force under load and measures requests, the event loop and memory."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from app.bundle.decode import decode_all
from app.bundle.revision import revision_of
from app.service.rulebook import compile_now
from benchmarks.load import Opened, open_loop, post
from benchmarks.machine import ROOT
from benchmarks.peers.folder import VARIABLE
from benchmarks.processes import Service, scratch, service
from benchmarks.rules import bundle_of, made_rules, sample_bundle, withdrawals
from benchmarks.scale import Scale

PATH = "/v1/assessments"
# Requests per second: a fraction of a worker's capacity, and enough to hit every pause of 2 ms.
_RATE = 1_500.0


@dataclass(frozen=True, slots=True)
class Window:
    """The slowest before the bundle was published, and while it was put in force, in seconds."""

    before: float
    during: float


@dataclass(frozen=True, slots=True)
class Publishing:
    requests: Window
    turns: Window
    turns_on_processor: Window
    in_force_after: float  # seconds from publish to the first answer by the new rules
    compile_seconds: float
    bundle_bytes: int
    rules: int
    resident: tuple[tuple[str, int], ...]  # the worker's memory in bytes after each bundle

    @property
    def growth(self) -> int:
        """The growth of the worker for the first large bundle, in bytes."""
        return self.resident[1][1] - self.resident[0][1]

    @property
    def left(self) -> int:
        """The growth that remains when the worker is back at the sample rules, in bytes."""
        return self.resident[-1][1] - self.resident[0][1]


def measure(scale: Scale) -> Publishing:
    bundles = [bundle_of(made_rules(scale.swap_rules, seed=seed)) for seed in (1, 2)]
    requests, in_force_after, resident = _requests(bundles, scale)
    turns, on_processor = _turns(bundles[0], scale)
    return Publishing(
        requests=requests,
        turns=turns,
        turns_on_processor=on_processor,
        in_force_after=in_force_after,
        compile_seconds=_compile_seconds(bundles[0]),
        bundle_bytes=len(bundles[0]),
        rules=scale.swap_rules,
        resident=tuple(resident),
    )


def _requests(bundles: list[bytes], scale: Scale) -> tuple[Window, float, list[tuple[str, int]]]:
    """Swaps from the sample rules to 10,000, to 10,000 others, to the first again, and back; times the first swap."""
    with service(sample_bundle()) as deployed:
        _loaded(deployed, scale, None)
        resident = [("with the sample rules", deployed.server.resident())]
        opened, published_at = _loaded(deployed, scale, bundles[0])
        resident.append((f"with {scale.swap_rules:,} rules", deployed.server.resident()))
        again, _ = _loaded(deployed, scale, bundles[1])
        resident.append((f"with {scale.swap_rules:,} others", deployed.server.resident()))
        _loaded(deployed, scale, bundles[0])
        resident.append(("with the first ones again", deployed.server.resident()))
        _loaded(deployed, scale, sample_bundle())
        resident.append(("back to the sample rules", deployed.server.resident()))
    seen = opened.seen_at or published_at
    if opened.seen_at is None or again.seen_at is None:
        raise SystemExit("a published bundle did not come into force under load")
    window = Window(opened.slowest(0, published_at), opened.slowest(published_at, seen + scale.swap_after))
    return window, seen - published_at, resident


def _turns(bundle: bytes, scale: Scale) -> tuple[Window, Window]:
    """Repeats the swap with a heartbeat on the loop."""
    with scratch() as folder:
        file = folder / "turns.json"
        with service(sample_bundle(), module="benchmarks.watched", extra={VARIABLE: str(file)}) as deployed:
            _loaded(deployed, scale, None)
            began = time.perf_counter()
            opened, published_at = _loaded(deployed, scale, bundle)
        turns: list[tuple[float, float, float]] = json.loads(file.read_bytes())
    until = (opened.seen_at or published_at) + scale.swap_after
    before = [turn for turn in turns if began <= turn[0] < published_at]
    during = [turn for turn in turns if published_at <= turn[0] < until]
    return _longest(before, during, 1), _longest(before, during, 2)


def _longest(before: list[tuple[float, float, float]], during: list[tuple[float, float, float]], which: int) -> Window:
    return Window(
        max((turn[which] for turn in before), default=0.0), max((turn[which] for turn in during), default=0.0)
    )


def _loaded(deployed: Service, scale: Scale, bundle: bytes | None) -> tuple[Opened, float]:
    """Generates load and publishes a bundle in the middle. Returns the measurement and when publishing began."""
    requests = [post(PATH, orjson.dumps(request), deployed.key) for request in withdrawals(256)]
    port = deployed.server.port
    if bundle is None:
        return open_loop(port, requests, _RATE, scale.swap_seconds), 0.0
    with _publisher(deployed, bundle) as process:
        asked_at: list[float] = []

        def tell() -> None:
            asked_at.append(time.perf_counter())
            process.communicate(b"\n", timeout=30)

        timer = threading.Timer(scale.swap_seconds, tell)
        timer.start()
        opened = open_loop(port, requests, _RATE, scale.swap_after, watch=revision_of(bundle).encode())
        timer.join()
        return opened, asked_at[0]


@contextmanager
def _publisher(deployed: Service, bundle: bytes) -> "Iterator[subprocess.Popen[bytes]]":
    with scratch() as folder:
        file = Path(folder) / "bundle"
        file.write_bytes(bundle)
        command = [sys.executable, "-m", "benchmarks.publisher", deployed.redis.url, str(file)]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603  # ours
            if process.stdout is None or process.stdout.readline() != b"ready\n":
                raise SystemExit("the publisher did not start")
            yield process


def _compile_seconds(bundle: bytes) -> float:
    """Processor seconds from bytes to rulebook; a worker does this in slices between requests."""
    began = time.process_time()
    compile_now(revision_of(bundle), decode_all(bundle))
    return time.process_time() - began
