"""The fast lane: an assessment or an outcome is answered in the call that brings its bytes.

What stands between a socket and a decision in uvicorn, ASGI and FastAPI (a scope, a task, messages, a route) costs
more than the decision. `FastLaneProtocol` hands a whole request to its worker's lane instead:

    bytes -> Head (known, or parsed) -> Calls.decide -> held -> flush: journal, then every answer of this turn

Whatever is not a plain, authorised call of this path goes the ordinary way, where FastAPI's routes answer it by the
same `Calls`; `tests/api/test_two_ways.py` holds both equal to the byte. docs/decisions/0013 says why it is here.
"""

import logging
from asyncio import Transport, get_running_loop
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from app.api import problem_document
from app.api.handlers import ASSESSMENT_BYTES, Calls
from app.api.reloading_keys import Keys
from app.api.reply import JSON
from app.api.withdrawal_routes import ASSESSMENTS, OUTCOMES_OF_ONE, credentials, is_json
from app.service.api_keys import ASSESS

log = logging.getLogger(__name__)

_ASSESSMENTS = ASSESSMENTS.encode()
_OUTCOMES_OF_ONE = OUTCOMES_OF_ONE.encode()

# Answers that may wait for one another: at saturation half a millisecond.
TURN = 16

# Heads of requests that are recognised by their bytes, and how long one may be.
KNOWN_HEADS = 1_024
HEAD_BYTES = 2_048

# What a body in chunks, an upgrade or a client that waits for leave asks of HTTP is uvicorn's to do.
_NOT_PLAIN = frozenset({b"expect", b"transfer-encoding", b"upgrade"})

# By status, as uvicorn writes it.
_STATUS_LINES = {status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus}

# Where the application's lifespan state holds the lane.
LANE = "lane"

Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a request that the lane may answer says."""

    authorization: bytes | None
    length: int  # of the body, in bytes
    assessment_id: str | None  # whose outcome it brings; None where it asks for an assessment


# An answer whose event is not in the journal yet: where it goes, its bytes, call, status, and when its request came.
_Held = tuple[Transport, bytes, str, int, float]


class FastLane:
    """One a worker. `record` journals events, `observe` counts an answer, `clock` gives seconds."""

    def __init__(
        self,
        calls: Calls,
        keys: Keys,
        record: Callable[[Sequence[bytes]], None],
        observe: Callable[[str, int, float], None],
        clock: Callable[[], float],
    ) -> None:
        self._calls = calls
        self._keys = keys
        self._record = record
        self._observe = observe
        self._clock = clock
        self._known: dict[bytes, Head] = {}
        self._events: list[bytes] = []
        self._held: list[_Held] = []
        self._added: Sequence[Header] | None = None
        self._start = b""

    # A client's heads repeat byte for byte but for the length of the body. Looking one up takes 0.3 microseconds,
    # parsing it 2.9. Only what the parser has read as one whole request is ever learned.
    def known(self, written: bytes) -> Head | None:
        return self._known.get(written)

    def learn(self, written: bytes, head: Head) -> None:
        if len(written) <= HEAD_BYTES and head.assessment_id is None:
            if len(self._known) >= KNOWN_HEADS:  # heads that never repeat, a trace's id in each
                self._known.clear()
            self._known[written] = head

    def answer(self, transport: Transport, added: Sequence[Header], head: Head, body: bytes) -> bool:
        """Answers when this turn of the event loop is over, or `TURN` wait; False where the key may not ask.

        `added` are the headers that uvicorn gives every answer, another list each second.
        """
        client = self._keys.authenticate(head.authorization)
        if client is None or ASSESS not in client.scopes:
            return False
        began = self._clock()
        call = "assess"
        try:
            if head.assessment_id is None:
                reply, event = self._calls.decide(client, body)
                if event is not None:
                    self._events.append(event)
            else:
                call = "outcome"
                self.flush()  # what became of an assessment is journaled after it
                reply = self._calls.record_outcome(client, head.assessment_id, body)
        except Exception:  # the exchange must get an answer, and the operator the traceback
            log.exception("Fault in call %s", call)
            reply = problem_document.fault()
        if added is not self._added:
            self._added, self._start = added, b"HTTP/1.1 200 OK\r\n%bcontent-type: %b\r\n" % (_lines(added), JSON)
        if reply.status == 200:
            data = b"%bcontent-length: %d\r\n\r\n%b" % (self._start, len(reply.body), reply.body)
        else:
            data = b"%b%b%b\r\n%b" % (
                _STATUS_LINES[reply.status],
                _lines(added),
                _lines(reply.asgi_headers()),
                reply.body,
            )
        if not self._held:
            get_running_loop().call_soon(self.flush)
        self._held.append((transport, data, call, reply.status, began))
        if len(self._held) >= TURN:
            self.flush()
        return True

    # One write to the journal for all that arrived together, and only then the answers: 1.4 microseconds an event in
    # sixteens, 2.8 one by one. A request that is alone waits for nobody.
    def flush(self) -> None:
        """Journals the events of this turn, then sends its answers."""
        if not self._held:
            return
        held, self._held = self._held, []
        events, self._events = self._events, []
        try:
            self._record(events)
        except Exception:  # a warning outranks its record
            log.exception("%d events are lost by a fault of our own", len(events))
        for transport, data, *_ in held:
            try:
                if not transport.is_closing():
                    transport.write(data)
            except Exception:  # one connection's fault keeps nobody else's answer
                log.exception("An answer could not be sent")
        now = self._clock()
        for _, _, call, status, began in held:
            self._observe(call, status, now - began)


def head_of(url: bytes, headers: Iterable[Header]) -> Head | None:
    """The head of a POST, header names in lower case; None where the ordinary way is to answer."""
    assessment_id = None
    if url != _ASSESSMENTS:
        assessment_id = _assessment_of(url)
        if assessment_id is None:
            return None
    length = None
    for name, value in headers:
        if name == b"content-length":
            length = int(value)
        elif name in _NOT_PLAIN:
            return None
    authorization, content_type = credentials(headers)
    if length is None or length > ASSESSMENT_BYTES or not is_json(content_type):
        return None
    return Head(authorization, length, assessment_id)


def _assessment_of(url: bytes) -> str | None:
    """The id in the path of an outcome, where it is spelled as we spell ours."""
    behind = url.removeprefix(_ASSESSMENTS + b"/")
    if behind == url or not behind.endswith(_OUTCOMES_OF_ONE):
        return None
    written = behind.removesuffix(_OUTCOMES_OF_ONE)
    return written.decode() if written.replace(b"-", b"").replace(b"_", b"").isalnum() else None


def _lines(headers: Iterable[Header]) -> bytes:
    return b"".join([b"%b: %b\r\n" % header for header in headers])
