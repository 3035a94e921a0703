"""Two workers beside one: processor time per request, and throughput where there are cores for it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from benchmarks.load import closed_loop, post
from benchmarks.processes import service
from benchmarks.rules import bundle_of, made_rules, withdrawals
from benchmarks.scale import Scale

PATH = "/v1/assessments"
# Per worker, so that each has as many requests waiting as the single one had.
_CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Cost:
    workers: int
    rate: float
    processor: float  # processor seconds per request, all workers together


@dataclass(frozen=True, slots=True)
class Workers:
    one: Cost
    two: Cost
    cores: int

    @property
    def processor_ratio(self) -> float:
        return self.two.processor / self.one.processor

    @property
    def throughput_ratio(self) -> float:
        return self.two.rate / self.one.rate


def measure(scale: Scale) -> Workers:
    bundle = bundle_of(made_rules(scale.http_rules))
    bodies = [orjson.dumps(request) for request in withdrawals(256)]
    return Workers(_cost(1, bundle, bodies, scale), _cost(2, bundle, bodies, scale), os.cpu_count() or 1)


def _cost(workers: int, bundle: bytes, bodies: Sequence[bytes], scale: Scale) -> Cost:
    with service(bundle, workers) as deployed:
        server = deployed.server
        requests = [post(PATH, body, deployed.key) for body in bodies]
        closed_loop(server.port, requests, scale.warm_up, _CONNECTIONS * workers)
        before = server.processor_seconds()
        closed = closed_loop(server.port, requests, scale.seconds, _CONNECTIONS * workers)
        used = server.processor_seconds() - before
    return Cost(workers, closed.rate, used / closed.answers)
