"""Assessment ids that need no look-up, and pseudonyms for users and destinations.

Each purpose has its own key, derived from one secret with keyed BLAKE2b (RFC 7693).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from binascii import b2a_base64, hexlify
from dataclasses import dataclass
from hashlib import blake2b

_PREFIX = "as_"
_HASH_BYTES = 16
_CHECK_BYTES = 8
_ENCODED = 32  # characters of base64 for the 24 bytes


_URLSAFE = bytes.maketrans(b"+/", b"-_")


class Hasher:
    """A keyed hash for one purpose. Copying a keyed state takes 0.03 microseconds, creating one 0.13."""

    def __init__(self, secret: str, purpose: str, size: int) -> None:
        master = blake2b(secret.encode(), digest_size=32).digest()
        key = blake2b(purpose.encode(), key=master, digest_size=32).digest()
        self.keyed = blake2b(key=key, digest_size=size)

    def digest(self, message: bytes) -> bytes:
        state = self.keyed.copy()
        state.update(message)
        return state.digest()


@dataclass(frozen=True, slots=True)
class _Issuer:
    """Creates and recognises the ids of one secret."""

    letter: str
    start: bytes  # of every id
    ids: Hasher
    checks: Hasher

    def check(self, hashed: bytes) -> bytes:
        return self.checks.digest(hashed)


def _issuer(secret: str) -> _Issuer:
    letter = chr(ord("a") + Hasher(secret, "letter", 8).digest(b"")[0] % 26)
    return _Issuer(
        letter,
        f"{_PREFIX}{letter}".encode(),
        Hasher(secret, "assessment", _HASH_BYTES),
        Hasher(secret, "check", _CHECK_BYTES),
    )


class Identity:
    """The ids and pseudonyms in events. `previous` keeps the ids of an older secret valid."""

    def __init__(self, secret: str, previous: str | None = None) -> None:
        self._issuer = _issuer(secret)
        self._issuers = [self._issuer, *([_issuer(previous)] if previous else [])]
        self._users = Hasher(secret, "user", _HASH_BYTES)
        self._destinations = Hasher(secret, "destination", _HASH_BYTES)
        self.variant_key = Hasher(secret, "variant", 32).digest(b"")

    def assessment_id(self, user_id: str, withdrawal_id: str) -> str:
        """The same withdrawal always gets the same id, so a retry is not a second exposure."""
        return self.names(user_id, withdrawal_id, None)[0].decode()

    def user(self, user_id: str) -> str:
        return self.names(user_id, "", None)[1].decode()

    # All three in one call take 1.7 microseconds instead of 2.1.
    def names(self, user_id: str, withdrawal_id: str, address: str | None) -> tuple[bytes, bytes, bytes | None]:
        """`assessment_id`, `user` and `destination` of one withdrawal."""
        issuer = self._issuer
        # Each part after its length, so that ("ab", "c") is not ("a", "bc").
        state = issuer.ids.keyed.copy()
        state.update(f"{len(user_id)}:{user_id}{len(withdrawal_id)}:{withdrawal_id}".encode())
        hashed = state.digest()
        state = issuer.checks.keyed.copy()
        state.update(hashed)
        assessment_id = issuer.start + b2a_base64(hashed + state.digest(), newline=False).translate(_URLSAFE)
        state = self._users.keyed.copy()
        state.update(user_id.encode())
        user = hexlify(state.digest())
        if address is None:
            return assessment_id, user, None
        state = self._destinations.keyed.copy()
        state.update(address.encode())
        return assessment_id, user, hexlify(state.digest())

    def issued(self, assessment_id: str) -> bool:
        """Whether we issued this id, by its check value alone."""
        letter, encoded = assessment_id[len(_PREFIX) : len(_PREFIX) + 1], assessment_id[len(_PREFIX) + 1 :]
        if not assessment_id.startswith(_PREFIX) or len(encoded) != _ENCODED:
            return False
        try:
            decoded = urlsafe_b64decode(encoded)
        except (NotBase64, ValueError):
            return False
        # Decoding ignores characters outside the alphabet; only the exact spelling is ours.
        if urlsafe_b64encode(decoded).decode() != encoded:
            return False
        hashed, check = decoded[:_HASH_BYTES], decoded[_HASH_BYTES:]
        return any(issuer.letter == letter and issuer.check(hashed) == check for issuer in self._issuers)
