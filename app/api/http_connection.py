"""uvicorn's HTTP/1.1, made strict and bounded. docs/decisions/0023 lists what uvicorn's own does not hold."""

import logging
from asyncio import TimerHandle, Transport
from typing import cast

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpRequestParser

from app.api.closing_connection import ClosedGently, ClosingConnection
from app.api.connection_limits import (
    HEAD_BYTES,
    HEAD_FIELDS,
    PIECE_BYTES,
    TARGET_BYTES,
    RefusedRequest,
    cut_off,
    head_too_large,
    malformed,
    target_too_long,
    too_many,
    too_slow,
)
from app.api.health import PATHS
from app.api.problem_document import FAULT
from app.api.request_head import Header, fields_of, head_size, origin_form, unsupported_version, without_upgrade

log = logging.getLogger(__name__)

# What is answered even where connections are too many.
_HEALTH = frozenset(path.encode() for path in PATHS)


class HttpConnection(ClosingConnection):
    """Hands uvicorn each request once its head is complete and sound. Any other request is refused here.

    A refusal closes the connection, after the answers that are owed to the requests before it. `uvicorn_internals`
    lists every name of uvicorn that is used here and in `closing_connection`.
    """

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as in uvicorn
        self._buffered: list[Header] = []
        self._arrived = -1  # bytes since the head began or the body went on; -1 until the end of that piece
        self._scheduled = False  # to parse what waits
        self._again = b""  # the head of a request that asked for an upgrade, to be parsed a second time
        self._deadline: TimerHandle | None = None
        self._keep_alive: bool | None = None  # of a request that waits for `100 Continue`
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self._heard = True
        if self._ended:
            self._throw_away(len(data))
            return
        self._unset_keepalive_if_required()
        if self._waiting or len(data) > PIECE_BYTES:
            self._waiting += data
            if not self._scheduled:
                self._feed_waiting()
        else:
            self._feed(data)

    def _feed(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except (HttpParserUpgrade, HttpParserError) as stop:
            self._resume(data, stop)
        if not self._between and not self._ended:
            self._check_rest(data)

    def _feed_waiting(self) -> None:
        """Parses one piece of what waits, and goes on after the other connections had their turn.

        So no more requests wait in uvicorn than one piece holds (each takes 3 KiB there), and the lane does not hold
        up the event loop. A client that does not read its answers waits too.
        """
        self._scheduled = False
        if self._ended or self.transport.is_closing():
            self._waiting = b""
        if not self._waiting:
            return
        self.flow.pause_reading()
        if self.pipeline or self.flow.write_paused:
            return  # `on_response_complete` or `resume_writing` goes on
        piece, self._waiting = self._waiting[:PIECE_BYTES], self._waiting[PIECE_BYTES:]
        self._feed(piece)
        if self._waiting:
            self._go_on()
        elif self._eof and not self._ended:
            self._take_eof()
        elif not self.pipeline and not self.flow.write_paused:
            self.flow.resume_reading()

    def _go_on(self) -> None:
        if not self._scheduled:
            self._scheduled = True
            self.loop.call_soon(self._feed_waiting)

    def _resume(self, piece: bytes | memoryview, stop: HttpParserUpgrade | HttpParserError) -> None:
        """Goes on after an upgrade that was offered, any number of times. An error ends the connection."""
        pieces: list[bytes | memoryview] = []
        while True:
            if isinstance(stop, HttpParserError):
                if not self._ended:
                    self._refuse(_refusal_of(stop))
                return
            # The parser takes no body from here on, and after `Connection: close` nothing at all.
            self.parser = HttpRequestParser(self)
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
            pieces += [memoryview(piece)[stop.args[0] :], self._again]
            self._again = b""
            try:
                while pieces:
                    piece = pieces.pop()
                    self.parser.feed_data(piece)
                return
            except (HttpParserUpgrade, HttpParserError) as again:
                stop = again

    # Callbacks of httptools.

    def on_message_begin(self) -> None:
        self._between = False
        self._in_head = True
        self._arrived = -1
        self.url = b""
        self._buffered = []

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._buffered.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        if self._ended:
            raise cut_off()  # stops the parser: the answer before was the last
        parser = self.parser
        version = parser.get_http_version()
        if self._arrived >= 0:  # no single piece is larger than a head may be
            self._arrived = -1
            if len(self.url) <= TARGET_BYTES and head_size(self.url, self._buffered) > HEAD_BYTES:
                raise head_too_large()
        self._in_head = False
        fields = fields_of(version, self._buffered)
        if parser.should_upgrade():
            method = parser.get_method()
            if method == b"CONNECT":
                raise RefusedRequest("unsupported", 501, "This is no proxy.")
            self._again = without_upgrade(method, self.url, version, self._buffered)
            return
        url = self.url
        if b"#" in url or not url.startswith(b"/") or len(url) > TARGET_BYTES:
            self.url = origin_form(url)
        if self._surplus and self._limits.crowded and self.url not in _HEALTH:
            raise too_many()
        self.on_head(version, fields)

    def on_head(self, version: str, fields: dict[bytes, bytes]) -> None:
        """Called with every sound head."""
        self.hand_over()

    def on_body(self, body: bytes) -> None:
        self._arrived = -1
        if self._keep_alive is not None:
            self.cycle.keep_alive, self._keep_alive = self._keep_alive, None
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self._again:
            return  # only its head is over
        self._between = True
        self._began = 0.0
        self._receiving = False
        super().on_message_complete()

    def hand_over(self) -> None:
        """Gives uvicorn the request that is being received."""
        url = self.url
        super().on_message_begin()
        super().on_url(url)
        for name, value in self._buffered:
            super().on_header(name, value)
        super().on_headers_complete()
        cycle = self.cycle
        cycle.transport = cast("Transport", ClosedGently(self))
        self._owed += 1
        self._receiving = True
        self._unwanted = 0
        if self.last:
            cycle.keep_alive = False
        self._keep_alive = None
        if cycle.waiting_for_100_continue:
            # Unless the body begins, nobody knows whether it will come after a final answer (RFC 9110, 10.1.1).
            cycle.keep_alive, self._keep_alive = False, cycle.keep_alive

    # Limits of a request.

    def _check_rest(self, data: bytes) -> None:
        """Called after a piece that leaves a request incomplete."""
        if not self._began:
            self._began = self.loop.time()
            if self._deadline is None:
                self._deadline = self.loop.call_later(self._limits.request_seconds, self._check_deadline)
        if self._receiving and self.cycle.response_complete:
            self._throw_away(len(data))
        if self._arrived >= 0:
            self._arrived += len(data)
        elif self._in_head:
            self._arrived = head_size(self.url, self._buffered) + len(data) - data.rfind(b"\n") - 1
        else:
            self._arrived = 0
        if self._arrived > HEAD_BYTES or len(self._buffered) > HEAD_FIELDS:
            too_long = self._in_head and len(self.url) > TARGET_BYTES
            self._refuse(target_too_long() if too_long else head_too_large())

    def _check_deadline(self) -> None:
        self._deadline = None
        if not self._began:
            return
        if self.flow.read_paused:  # it is we who do not read
            self._began = self.loop.time()
        seconds = self._limits.request_seconds
        left = self._began + seconds - self.loop.time()
        if left > 0.001:
            self._deadline = self.loop.call_later(left, self._check_deadline)
        else:
            self._refuse(too_slow(seconds))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        super().connection_lost(exc)


def _refusal_of(error: HttpParserError) -> RefusedRequest:
    cause = error.__context__
    if isinstance(error, HttpParserCallbackError) and cause is not None:
        if isinstance(cause, RefusedRequest):
            return cause
        log.error("Fault in a connection", exc_info=cause)
        return RefusedRequest("fault", 500, FAULT)
    said = str(error)
    if "HTTP version" in said or "PRI" in said or "HTTP/2" in said:
        return unsupported_version()
    return malformed(f"The request is malformed: {said[:1].lower()}{said[1:]}.")
