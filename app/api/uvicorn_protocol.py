"""uvicorn's HTTP/1.1 with the fast lane in front: whole requests of the withdrawal path never become ASGI."""

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
        self._between = True  # no request has begun that has not ended
        self._noted: list[Header] = []
        self._head: Head | None = None  # of the request that is the lane's, until its body is there
        self._arrived = b""  # that body
        self._chunk = b""  # what arrived in one piece between two requests
        self._heard = False
        self._watch: TimerHandle | None = self.loop.call_later(self.timeout_keep_alive, self._look)

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

    # What httptools finds.

    def on_message_begin(self) -> None:
        self._between = False
        self.url = b""
        self._noted = []
        self._arrived = b""

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._noted.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        parser = self.parser
        plain = parser.get_method() == b"POST" and parser.get_http_version() == "1.1" and parser.should_keep_alive()
        if plain and self._idle():
            self._head = head_of(self.url, self._noted)
        if self._head is None:
            self._hand_over()

    def on_body(self, body: bytes) -> None:
        if self._head is None:
            super().on_body(body)
        else:
            self._arrived += body

    def on_message_complete(self) -> None:
        self._between = True
        head = self._head
        if head is not None:
            if self._answer(head, self._arrived):
                self._head = None
                # Learned only where one piece held this request and nothing else: then its first empty line ends this
                # very head, as the parser takes no line ended by a bare LF.
                end = self._chunk.find(b"\r\n\r\n") + 4
                if len(self._chunk) == end + head.length:
                    self._lane.learn(self._chunk[:end], head)
                return
            self._hand_over()
        super().on_message_complete()

    def _idle(self) -> bool:
        """Whether no earlier answer of this connection is still to come from the ASGI application."""
        cycle: RequestResponseCycle | None = self.cycle  # None before the first one, whatever uvicorn's types say
        return (cycle is None or cycle.response_complete) and not self.transport.is_closing()

    def _answer(self, head: Head, body: bytes) -> bool:
        if not self._lane.answer(self.transport, self.server_state.default_headers, head, body):
            return False
        self.server_state.total_requests += 1
        self._unset_keepalive_if_required()
        return True

    def _hand_over(self) -> None:
        """Makes the request that is being read uvicorn's own."""
        self._head = None
        url = self.url
        super().on_message_begin()
        super().on_url(url)
        for name, value in self._noted:
            super().on_header(name, value)
        super().on_headers_complete()
        if self._arrived:
            super().on_body(self._arrived)

    # What uvicorn does by itself must not overtake an answer that is held, nor forget a request that is half here.

    def send_400_response(self, msg: str) -> None:
        self._lane.flush()
        super().send_400_response(msg)

    def shutdown(self) -> None:
        self._lane.flush()
        if self._head is not None:
            self._hand_over()
        super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    # A client that asks and does not read is not read from either.

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

    def _look(self) -> None:
        """Closes a connection on which nothing was heard for `timeout_keep_alive` seconds, or twice that at most.

        Setting a timer anew with every answer, as uvicorn does, takes a microsecond.
        """
        if self._heard or not self._between or not self._idle():
            self._heard = False
            self._watch = self.loop.call_later(self.timeout_keep_alive, self._look)
        else:
            self._watch = None
            self.transport.close()
