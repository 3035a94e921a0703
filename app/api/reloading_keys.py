"""The API keys, reloaded when their file changes."""

import logging
from typing import Protocol

from app.domain.errors import ForewarnError
from app.service.api_keys import Client, KeyRing

log = logging.getLogger(__name__)


class Source(Protocol):
    """The key file as this module needs it."""

    def signature(self) -> object:
        """Changes whenever the file does; None while there is no file."""
        ...

    def ring(self) -> KeyRing:
        """The keys that the file holds. Raises ForewarnError if it cannot be used."""
        ...


class Keys:
    """Authenticates against the last key file that could be read."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._ring = KeyRing({})
        self._seen: object = _NOTHING_SEEN
        self.error: str | None = None
        self.refresh()

    def authenticate(self, header: bytes | None) -> Client | None:
        """The client that a whole Authorization header names, or None."""
        client = self._ring.authenticate(header)
        # A new key works immediately. Each wrong key costs one look at the file's date: 2 microseconds.
        if client is None and header is not None and self._source.signature() != self._seen:
            self.refresh()
            client = self._ring.authenticate(header)
        return client

    @property
    def usable(self) -> bool:
        """Whether there is a key file, and it can be read."""
        return self._seen is not None and self.error is None

    def refresh(self) -> None:
        """Reads the file if it changed or could not be read before. If that fails, the last good keys stay."""
        signature = self._source.signature()
        if signature == self._seen and self.error is None:
            return
        self._seen = signature
        if signature is None and len(self._ring):
            self._keep("the key file is gone; one that holds no keys revokes them all")
            return
        try:
            self._ring = self._source.ring()
            self.error = None
        except (ForewarnError, OSError) as error:
            self._keep(str(error))

    def _keep(self, reason: str) -> None:
        if reason != self.error:
            log.error("The keys in force stay: %s", reason)
        self.error = reason


_NOTHING_SEEN = object()
