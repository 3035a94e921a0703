"""The whole decision over HTTP beside bare uvicorn, FastAPI, FastAPI with zen-engine, and Fastify on Node."""

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import orjson

from app.domain.rule import Rule
from app.main import compiled as is_compiled
from benchmarks.engines import Indexed, json_rules, zen_table
from benchmarks.load import Opened, ask, clock, closed_loop, open_loop, percentile, post
from benchmarks.machine import ROOT
from benchmarks.matching import Disagreement
from benchmarks.peers import folder as told
from benchmarks.processes import Server, free_port, peer, running, scratch, service, wait_ready
from benchmarks.rules import bundle_of, made_rules, withdrawals
from benchmarks.scale import Scale

PATH = "/v1/assessments"
FOREWARN, BARE, ROUTE = "Forewarn", "bare uvicorn", "FastAPI route"
# A tracing id in each request, so no head repeats and every one is parsed.
NEW_HEADS = "Forewarn, no head twice"
PLAIN = "Forewarn, not compiled"
ZEN, FASTIFY = "FastAPI + zen-engine", "Fastify + json-rules-engine"
LOAD = 0.4  # of each target's own saturation
_FASTIFY = ROOT / "benchmarks" / "peers" / "fastify"
_WITHDRAWALS = 4_096
# If an answer takes longer, more connections only lengthen the queue.
_SLOW_ANSWER = 0.1  # seconds
_CONNECTIONS, _FEW_CONNECTIONS = 32, 2
_SLOW = 2_000  # requests per second; below it, percentiles have too few samples


@dataclass(frozen=True, slots=True)
class Target:
    """A server that answers the requests, and how it is measured."""

    server: Server
    requests: tuple[bytes, ...]
    matches: bool  # whether it answers which rules match


@dataclass(slots=True)
class Figures:
    """Measurements of one target, one value per round."""

    name: str
    rates: list[float]
    generator: list[float]  # share of a core that the generator used at saturation
    processor: list[float]  # share of a core that the server used at saturation
    costs: list[float]  # processor seconds per request at saturation
    latencies: list[Opened]

    @property
    def rate(self) -> float:
        return median(self.rates)

    @property
    def cost(self) -> float:
        return median(self.costs)

    def percentile(self, percent: float) -> float:
        """A percentile over all rounds, in seconds."""
        return percentile([took for opened in self.latencies for took in opened.latency], percent)

    @property
    def answers(self) -> int:
        return sum(len(opened.latency) for opened in self.latencies)

    @property
    def late(self) -> float:
        """The 99th percentile of the generator's own delay, in seconds."""
        return percentile([late for opened in self.latencies for late in opened.late], 99)


@dataclass(frozen=True, slots=True)
class OverHttp:
    figures: tuple[Figures, ...]
    left_out: tuple[str, ...]
    ceiling: float  # requests per second of the generator against a server that does nothing
    rules: int
    answer_bytes: int
    lost: float

    def of(self, name: str) -> Figures | None:
        return next((figures for figures in self.figures if figures.name == name), None)

    def throughput_ratio(self, name: str) -> float:
        """Forewarn's throughput over another's: the median of the rounds' ratios."""
        ours, other = self.figures[0], self.of(name)
        return median(mine / yours for mine, yours in zip(ours.rates, other.rates, strict=True)) if other else 0.0

    def latency_ratio(self, percent: float) -> float:
        """Forewarn's latency over bare uvicorn's, each at the same share of its own saturation."""
        return self.figures[0].percentile(percent) / self.figures[1].percentile(percent)


