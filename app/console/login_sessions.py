"""Who is signed in: opaque session ids in cookies, sessions in this process's memory."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

# A working day; a session that is used does not last longer.
LIFETIME = 12 * 3600.0

# Bounds memory against a client that signs in again and again; the oldest goes.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Session:
    """`authorization` is the header that the key would send: asked again at each request, so that a revoked key is out
    at once. It stays in memory, as it does in the key ring.
    """

    authorization: bytes
    ends: float


class Sessions:
    """`clock` gives seconds that only go forward. A restart of the console signs everybody out."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_digest: dict[bytes, Session] = {}

    def begin(self, authorization: bytes) -> str:
        """The id of a new session: 256 random bits."""
        self._forget_ended()
        while len(self._by_digest) >= MOST:
            del self._by_digest[next(iter(self._by_digest))]
        session_id = secrets.token_urlsafe(32)
        self._by_digest[_digest(session_id)] = Session(authorization, self._clock() + LIFETIME)
        return session_id

    def find(self, session_id: str | None) -> Session | None:
        if session_id is None:
            return None
        session = self._by_digest.get(_digest(session_id))
        return session if session is not None and session.ends > self._clock() else None

    def end(self, session_id: str | None) -> None:
        if session_id is not None:
            self._by_digest.pop(_digest(session_id), None)

    def _forget_ended(self) -> None:
        now = self._clock()
        self._by_digest = {digest: session for digest, session in self._by_digest.items() if session.ends > now}


def _digest(session_id: str) -> bytes:
    """Looked up by its hash, so that the time of a look-up tells nothing about an id that exists."""
    return sha256(session_id.encode(errors="replace")).digest()
