"""The handlers of the withdrawal path: bytes in, reply out. The fast lane and the FastAPI routes share them."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from pydantic import ValidationError

from app.api import problem_document
from app.api.problem_document import FieldError
from app.api.reply import Reply
from app.api.request_body import field_errors, parsed, read, read_withdrawal
from app.api.request_models import OUTCOME_ITEM, OUTCOME_REQUEST, OutcomeItem, OutcomeRequest
from app.domain.rule import Rule
from app.service.api_keys import Client
from app.service.assessment import Assessor
from app.service.outcome_recording import Outcomes, RecordedOutcome
from app.service.recorder import AssessmentRecorder

log = logging.getLogger(__name__)

ASSESSMENT_BYTES = 16 * 1024
OUTCOMES_BYTES = 256 * 1024
OUTCOMES_LIMIT = 1_000

# Outcomes validated and recorded in one turn of the event loop: about 1 ms.
_TURN = 50

RECORDED = Reply(202, b'{"recorded":true}')
_YES = b'{"recorded":true}'

_FUTURE = "is more than five minutes in the future"
_NO_TIME = "is no time of the calendar"
_TWO_TIMES = "expected either ago_ms or occurred_at, not both"
_ANOTHER_ID = "expected the assessment id of the path"


@dataclass(frozen=True, slots=True)
class Counters:
    """What the handlers report to the metrics."""

    assessed: Callable[[Rule | None], None]
    outcome: Callable[[str], None]


class Handlers:
    """Assesses a withdrawal, and records one outcome or many."""

    def __init__(
        self, assessor: Assessor, recorder: AssessmentRecorder, outcomes: Outcomes, counters: Counters
    ) -> None:
        self._assessor = assessor
        self._recorder = recorder
        self._outcomes = outcomes
        self._counters = counters

    def assess(self, client: Client, body: bytes) -> Reply:
        """The answer, after its event is journaled."""
        reply, event = self.decide(client, body)
        if event is not None:
            self.journal([event])
        return reply

    def decide(self, client: Client, body: bytes) -> tuple[Reply, bytes | None]:
        """The answer and its event, which must be journaled before the answer is sent. A refusal has no event."""
        withdrawal = read_withdrawal(body)
        if isinstance(withdrawal, Reply):
            return withdrawal, None
        answer = self._assessor.assess(withdrawal, client)
        if answer is None:
            return problem_document.no_rulebook(), None
        self._counters.assessed(answer.rule)
        return Reply(200, answer.body), answer.event

    def journal(self, events: Sequence[bytes]) -> None:
        """Journals the events of assessments. A fault is only logged, because a warning outranks its record."""
        try:
            self._recorder.record_many(events)
        except Exception:  # the user must be warned all the same
            log.exception("%d events are lost by a fault of our own", len(events))

    def record_outcome(self, client: Client, assessment_id: str, body: bytes) -> Reply:
        request = read(OUTCOME_REQUEST, body)
        if isinstance(request, Reply):
            return request
        if not self._outcomes.issued(assessment_id):
            return problem_document.not_issued()
        if (named := request.get("assessment_id")) is not None and named != assessment_id:
            return problem_document.invalid([FieldError("/assessment_id", _ANOTHER_ID)])
        outcome = self._outcome(assessment_id, request)
        if isinstance(outcome, FieldError):
            return problem_document.invalid([outcome])
        if not self._outcomes.record(outcome, client):
            return problem_document.not_recorded()
        self._counters.outcome(outcome.outcome)
        return RECORDED

    async def record_outcomes(self, client: Client, body: bytes) -> Reply:
        """A malformed item fails alone. If the journal takes nothing, the whole call answers 503: send it again."""
        items = _items(body)
        if isinstance(items, Reply):
            return items
        results: list[bytes] = []
        for start in range(0, len(items), _TURN):
            turn = [self._item(item) for item in items[start : start + _TURN]]
            outcomes = [outcome for outcome in turn if isinstance(outcome, RecordedOutcome)]
            if outcomes and not self._outcomes.record_many(outcomes, client):
                return problem_document.not_recorded()
            for outcome in outcomes:
                self._counters.outcome(outcome.outcome)
            results.extend(_YES if isinstance(result, RecordedOutcome) else _no(result) for result in turn)
            await asyncio.sleep(0)
        return Reply(200, b'{"results":[' + b",".join(results) + b"]}")

    def _item(self, item: object) -> RecordedOutcome | list[FieldError]:
        try:
            request = OUTCOME_ITEM.validate_python(item)
        except ValidationError as error:
            return field_errors(error)
        if not self._outcomes.issued(request["assessment_id"]):
            return [FieldError("/assessment_id", "was not issued by us")]
        outcome = self._outcome(request["assessment_id"], request)
        return [outcome] if isinstance(outcome, FieldError) else outcome

    def _outcome(self, assessment_id: str, request: OutcomeRequest | OutcomeItem) -> RecordedOutcome | FieldError:
        ago_ms = request.get("ago_ms")
        moment = None
        if (occurred_at := request.get("occurred_at")) is not None:
            found = self._moment(occurred_at) if ago_ms is None else FieldError("/ago_ms", _TWO_TIMES)
            if isinstance(found, FieldError):
                return found
            moment = found
        return RecordedOutcome(
            assessment_id,
            request["outcome"],
            moment,
            ago_ms or 0,
            request.get("visible_ms"),
            request.get("scrolled"),
            request.get("ignored_inputs"),
        )

    def _moment(self, occurred_at: str) -> float | FieldError:
        try:
            moment = datetime.fromisoformat(occurred_at.upper()).timestamp()
        except (ValueError, OverflowError):
            return FieldError("/occurred_at", _NO_TIME)
        if self._outcomes.too_far_ahead(moment):
            return FieldError("/occurred_at", _FUTURE)
        # No withdrawal of cryptocurrency is older than Bitcoin: the year is mistyped.
        if moment < _FIRST_MOMENT:
            return FieldError("/occurred_at", "is before 2009")
        return moment


_FIRST_MOMENT = datetime.fromisoformat("2009-01-01T00:00:00Z").timestamp()


def _items(body: bytes) -> list[object] | Reply:
    """The outcomes of a bulk call: a list, or an object whose `outcomes` is one."""
    value = parsed(body)
    if isinstance(value, Reply):
        return value
    where = ""
    if isinstance(value, dict):
        unknown = [
            FieldError(problem_document.pointer([name]), "is not a field of this call")
            for name in value
            if name != "outcomes"
        ]
        if unknown or "outcomes" not in value:
            return problem_document.invalid(unknown or [FieldError("/outcomes", "is required")])
        where, value = "/outcomes", value["outcomes"]
    if not isinstance(value, list):
        return problem_document.invalid([FieldError(where, "expected a list of outcomes")])
    if len(value) > OUTCOMES_LIMIT:
        return problem_document.invalid([FieldError(where, f"expected at most {OUTCOMES_LIMIT} entries")])
    return value


def _no(errors: list[FieldError]) -> bytes:
    detail = "; ".join(f"{error.pointer or 'the item'} {error.detail}" for error in errors)
    return orjson.dumps({"recorded": False, "detail": detail})
