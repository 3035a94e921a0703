"""uvicorn's HTTP/1.1, made strict and bounded. docs/decisions/0023 lists what uvicorn's own does not hold."""

import logging
from asyncio import TimerHandle, Transport
from typing import cast

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.api.connection_limits import (
    HEAD_BYTES,
    HEAD_FIELDS,
    LIMITS,
    LINGER_SECONDS,
    PIECE_BYTES,
    STOPPING_SECONDS,
    TARGET_BYTES,
    UNWANTED_BYTES,
    ConnectionLimits,
    RefusedRequest,
    cut_off,
    head_too_large,
    malformed,
    stopping,
    target_too_long,
    too_many,
    too_slow,
)
from app.api.request_head import Header, fields_of, head_size, origin_form, unsupported_version, without_upgrade

log = logging.getLogger(__name__)

# What a load balancer asks for, and what is answered even where connections are too many.
_HEALTH = frozenset({b"/healthz", b"/readyz", b"/metrics"})


class HttpConnection(HttpToolsProtocol):
    """Hands uvicorn each request once its head is complete and sound. Any other request is refused here.

    A refusal closes the connection, after the answers that are owed to the requests before it. `uvicorn_internals`
    lists every name of uvicorn that is used here.
    """

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._limits = cast("ConnectionLimits", self.app_state[LIMITS])
        self._limits.open += 1
        self._between = True  # no request is half received
        self._ended = False  # what still arrives is thrown away
        self._stopping = False
        self.last = self._limits.draining  # the next answer is the last of this connection
        self._owed = 0  # answers that uvicorn has yet to give
        self._receiving = False  # uvicorn has this request, and not yet the whole of its body
        self._buffered: list[Header] = []
        self._in_head = False
        self._arrived = -1  # bytes since the head began or the body went on; -1 until the end of that piece
        self._scheduled = False
        self._waiting = b""  # until uvicorn has begun with every request before it
        self._again = b""  # the head of a request that asked for an upgrade, to be parsed a second time
        self._refusal: bytes | None = None  # waits for the answers before it
        self._eof = False
        self._unwanted = 0
        self._began = 0.0  # when the request that is half received began
        self._deadline: TimerHandle | None = None
        self._stalled: TimerHandle | None = None
        self._end: TimerHandle | None = None
        self._heard = False
        self._keep_alive: bool | None = None  # of a request that waits for `100 Continue`
        self._surplus = self._limits.crowded
        silence = self._limits.request_seconds if self._surplus else self.timeout_keep_alive
        self._idle_timer: TimerHandle | None = self.loop.call_later(silence, self._close_if_silent)
        if self._limits.full:
            self._refuse(too_many())

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
        cycle.transport = cast("Transport", _ClosedGently(self))
        self._owed += 1
        self._receiving = True
        self._unwanted = 0
        if self.last or self._surplus:
            cycle.keep_alive = False
        self._keep_alive = None
        if cycle.waiting_for_100_continue:
            # Unless the body begins, nobody knows whether it will come after a final answer (RFC 9110, 10.1.1).
            cycle.keep_alive, self._keep_alive = False, cycle.keep_alive

    def idle(self) -> bool:
        """Whether the ASGI application owes this connection no answer."""
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request, despite uvicorn's types
        return (cycle is None or cycle.response_complete) and not self.transport.is_closing()

    def flush(self) -> None:
        """Sends what is held back. What follows must not overtake it."""

    # Refusing and closing.

    def _refuse(self, refusal: RefusedRequest) -> None:
        self._limits.refused(refusal.reason)
        self._ended, self._between, self._began = True, False, 0.0
        if self._receiving and not self._take_back():
            self.end()
            return
        self._refusal = refusal.reply.in_http(self.server_state.default_headers, body=not self._asked_for_head())
        if not self._owed:
            self._say_refusal()

    def _take_back(self) -> bool:
        """Takes the half received request from uvicorn; False if its answer has begun."""
        cycle = self.cycle
        self._receiving = False
        if cycle.response_started:
            cycle.disconnected = True
            return False
        self._owed -= 1
        if self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
        else:
            cycle.disconnected = True
            cycle.message_event.set()
        return True

    def _asked_for_head(self) -> bool:
        return not self._in_head and self.parser.get_method() == b"HEAD"

    def _say_refusal(self) -> None:
        said, self._refusal = self._refusal, None
        self.flush()
        if said is not None and not self.transport.is_closing():
            self.transport.write(said)
        self.end()

    def end(self) -> None:
        """Closes, if need be once the client has read why: closing on unread bytes resets the connection."""
        self.pipeline.clear()
        self._refusal = None
        if self.transport.is_closing() or self._end is not None:
            return
        half = self.transport.can_write_eof()  # TLS cannot
        if self._stopping or self._limits.full or self._eof or (self._between and not half):
            self._close()
            return
        self._ended, self._between = True, False
        if half:
            self.transport.write_eof()
        self.flow.resume_reading()
        self._end = self.loop.call_later(LINGER_SECONDS, self._close)

    def _close(self) -> None:
        self.transport.close()
        if self.transport.get_write_buffer_size():
            seconds = STOPPING_SECONDS if self._stopping else self._limits.request_seconds
            self._end = self.loop.call_later(seconds, self.transport.abort)

    def _throw_away(self, size: int) -> None:
        self._unwanted += size
        if self._unwanted > UNWANTED_BYTES:
            self._close()

    # Limits.

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

    def _close_if_silent(self) -> None:
        """Closes a connection that was silent for `timeout_keep_alive` seconds, or twice that at most.

        A new timer with every answer, as uvicorn sets it, takes a microsecond.
        """
        if self._heard or not self._between or not self.idle():
            self._heard = False
            self._idle_timer = self.loop.call_later(self.timeout_keep_alive, self._close_if_silent)
        else:
            self._idle_timer = None
            self.transport.close()

    # Callbacks of the transport and of uvicorn.

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio's own type
        """The client sends no more; it still reads (RFC 9112, section 9.6)."""
        self.flush()
        self._eof = True
        if self.scheme == "https" or self._end is not None:
            return False
        if not self._waiting:
            self._take_eof()
        return self._owed > 0 or bool(self._waiting)

    def _take_eof(self) -> None:
        self.flush()
        if not self._between and not self._ended:
            self._refuse(cut_off())
        elif self._owed and self._refusal is None:
            self.cycle.keep_alive = False
        elif not self._owed:
            self._close()

    def drain(self) -> None:
        """From here on, an answer says `Connection: close`. For connections to come: `ConnectionLimits.draining`."""
        self.last = True
        if self._owed:
            self.cycle.keep_alive = False

    def close_if_idle(self) -> None:
        """Closes a connection that waits for another request: not one that is new, or has just had its last answer."""
        if self._heard and self._between and not self._owed and not self._waiting and self._end is None:
            self.flush()
            self._close()

    def shutdown(self) -> None:
        self.flush()
        self._stopping = True
        self.drain()
        if self._end is not None or (self._between and not self._owed and not self._waiting):
            self._close()
            return
        self.loop.call_later(STOPPING_SECONDS, self._stop_waiting)

    def _stop_waiting(self) -> None:
        if self.transport.is_closing() or self.flow.write_paused:
            self.transport.abort()
        elif self._began and not self._ended:
            self._refuse(stopping())
        elif not self._owed:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._limits.open -= 1
        self._unset_keepalive_if_required()
        for timer in (self._idle_timer, self._deadline, self._stalled, self._end):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        self._owed -= 1
        super().on_response_complete()
        if self.flow.write_paused or self.pipeline or self._waiting:
            self.flow.pause_reading()
        if self._waiting:
            self._go_on()
        if self._refusal is not None and not self._owed:
            self._say_refusal()

    # Stop reading from a client that does not read its answers, and give it up in the end.

    def pause_writing(self) -> None:
        super().pause_writing()
        self.flow.pause_reading()
        self._stalled = self.loop.call_later(self.timeout_keep_alive, self._give_up)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._waiting:
            self._go_on()
        else:
            self.flow.resume_reading()
        if self._stalled is not None:
            self._stalled.cancel()

    def _give_up(self) -> None:
        self._limits.refused("unread")
        self.transport.abort()


class _ClosedGently:
    """The transport as uvicorn's cycles see it. Of several on a lost connection, uvicorn tells only the last."""

    def __init__(self, connection: HttpConnection) -> None:
        self._transport = connection.transport
        self.is_closing = connection.transport.is_closing
        self.close = connection.end

    def write(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)


def _refusal_of(error: HttpParserError) -> RefusedRequest:
    cause = error.__context__
    if isinstance(error, HttpParserCallbackError) and cause is not None:
        if isinstance(cause, RefusedRequest):
            return cause
        log.error("Fault in a connection", exc_info=cause)
        return RefusedRequest("fault", 500, "A fault of our own. Show your fallback alert and let the user decide.")
    said = str(error)
    if "HTTP version" in said or "PRI" in said or "HTTP/2" in said:
        return unsupported_version()
    return malformed(f"The request is malformed: {said[:1].lower()}{said[1:]}.")
