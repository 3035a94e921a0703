"""How a connection ends: with a refusal, after its last answer, by silence, by its client or by a stop."""

from asyncio import TimerHandle, Transport
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.api.connection_limits import (
    LIMITS,
    LINGER_SECONDS,
    STOPPING_SECONDS,
    UNWANTED_BYTES,
    ConnectionLimits,
    RefusedRequest,
    cut_off,
    stopping,
    too_many,
)


class ClosingConnection(HttpToolsProtocol):
    """No answer overtakes another, none is lost to a reset, and nothing stays open for ever.

    `HttpConnection` reads the requests and keeps `_between`, `_in_head`, `_began` and `_waiting`.
    """

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._limits = cast("ConnectionLimits", self.app_state[LIMITS])
        self._limits.open += 1
        self._between = True  # no request is half received
        self._in_head = False
        self._began = 0.0  # when the request that is half received began
        self._waiting = b""  # bytes that are not parsed yet
        self._ended = False  # what still arrives is thrown away
        self._stopping = False
        self._owed = 0  # answers that uvicorn has yet to give
        self._receiving = False  # uvicorn has this request, and not yet the whole of its body
        self._refusal: bytes | None = None  # waits for the answers before it
        self._eof = False
        self._unwanted = 0
        self._stalled: TimerHandle | None = None
        self._end: TimerHandle | None = None
        self._heard = False
        self._surplus = self._limits.crowded
        self.last = self._limits.draining or self._surplus  # the next answer is the last of this connection
        silence = self._limits.request_seconds if self._surplus else self.timeout_keep_alive
        self._idle_timer: TimerHandle | None = self.loop.call_later(silence, self._close_if_silent)
        if self._limits.full:
            self._refuse(too_many())

    def idle(self) -> bool:
        """Whether the ASGI application owes this connection no answer."""
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request, despite uvicorn's types
        return (cycle is None or cycle.response_complete) and not self.transport.is_closing()

    def flush(self) -> None:
        """Sends what is held back. What follows must not overtake it."""

    def _go_on(self) -> None:
        """Parses what waits, in turn."""

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

    # The client ends it, or the server.

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
        for timer in (self._idle_timer, self._stalled, self._end):
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


class ClosedGently:
    """The transport as uvicorn's cycles see it. Of several on a lost connection, uvicorn tells only the last."""

    def __init__(self, connection: ClosingConnection) -> None:
        self._transport = connection.transport
        self.is_closing = connection.transport.is_closing
        self.close = connection.end

    def write(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)
