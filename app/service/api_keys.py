"""Who may call: clients, the scopes of their keys, and the loaded keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import orjson

ASSESS = "assess"
RULES = "rules"
REPORTS = "reports"  # or of one region: reports:HK

_BEARER = b"bearer "


@dataclass(frozen=True, slots=True)
class Client:
    """Who calls: the `name` of the key's owner, and what this key may do. No figure counts the events of a `test` key.

    `event` holds the members of events about it.
    """

    name: str
    scopes: frozenset[str]
    test: bool = False
    event: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "event", orjson.dumps({"client": self.name, "test": self.test})[1:-1])


def fingerprint(key: str) -> str:
    """SHA-256 of a key, in hex: nothing else of it is stored. Keys are 256 random bits, so they need no salt."""
    return sha256(key.encode()).hexdigest()


class KeyRing:
    """The loaded keys. `authenticate` takes a whole Authorization header and returns None for an unknown key."""

    def __init__(self, clients: Mapping[str, Client]) -> None:
        self._by_fingerprint = dict(clients)
        # Headers that were accepted before, so that they need no hashing. There are few spellings per key.
        self._by_header: dict[bytes, Client] = {}

    def __len__(self) -> int:
        return len(self._by_fingerprint)

    def authenticate(self, header: bytes | None) -> Client | None:
        if header is None:
            return None
        client = self._by_header.get(header)
        return client if client is not None else self._look_up(header)

    def _look_up(self, header: bytes) -> Client | None:
        if header[: len(_BEARER)].lower() != _BEARER:
            return None
        client = self._by_fingerprint.get(sha256(header[len(_BEARER) :].strip()).hexdigest())
        if client is not None and len(self._by_header) < 4 * len(self._by_fingerprint):
            self._by_header[header] = client
        return client
