"""Records the outcomes of withdrawals."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import orjson

from app.service.api_keys import Client
from app.service.clock import Stamp
from app.service.identity import Identity
from app.service.recorder import OutcomeRecorder

# A caller's clock may be a little ahead of ours, in seconds.
AHEAD_LIMIT = 300.0


class RecordedOutcome(NamedTuple):
    """An outcome as the exchange reported it. `occurred_at` is in seconds since the epoch; None means `ago_ms`
    milliseconds before receipt. The rest is what the alert measured, None where nobody did.
    """

    assessment_id: str
    outcome: str
    occurred_at: float | None = None
    ago_ms: int = 0
    visible_ms: int | None = None
    scrolled: bool | None = None
    ignored_inputs: int | None = None


class Outcomes:
    """Records every outcome that is sent, repeats included; reports count each once."""

    def __init__(self, identity: Identity, recorder: OutcomeRecorder, clock: Callable[[], float]) -> None:
        self._identity = identity
        self._recorder = recorder
        self._clock = clock
        self._stamp = Stamp()
        self._occurred = Stamp()

    def issued(self, assessment_id: str) -> bool:
        return self._identity.issued(assessment_id)

    def too_far_ahead(self, occurred_at: float) -> bool:
        return occurred_at > self._clock() + AHEAD_LIMIT

    def record(self, outcome: RecordedOutcome, client: Client) -> bool:
        """True if the outcome is on disk. The caller must have checked `issued` and `too_far_ahead`."""
        return self._recorder.append(self._event(outcome, client, self._clock()))

    def record_many(self, outcomes: Sequence[RecordedOutcome], client: Client) -> bool:
        """Like `record` for several: all of them or none."""
        now = self._clock()
        return self._recorder.append_many([self._event(outcome, client, now) for outcome in outcomes])

    def _event(self, outcome: RecordedOutcome, client: Client, now: float) -> bytes:
        received = self._stamp.text(now)
        return (
            b'{"v":1,"event":"outcome","time":"%b","assessment_id":"%b",%b,"outcome":"%b","occurred_at":"%b",'
            b'"visible_ms":%b,"scrolled":%b,"ignored_inputs":%b}'
        ) % (
            received.encode(),
            outcome.assessment_id.encode(),
            client.event,
            outcome.outcome.encode(),
            self._occurred_at(outcome, now, received).encode(),
            orjson.dumps(outcome.visible_ms),
            orjson.dumps(outcome.scrolled),
            orjson.dumps(outcome.ignored_inputs),
        )

    def _occurred_at(self, outcome: RecordedOutcome, now: float, received: str) -> str:
        if outcome.occurred_at is not None:
            return self._occurred.nearest(outcome.occurred_at)
        return self._occurred.nearest(now - outcome.ago_ms / 1_000) if outcome.ago_ms else received
