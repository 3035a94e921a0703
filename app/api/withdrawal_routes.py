"""The withdrawal path as FastAPI's routes answer it: authorise, read the body, answer.

The fast lane answers most of these requests first. Refusals, chunked bodies and the like come here, to the same
handlers.
"""

import logging
from collections.abc import Callable, Iterable

from starlette.types import Receive, Scope

from app.api import problem_document
from app.api.handlers import ASSESSMENT_BYTES, OUTCOMES_BYTES, Handlers
from app.api.reloading_keys import Keys
from app.api.reply import Reply
from app.service.api_keys import ASSESS

log = logging.getLogger(__name__)

ASSESSMENTS = "/v1/assessments"
OUTCOMES_OF_ONE = "/outcomes"


class WithdrawalPath:
    """The routes of the withdrawal path share one."""

    def __init__(
        self, handlers: Handlers, keys: Keys, observe: Callable[[str, int, float], None], clock: Callable[[], float]
    ) -> None:
        self._handlers = handlers
        self._keys = keys
        self._observe = observe
        self._clock = clock

    async def answer(self, call: str, scope: Scope, receive: Receive) -> Reply:
        """The reply to assess, outcome or outcomes. A fault of our own is a 500 that says nothing of the request."""
        began = self._clock()
        try:
            reply = await self._answer(call, scope, receive)
        except Exception:  # the exchange must get an answer, and the operator the traceback
            log.exception("Fault in call %s", call)
            reply = problem_document.fault()
        self._observe(call, reply.status, self._clock() - began)
        return reply

    async def _answer(self, call: str, scope: Scope, receive: Receive) -> Reply:
        authorization, content_type = credentials(scope["headers"])
        client = self._keys.authenticate(authorization)
        if client is None:
            return problem_document.unauthorized()
        if ASSESS not in client.scopes:
            return problem_document.forbidden(ASSESS)
        if not is_json(content_type):
            return problem_document.wrong_media_type()
        limit = OUTCOMES_BYTES if call == "outcomes" else ASSESSMENT_BYTES
        body = await body_of(scope, receive, limit)
        if isinstance(body, Reply):
            return body
        if call == "assess":
            return self._handlers.assess(client, body)
        if call == "outcome":
            assessment_id = scope["path"][len(ASSESSMENTS) + 1 : -len(OUTCOMES_OF_ONE)]
            return self._handlers.record_outcome(client, assessment_id, body)
        return await self._handlers.record_outcomes(client, body)


def credentials(headers: Iterable[tuple[bytes, bytes]]) -> tuple[bytes | None, bytes | None]:
    """Authorization and Content-Type. Header names must be in lower case."""
    authorization = content_type = None
    for name, value in headers:
        if name == b"authorization":
            authorization = value
        elif name == b"content-type":
            content_type = value
    return authorization, content_type


async def body_of(scope: Scope, receive: Receive, limit: int) -> bytes | Reply:
    """The whole body, of at most `limit` bytes, or the reply that refuses it."""
    fields = dict(scope["headers"])
    if fields.get(b"content-encoding", b"identity").lower() != b"identity":
        return problem_document.wrong_coding()
    if int(fields.get(b"content-length", 0)) > limit:  # before `100 Continue` asks for it
        return problem_document.too_large(limit)
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return problem_document.cut_off()
        body += message.get("body", b"")
        if len(body) > limit:
            return problem_document.too_large(limit)
        more = message.get("more_body", False)
    return body


def is_json(content_type: bytes | None) -> bool:
    """Whether a Content-Type is JSON in UTF-8. A missing header counts as JSON."""
    if content_type is None or content_type == b"application/json":
        return True
    kind, *parameters = [part.strip().lower() for part in content_type.split(b";")]
    charsets = [part.partition(b"=")[2].strip(b'"') for part in parameters if part.startswith(b"charset=")]
    return kind == b"application/json" and all(charset in (b"utf-8", b"utf8") for charset in charsets)
