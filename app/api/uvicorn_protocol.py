"""uvicorn's HTTP/1.1 with the fast lane in front. Its requests never become ASGI."""

from asyncio import Transport
from typing import cast

from app.api.fast_lane import LANE, FastLane, Head, head_of
from app.api.http_connection import HttpConnection


class FastLaneProtocol(HttpConnection):
    """Routes withdrawal requests to the fast lane and everything else to uvicorn.

    A request is buffered until its head is complete. Then the lane takes it; otherwise uvicorn gets the whole request,
    unchanged.
    """

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as in uvicorn
        self._lane = cast("FastLane", self.app_state[LANE])
        self._head: Head | None = None  # of the lane's request, until its body is complete
        self._body = b""  # the body so far
        self._chunk = b""  # the piece that a request began with
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._between and not self._waiting and not self._surplus and self.idle():
            self._heard = True
            end = data.find(b"\r\n\r\n") + 4
            head = self._lane.known(data[:end])
            if head is not None and len(data) == end + head.length and self._answer(head, data[end:]):
                return
            self._chunk = data
        super().data_received(data)
        self._chunk = b""

    def on_head(self, version: str, fields: dict[bytes, bytes]) -> None:
        parser = self.parser
        self._head = None
        self._body = b""
        plain = version == "1.1" and parser.get_method() == b"POST" and parser.should_keep_alive()
        if plain and self.idle():
            self._head = head_of(self.url, fields)
        if self._head is None:
            self.hand_over()

    def on_body(self, body: bytes) -> None:
        if self._head is None:
            super().on_body(body)
        else:
            self._body += body

    def on_message_complete(self) -> None:
        head = self._head
        if head is not None:
            self._between = True
            self._began = 0.0
            if self._answer(head, self._body):
                self._head = None
                # Learn the head only if one piece held this request and nothing else. Then its first empty line ends
                # this head, because the parser refuses a bare LF.
                end = self._chunk.find(b"\r\n\r\n") + 4
                if len(self._chunk) == end + head.length:
                    self._lane.learn(self._chunk[:end], head)
                return
            self.hand_over()
        super().on_message_complete()

    def hand_over(self) -> None:
        self._head = None
        super().hand_over()
        if self._body:
            super().on_body(self._body)

    def flush(self) -> None:
        self._lane.flush()

    def _answer(self, head: Head, body: bytes) -> bool:
        added = self.server_state.default_headers
        if self.last:
            added = [*added, (b"connection", b"close")]
        if not self._lane.answer(self.transport, added, head, body):
            return False
        self.server_state.total_requests += 1
        self._unset_keepalive_if_required()
        if self.last:
            self.flush()
            self.end()
        return True
