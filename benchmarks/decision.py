"""One decision in this process, from the body's bytes to the answer's, event journaled; and where its time goes."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import orjson

from app.api.handlers import Counters, Handlers
from app.api.metrics import FOLDER_VARIABLE, Metrics
from app.api.request_body import read_withdrawal
from app.bundle.decode import decode_all
from app.bundle.revision import revision_of
from app.domain.rule import Rule
from app.journal.journal import Journal
from app.main import compiled as is_compiled
from app.service.active_rulebook import ActiveRulebook
from app.service.api_keys import Client
from app.service.assessment import Assessor
from app.service.identity import Identity
from app.service.language_choice import choose_language
from app.service.outcome_recording import Outcomes
from app.service.rulebook import Rulebook, compile_now
from app.service.withdrawal_decoder import withdrawal_of
from app.service.withdrawal_facts import context_of
from benchmarks.compiled import flags, plain
from benchmarks.load import percentile
from benchmarks.machine import ROOT
from benchmarks.rules import TODAY, WITHDRAWAL, bundle_of, made_rules, withdrawals
from benchmarks.scale import Scale
from benchmarks.timing import each, seconds_of

CLIENT = Client("benchmark", frozenset({"assess"}))
BODY = orjson.dumps(WITHDRAWAL)
_WITHDRAWALS = 4_096


@dataclass(frozen=True, slots=True)
class Decider:
    """What a worker uses to answer, without HTTP."""

    handlers: Handlers
    rulebook: Rulebook
    identity: Identity
    journal: Journal
    metrics: Metrics

    def decide(self) -> bytes:
        return self.handlers.assess(CLIENT, BODY).body

    def decider_of(self, bodies: Sequence[bytes]) -> Callable[[], bytes]:
        """Decides the next withdrawal on each call."""
        following = cycle(bodies).__next__
        return lambda: self.handlers.assess(CLIENT, following()).body


@dataclass(frozen=True, slots=True)
class Decision:
    median: float
    p99: float
    plain_median: float | None  # not compiled; None if `median` is that already
    rules: int
    steps: tuple[tuple[str, float], ...]  # seconds, in the order in which they happen


@contextmanager
def decider(rule_count: int) -> Iterator[Decider]:
    """A decider with a real journal on local disk and metrics in files, as in a worker."""
    with tempfile.TemporaryDirectory() as folder, _variable_kept(FOLDER_VARIABLE):
        bundle = bundle_of(made_rules(rule_count))
        rulebook = compile_now(revision_of(bundle), decode_all(bundle))
        active = ActiveRulebook(3_600.0, time.monotonic)
        active.activate(rulebook)
        active.confirm()
        journal = Journal(Path(folder))
        identity = Identity("benchmark" * 4)
        metrics = Metrics(Path(folder))
        handlers = Handlers(
            Assessor(identity, active, time.time),
            journal,
            Outcomes(identity, journal, time.time),
            Counters(metrics.assessed, metrics.outcome),
        )
        try:
            yield Decider(handlers, rulebook, identity, journal, metrics)
        finally:
            journal.close()


@contextmanager
def _variable_kept(name: str) -> Iterator[None]:
    """Restores the environment variable that Metrics sets."""
    before = os.environ.get(name)
    try:
        yield
    finally:
        os.environ.pop(name, None)
        if before is not None:
            os.environ[name] = before


def measure(scale: Scale) -> Decision:
    with decider(scale.http_rules) as deciding:
        _expect_first_match(deciding)
        steps = tuple((name, seconds_of(work, scale.spend)) for name, work in _steps(deciding))
    median, p99 = _alone(scale, dict(os.environ), flags())
    other = _alone(scale, plain(dict(os.environ)), [])[0] if is_compiled() else None
    return Decision(median, p99, other, scale.http_rules, steps)


def _alone(scale: Scale, environment: dict[str, str], python_flags: list[str]) -> tuple[float, float]:
    """Median and p99 in a separate process, so that earlier work of this one does not affect them."""
    program = "import sys; from benchmarks.decision import percentiles; print(*percentiles(*map(int, sys.argv[1:])))"
    command = [sys.executable, *python_flags, "-c", program, str(scale.http_rules), str(scale.rounds_in_process)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603  # ours
    median, p99 = map(float, done.stdout.split())
    return median, p99


def percentiles(rules: int, rounds: int) -> tuple[float, float]:
    """Median and p99 of a decision in seconds, cycling through different withdrawals."""
    with decider(rules) as deciding:
        bodies = [orjson.dumps(request) for request in withdrawals(_WITHDRAWALS)]
        took = each(deciding.decider_of(bodies), rounds)
        return percentile(took, 50), percentile(took, 99)


def _expect_first_match(deciding: Decider) -> None:
    answer = orjson.loads(deciding.decide())
    place = deciding.rulebook.jurisdiction("HK")
    matches = place.rules.scan(context_of(WITHDRAWAL), TODAY)
    if answer["matched_count"] != matches.count or answer["alert"]["rule_id"] != matches.first[0].id:
        raise SystemExit(f"the decision does not answer what the plain loop finds: {answer}")


def _steps(deciding: Decider) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each part of a decision alone, in seconds. Their sum leaves out the code that connects them."""
    rulebook, identity = deciding.rulebook, deciding.identity
    withdrawal = withdrawal_of(WITHDRAWAL)
    context = withdrawal.context()
    place = rulebook.jurisdiction("HK")
    rule = place.rules.match(context, TODAY).first[0]
    owner = rulebook.owner(rule)
    address = WITHDRAWAL["destination"]["address"]
    user = identity.user(withdrawal.user_id).encode()
    language = choose_language(withdrawal.languages or (), owner.region.languages)
    wording = owner.wording(rule, language, user, identity.variant_key)
    amounts = place.amount_formats[language]
    event = b'{"v":1,"facts":{%b}' % rulebook.fact_encoder.encode(context) + b" " * 400 + b"}"
    yield "validate the body", lambda: read_withdrawal(BODY)
    yield "name its facts", withdrawal.context
    yield "the region's day", lambda: place.calendar.day(time.time())
    yield "match, one like it before", lambda: place.rules.match(context, TODAY)
    yield "match, none like it before", lambda: place.rules.own.match_anew(context, TODAY)
    yield "four keyed hashes", lambda: identity.names(withdrawal.user_id, withdrawal.withdrawal_id, address)
    yield (
        "choose language and wording",
        lambda: owner.wording(rule, choose_language(withdrawal.languages or (), owner.region.languages), user, b""),
    )
    yield "spell the alert", lambda: wording.fill(withdrawal.shown(amounts))
    yield "the event's facts as JSON", lambda: rulebook.fact_encoder.encode(context)
    yield "journal: checksum and write", lambda: deciding.journal.record(event)
    yield "metrics", lambda: _count(deciding.metrics, rule)


def _count(metrics: Metrics, rule: Rule) -> None:
    metrics.assessed(rule)
    metrics.observe("assess", 200, 0.00001)
