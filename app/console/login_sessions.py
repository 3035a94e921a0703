"""Login sessions: opaque ids in cookies, the sessions themselves in this process's memory."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

# Seconds: a working day, however much the session is used.
LIFETIME = 12 * 3600.0

# Bounds memory against a client that keeps signing in. The oldest session ends first.
MAX_SESSIONS = 1_000


@dataclass(frozen=True, slots=True)
class LoginSession:
    """`authorization` is the header that the key itself would send.

    It is checked at each request, so that a revoked key is out at once, and it stays in memory.
    """

    authorization: bytes
    ends: float


class LoginSessions:
    """`clock` gives monotonic seconds. Restarting the console signs everybody out."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_digest: dict[bytes, LoginSession] = {}

    def begin(self, authorization: bytes) -> str:
        """The id of a new session: 256 random bits."""
        self._drop_expired()
        while len(self._by_digest) >= MAX_SESSIONS:
            del self._by_digest[next(iter(self._by_digest))]
        session_id = secrets.token_urlsafe(32)
        self._by_digest[_digest(session_id)] = LoginSession(authorization, self._clock() + LIFETIME)
        return session_id

    def find(self, session_id: str | None) -> LoginSession | None:
        if session_id is None:
            return None
        session = self._by_digest.get(_digest(session_id))
        return session if session is not None and session.ends > self._clock() else None

    def end(self, session_id: str | None) -> None:
        if session_id is not None:
            self._by_digest.pop(_digest(session_id), None)

    def _drop_expired(self) -> None:
        now = self._clock()
        self._by_digest = {digest: session for digest, session in self._by_digest.items() if session.ends > now}


def _digest(session_id: str) -> bytes:
    """Sessions are looked up by hash, so that the time of a look-up reveals nothing about existing ids."""
    return sha256(session_id.encode(errors="replace")).digest()