def measure(scale: Scale) -> OverHttp:
    rules = made_rules(scale.http_rules)
    bodies = [orjson.dumps(request) for request in withdrawals(_WITHDRAWALS)]
    with ExitStack() as running_ones:
        deployed = running_ones.enter_context(service(bundle_of(rules)))
        requests = tuple(post(PATH, body, deployed.key) for body in bodies)
        answers = [ask(deployed.server.port, request) for request in requests]
        folder = running_ones.enter_context(scratch())
        answer = _usual(answers)
        _tell(folder, rules, answer)
        targets = [Target(deployed.server, requests, matches=True)]
        left_out = []
        for name, command, matches in _peers():
            if isinstance(command, str):
                left_out.append(f"{name}: {command}")
                continue
            server = running_ones.enter_context(peer(name, command, folder, requests[0]))
            targets.append(Target(server, requests, matches))
        for target in targets:
            _agree(target, rules)
        traced = tuple(post(PATH, body, deployed.key, trace=f"{number:032x}") for number, body in enumerate(bodies))
        targets.insert(2, Target(replace(deployed.server, name=NEW_HEADS), traced, matches=True))
        if is_compiled():
            other = running_ones.enter_context(service(bundle_of(rules), compiled=False))
            asked = tuple(post(PATH, body, other.key) for body in bodies)
            targets.insert(3, Target(replace(other.server, name=PLAIN), asked, matches=True))
        figures = tuple(Figures(target.server.name, [], [], [], [], []) for target in targets)
        for _ in range(scale.rounds):
            for target, figure in zip(targets, figures, strict=True):
                _saturate(target, figure, scale)
        for _ in range(scale.rounds):
            for target, figure in zip(targets, figures, strict=True):
                seconds = scale.open_seconds if figure.rate > _SLOW else scale.slow_seconds
                figure.latencies.append(open_loop(target.server.port, target.requests, LOAD * figure.rate, seconds))
                target.server.settle()
        return OverHttp(figures, tuple(left_out), ceiling(scale), len(rules), len(answer), deployed.lost())


def _peers() -> Iterator[tuple[str, Sequence[str] | str, bool]]:
    """Name, command without the port or why it is left out, and whether it matches rules."""
    module = [sys.executable, "-m", "benchmarks.peers"]
    yield BARE, [*module, "bare"], False
    yield ROUTE, [*module, "route"], False
    yield ZEN, [*module, "zen_route"] if find_spec("zen") else "zen-engine is not installed", True
    node = shutil.which("node")
    if node is None:
        yield FASTIFY, "there is no Node on this machine", True
    elif not (_FASTIFY / "node_modules").is_dir():
        yield FASTIFY, f"its packages are not installed: npm ci in {_FASTIFY.relative_to(ROOT)}", True
    else:
        yield FASTIFY, [node, str(_FASTIFY / "server.js")], True


def _usual(answers: list[bytes]) -> bytes:
    """The answer of median size, which the peers send."""
    return sorted(answers, key=len)[len(answers) // 2]


def _tell(folder: Path, rules: list[Rule], answer: bytes) -> None:
    (folder / told.ANSWER).write_bytes(answer)
    (folder / told.TABLE).write_text(json.dumps(zen_table(rules)))
    (folder / told.RULES).write_text(json.dumps(json_rules(rules)))


def _agree(target: Target, rules: list[Rule]) -> None:
    """Verifies that it answers what the index finds; `matching` compares the index with the plain loop."""
    if not target.matches:
        return
    index = Indexed(rules)
    for request, withdrawal in list(zip(target.requests, withdrawals(_WITHDRAWALS), strict=True))[:8]:
        answer = orjson.loads(ask(target.server.port, request))
        ids, count = index.ids(index.match(index.prepare(withdrawal)))
        if count and (answer["matched"], answer["matched_count"]) != (ids, count):
            raise Disagreement(f"{target.server.name} answers {answer['matched_count']} rules, the index {count}")


def _saturate(target: Target, figures: Figures, scale: Scale) -> None:
    connections = _CONNECTIONS if _first_answer(target) < _SLOW_ANSWER else _FEW_CONNECTIONS
    closed_loop(target.server.port, target.requests, scale.warm_up, connections)
    before = target.server.processor_seconds()
    closed = closed_loop(target.server.port, target.requests, scale.seconds, connections)
    used = target.server.processor_seconds() - before
    figures.rates.append(closed.rate)
    figures.generator.append(closed.generator_busy)
    figures.processor.append(used / closed.seconds)
    figures.costs.append(used / closed.answers)
    target.server.settle()


def _first_answer(target: Target) -> float:
    began = clock()
    ask(target.server.port, target.requests[0])
    return clock() - began


def ceiling(scale: Scale) -> float:
    """The generator's throughput against a server that only echoes."""
    port = free_port()
    request = post(PATH, b"{}")
    with running("the responder", [sys.executable, "-m", "benchmarks.responder", str(port)], {}, port) as server:
        wait_ready(server, request)
        return closed_loop(port, [request], scale.seconds).rate
