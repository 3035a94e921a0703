"""A service that answers as told: real sockets, and bytes as they come."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.waiting import until

# Answers one request, which has been read.
Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Misbehaving:
    """What it was asked: the body of each request, in order; how many connections came, and how many are gone."""

    behave: Behaviour
    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    opened: int = 0
    closed: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self.writers.append(writer)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                    self.bodies.append(await reader.readexactly(length))
                    await self.behave(reader, writer)
        finally:
            self.closed += 1
            writer.close()


@asynccontextmanager
async def misbehaving(behave: Behaviour) -> AsyncIterator[Misbehaving]:
    made = Misbehaving(behave)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        for writer in made.writers:
            writer.transport.abort()
        await until(lambda: made.closed == made.opened)


def sends(data: bytes, *, then_close: bool = False) -> Behaviour:
    async def send(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if then_close:
            writer.close()

    return send


def drips(data: bytes) -> Behaviour:
    """A byte every few milliseconds, until the client goes."""

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.005)

    return drip


async def hangs(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def resets(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def answer(status: int, body: bytes = b"", *headers: str, kind: str = "application/json") -> bytes:
    """A whole answer of HTTP/1.1."""
    lines = [f"HTTP/1.1 {status} Said", f"content-type: {kind}", f"content-length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body
