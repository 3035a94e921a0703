"""The fast lane: answers an assessment or an outcome in the call that brings its bytes.

uvicorn, ASGI and FastAPI (a scope, a task, messages, a route) cost more than the decision. `FastLaneProtocol` hands a
whole request to its worker's lane instead:

    bytes -> Head (known, or parsed) -> Handlers.decide -> held -> flush: journal, then every answer of this turn

FastAPI's routes answer everything else by the same `Handlers`; `tests/api/test_two_ways.py` checks that both give the
same bytes. docs/decisions/0013 gives the reasons.
"""

import logging
from asyncio import Transport, get_running_loop
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.api import problem_document
from app.api.handlers import ASSESSMENT_BYTES, Handlers
from app.api.reloading_keys import Keys
from app.api.reply import JSON, header_lines
from app.api.request_head import Header
from app.api.withdrawal_routes import ASSESSMENTS, OUTCOMES_OF_ONE, is_json
from app.service.api_keys import ASSESS

log = logging.getLogger(__name__)

_ASSESSMENTS = ASSESSMENTS.encode()
_OUTCOMES_OF_ONE = OUTCOMES_OF_ONE.encode()

# Answers that may wait for one another: half a millisecond at saturation.
TURN = 16

# How many heads are recognised by their bytes, and how long one may be.
KNOWN_HEADS = 1_024
KNOWN_HEAD_BYTES = 2_048

# Where the application's lifespan state holds the lane.
LANE = "lane"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a request that the lane may answer."""

    authorization: bytes | None
    length: int  # of the body, in bytes
    assessment_id: str | None  # the assessment that an outcome belongs to; None for an assessment


# An answer whose event is not journaled yet: transport, bytes, call, status, and when its request arrived.
_Held = tuple[Transport, bytes, str, int, float]


class FastLane:
    """One per worker. `observe` counts an answer, `clock` gives seconds."""

    def __init__(
        self, handlers: Handlers, keys: Keys, observe: Callable[[str, int, float], None], clock: Callable[[], float]
    ) -> None:
        self._handlers = handlers
        self._keys = keys
        self._observe = observe
        self._clock = clock
        self._known: dict[bytes, Head] = {}
        self._events: list[bytes] = []
        self._held: list[_Held] = []
        self._added: Sequence[Header] | None = None
        self._start = b""

    # The heads of one client differ only in the length of the body. A look-up takes 0.3 microseconds, parsing 2.9. Only
    # heads that the parser has read as one whole request are learned.
    def known(self, written: bytes) -> Head | None:
        return self._known.get(written)

    def learn(self, written: bytes, head: Head) -> None:
        if len(written) <= KNOWN_HEAD_BYTES and head.assessment_id is None:
            if len(self._known) >= KNOWN_HEADS:  # the heads never repeat: each has a trace id
                self._known.clear()
            self._known[written] = head

    def answer(self, transport: Transport, added: Sequence[Header], head: Head, body: bytes) -> bool:
        """Answers at the end of this turn of the event loop, or once `TURN` answers wait; False if the key may not ask.

        `added` are the headers that uvicorn adds to every answer, a new list each second.
        """
        client = self._keys.authenticate(head.authorization)
        if client is None or ASSESS not in client.scopes:
            return False
        began = self._clock()
        call = "assess"
        try:
            if head.assessment_id is None:
                reply, event = self._handlers.decide(client, body)
                if event is not None:
                    self._events.append(event)
            else:
                call = "outcome"
                self.flush()  # an outcome is journaled after its assessment
                reply = self._handlers.record_outcome(client, head.assessment_id, body)
        except Exception:  # the exchange must get an answer, and the operator the traceback
            log.exception("Fault in call %s", call)
            reply = problem_document.fault()
        if added is not self._added:
            self._added, self._start = added, b"HTTP/1.1 200 OK\r\n%bcontent-type: %b\r\n" % (header_lines(added), JSON)
        if reply.status == 200:
            data = b"%bcontent-length: %d\r\n\r\n%b" % (self._start, len(reply.body), reply.body)
        else:
            data = reply.in_http(added)
        if not self._held:
            get_running_loop().call_soon(self.flush)
        self._held.append((transport, data, call, reply.status, began))
        if len(self._held) >= TURN:
            self.flush()
        return True

    # One journal write covers all requests of this turn: 1.4 microseconds an event in batches of sixteen, 2.8 singly. A
    # single request does not wait.
    def flush(self) -> None:
        """Journals the events of this turn, then sends its answers."""
        if not self._held:
            return
        held, self._held = self._held, []
        events, self._events = self._events, []
        self._handlers.journal(events)
        for transport, data, *_ in held:
            try:
                if not transport.is_closing():
                    transport.write(data)
            except Exception:  # the other connections still get their answers
                log.exception("An answer could not be sent")
        now = self._clock()
        for _, _, call, status, began in held:
            self._observe(call, status, now - began)


def head_of(url: bytes, fields: dict[bytes, bytes]) -> Head | None:
    """The head of a POST with header names in lower case; None if FastAPI is to answer."""
    assessment_id = None
    if url != _ASSESSMENTS:
        assessment_id = _assessment_of(url)
        if assessment_id is None:
            return None
    # uvicorn handles chunked bodies and `Expect: 100-continue`, FastAPI's routes refuse a compressed body.
    if b"transfer-encoding" in fields or b"expect" in fields or b"content-encoding" in fields:
        return None
    given = fields.get(b"content-length")
    if given is None or not is_json(fields.get(b"content-type")):
        return None
    length = int(given)
    return Head(fields.get(b"authorization"), length, assessment_id) if length <= ASSESSMENT_BYTES else None


def _assessment_of(url: bytes) -> str | None:
    """The id in the path of an outcome; None if it has characters that our ids never have."""
    rest = url.removeprefix(_ASSESSMENTS + b"/")
    if rest == url or not rest.endswith(_OUTCOMES_OF_ONE):
        return None
    assessment_id = rest.removesuffix(_OUTCOMES_OF_ONE)
    return assessment_id.decode() if assessment_id.replace(b"-", b"").replace(b"_", b"").isalnum() else None
