"""The throughput of outcomes, one by one and in bulk, beside assessments of the same service."""

from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from benchmarks.load import ask, closed_loop, post
from benchmarks.processes import service
from benchmarks.rules import bundle_of, made_rules, withdrawals
from benchmarks.scale import Scale

PATH = "/v1/assessments"
BULK = 100
_WITHDRAWALS = 256


@dataclass(frozen=True, slots=True)
class Outcomes:
    """All per second."""

    assessments: float
    outcomes: float
    in_bulk: float  # outcomes, not calls

    @property
    def ratio(self) -> float:
        return self.outcomes / self.assessments


def measure(scale: Scale) -> Outcomes:
    with service(bundle_of(made_rules(scale.http_rules))) as deployed:
        port, key = deployed.server.port, deployed.key
        requests = [post(PATH, orjson.dumps(request), key) for request in withdrawals(_WITHDRAWALS)]
        ids = [orjson.loads(ask(port, request))["assessment_id"] for request in requests]
        body = orjson.dumps({"outcome": "cancelled", "occurred_at": datetime.now(UTC).isoformat()})
        single = [post(f"{PATH}/{name}/outcomes", body, key) for name in ids]
        items = [{"assessment_id": name, "outcome": "cancelled"} for name in ids[:BULK]]
        bulk = [post("/v1/outcomes", orjson.dumps(items), key)]
        if ask(port, bulk[0]).count(b'{"recorded":true}') != BULK:
            raise SystemExit("an outcome was not recorded")
        rates = []
        for calls in (requests, single, bulk):
            closed_loop(port, calls, scale.warm_up)
            rates.append(closed_loop(port, calls, scale.seconds).rate)
    return Outcomes(rates[0], rates[1], rates[2] * BULK)
