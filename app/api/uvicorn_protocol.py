"""uvicorn's HTTP/1.1 with the fast lane in front. Its requests never become ASGI."""

from asyncio import TimerHandle, Transport
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.api.fast_lane import LANE, FastLane, Head, Header, head_of


class FastLaneProtocol(HttpToolsProtocol):
    """Routes withdrawal requests to the fast lane and everything else to uvicorn.

    A request is buffered until its head is complete. Then the lane takes it; otherwise uvicorn gets the whole request,
    unchanged. `uvicorn_internals` lists every name of uvicorn that is used here.
    """

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._lane = cast("FastLane", self.app_state[LANE])
        self._between = True  # no request is half received
        self._buffered: list[Header] = []
        self._head: Head | None = None  # of the lane's request, until its body is complete
        self._body = b""  # the body so far
        self._chunk = b""  # the piece that a request began with
        self._heard = False
        self._idle_timer: TimerHandle | None = self.loop.call_later(self.timeout_keep_alive, self._close_if_silent)

    def data_received(self, data: bytes) -> None:
        self._heard = True
        if self._between and self._idle():
            end = data.find(b"\r\n\r\n") + 4
            head = self._lane.known(data[:end])
            if head is not None and len(data) == end + head.length and self._answer(head, data[end:]):
                return
            self._chunk = data
        super().data_received(data)
        self._chunk = b""

    # Callbacks of httptools.

    def on_message_begin(self) -> None:
        self._between = False
        self.url = b""
        self._buffered = []
        self._body = b""

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._buffered.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        parser = self.parser
        plain = parser.get_method() == b"POST" and parser.get_http_version() == "1.1" and parser.should_keep_alive()
        if plain and self._idle():
            self._head = head_of(self.url, self._buffered)
        if self._head is None:
            self._hand_over()

    def on_body(self, body: bytes) -> None:
        if self._head is None:
            super().on_body(body)
        else:
            self._body += body

    def on_message_complete(self) -> None:
        self._between = True
        head = self._head
        if head is not None:
            if self._answer(head, self._body):
                self._head = None
                # Learn the head only if one piece held this request and nothing else. Then its first empty line ends
                # this head, because the parser refuses a bare LF.
                end = self._chunk.find(b"\r\n\r\n") + 4
                if len(self._chunk) == end + head.length:
                    self._lane.learn(self._chunk[:end], head)
                return
            self._hand_over()
        super().on_message_complete()

    def _idle(self) -> bool:
        """Whether the ASGI application owes this connection no answer."""
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request, despite uvicorn's types
        return (cycle is None or cycle.response_complete) and not self.transport.is_closing()

    def _answer(self, head: Head, body: bytes) -> bool:
        if not self._lane.answer(self.transport, self.server_state.default_headers, head, body):
            return False
        self.server_state.total_requests += 1
        self._unset_keepalive_if_required()
        return True

    def _hand_over(self) -> None:
        """Gives uvicorn the request that is being received."""
        self._head = None
        url = self.url
        super().on_message_begin()
        super().on_url(url)
        for name, value in self._buffered:
            super().on_header(name, value)
        super().on_headers_complete()
        if self._body:
            super().on_body(self._body)

    # uvicorn's own actions must not overtake a held answer, nor lose a request that is half received.

    def send_400_response(self, msg: str) -> None:
        self._lane.flush()
        super().send_400_response(msg)

    def shutdown(self) -> None:
        self._lane.flush()
        if self._head is not None:
            self._hand_over()
        super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        super().connection_lost(exc)

    # Stop reading from a client that does not read its answers.

    def pause_writing(self) -> None:
        super().pause_writing()
        self.flow.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.flow.resume_reading()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.flow.write_paused or self.pipeline:
            self.flow.pause_reading()

    def _close_if_silent(self) -> None:
        """Closes a connection that was silent for `timeout_keep_alive` seconds, or twice that at most.

        A new timer with every answer, as uvicorn sets it, takes a microsecond.
        """
        if self._heard or not self._between or not self._idle():
            self._heard = False
            self._idle_timer = self.loop.call_later(self.timeout_keep_alive, self._close_if_silent)
        else:
            self._idle_timer = None
            self.transport.close()
