"""Login sessions: opaque ids in cookies, the sessions themselves in this process's memory."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

# Seconds: a working day, however much the session is used.
LIFETIME = 12 * 3600.0

# Seconds without a request. A dashboard that somebody looks at asks every few seconds.
IDLE = 3600.0

# A key's oldest session ends when it begins one more. So memory is bounded, and no key signs out the owners of others.
PER_KEY = 20


@dataclass(slots=True)
class LoginSession:
    """`authorization` is the header that the key itself would send.

    It is checked at each request, so that a revoked key is out at once, and it stays in memory.
    """

    authorization: bytes
    ends: float
    idle_at: float

    def over(self, now: float) -> bool:
        return now >= min(self.ends, self.idle_at)


class LoginSessions:
    """`clock` gives monotonic seconds. Restarting the console signs everybody out."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._by_digest: dict[bytes, LoginSession] = {}

    def begin(self, authorization: bytes) -> str:
        """The id of a new session: 256 random bits. `authorization` is a known key's."""
        now = self._clock()
        self._by_digest = {digest: session for digest, session in self._by_digest.items() if not session.over(now)}
        of_key = [digest for digest, session in self._by_digest.items() if session.authorization == authorization]
        for digest in of_key[: max(0, len(of_key) - PER_KEY + 1)]:
            del self._by_digest[digest]
        session_id = secrets.token_urlsafe(32)
        self._by_digest[_digest(session_id)] = LoginSession(authorization, now + LIFETIME, now + IDLE)
        return session_id

    def find(self, session_id: str | None) -> LoginSession | None:
        """The session of a request, which starts its idle time again."""
        if session_id is None:
            return None
        now = self._clock()
        session = self._by_digest.get(_digest(session_id))
        if session is None or session.over(now):
            return None
        session.idle_at = now + IDLE
        return session

    def end(self, session_id: str | None) -> None:
        if session_id is not None:
            self._by_digest.pop(_digest(session_id), None)

    def __len__(self) -> int:
        now = self._clock()
        return sum(not session.over(now) for session in self._by_digest.values())


def _digest(session_id: str) -> bytes:
    """Sessions are looked up by hash, so that the time of a look-up reveals nothing about existing ids."""
    return sha256(session_id.encode(errors="replace")).digest()
