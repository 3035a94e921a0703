"""The withdrawal path as a bare ASGI call in front of FastAPI.

Routing, dependencies and response objects of a framework cost more than the decision itself: measured on one core, an
empty idiomatic FastAPI route answers 4,900 requests/s, the prototype of such a lane, with validation and logging,
14,000 to 16,500.
Anything that is not one of its three calls goes on to FastAPI, whose routes answer the same calls by `answer`.
"""

import logging
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from app.api import problem
from app.api.calls import ASSESSMENT_BYTES, OUTCOMES_BYTES, Calls
from app.api.keys import Keys
from app.api.reply import Reply
from app.service.access import ASSESS

log = logging.getLogger(__name__)

ASSESSMENTS = "/v1/assessments"
OUTCOMES = "/v1/outcomes"
_ONE = "/v1/assessments/"
_OUTCOMES_OF_ONE = "/outcomes"


class TooLarge(Exception):
    """A body over its limit."""


class FastLane:
    """An ASGI application that answers the withdrawal path and hands everything else to `app`."""

    def __init__(self, app: ASGIApp, lane: "Lane") -> None:
        self._app = app
        self._lane = lane

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            call = call_of(scope["path"])
            if call is not None:
                reply = await self._lane.answer(call, scope, receive)
                await send({"type": "http.response.start", "status": reply.status, "headers": reply.asgi_headers()})
                await send({"type": "http.response.body", "body": reply.body})
                return
        await self._app(scope, receive, send)


def call_of(path: str) -> str | None:
    """Which call of the lane a path is: its name in metrics."""
    if path == ASSESSMENTS:
        return "assess"
    if path == OUTCOMES:
        return "outcomes"
    if path.startswith(_ONE) and path.endswith(_OUTCOMES_OF_ONE):
        assessment_id = path[len(_ONE) : -len(_OUTCOMES_OF_ONE)]
        if assessment_id and "/" not in assessment_id:
            return "outcome"
    return None


class Lane:
    """Authorises, reads the body, answers. One function for both ways in."""

    def __init__(
        self, calls: Calls, keys: Keys, observe: Callable[[str, int, float], None], clock: Callable[[], float]
    ) -> None:
        self._calls = calls
        self._keys = keys
        self._observe = observe
        self._clock = clock

    async def answer(self, call: str, scope: Scope, receive: Receive) -> Reply:
        """The reply to one of the lane's calls; a fault of our own is a 500 without a word about the request."""
        began = self._clock()
        try:
            reply = await self._answer(call, scope, receive)
        except Exception:  # the exchange must get an answer, and the operator the traceback
            log.exception("Fault in call %s", call)
            reply = problem.problem(500, "A fault of our own. Show your fallback alert and let the user decide.")
        self._observe(call, reply.status, self._clock() - began)
        return reply

    async def _answer(self, call: str, scope: Scope, receive: Receive) -> Reply:
        authorization = content_type = None
        for name, value in scope["headers"]:
            if name == b"authorization":
                authorization = value
            elif name == b"content-type":
                content_type = value
        client = self._keys.authenticate(authorization)
        if client is None:
            return problem.unauthorized()
        if ASSESS not in client.scopes:
            return problem.forbidden(ASSESS)
        if content_type != b"application/json" and not is_json(content_type):
            return problem.wrong_media_type()
        limit = OUTCOMES_BYTES if call == "outcomes" else ASSESSMENT_BYTES
        try:
            body = await read_body(receive, limit)
        except TooLarge:
            return problem.too_large(limit)
        if call == "assess":
            return self._calls.assess(client, body)
        if call == "outcome":
            assessment_id = scope["path"][len(_ONE) : -len(_OUTCOMES_OF_ONE)]
            return self._calls.record_outcome(client, assessment_id, body)
        return await self._calls.record_outcomes(client, body)


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole body. TooLarge past `limit` bytes, before more is read."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body") and len(body) <= limit:
        message = await receive()
        body += message.get("body", b"")
    if len(body) > limit:
        raise TooLarge
    return body


def is_json(content_type: bytes | None) -> bool:
    """Whether a Content-Type names JSON in UTF-8. Absent counts as JSON: nothing else was claimed."""
    if content_type is None:
        return True
    kind, *parameters = [part.strip().lower() for part in content_type.split(b";")]
    charsets = [part.partition(b"=")[2].strip(b'"') for part in parameters if part.startswith(b"charset=")]
    return kind == b"application/json" and all(charset in (b"utf-8", b"utf8") for charset in charsets)
