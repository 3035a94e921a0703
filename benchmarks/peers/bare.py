"""uvicorn and nothing else: it reads the body, discards it, and answers constant bytes. No service can beat it."""

from starlette.types import Receive, Scope, Send

from benchmarks.peers.folder import ANSWER, handed

_BODY = handed(ANSWER)
_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(_BODY)).encode())],
}
_REST = {"type": "http.response.body", "body": _BODY}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        while (await receive()).get("more_body"):
            pass
        await send(_START)
        await send(_REST)
