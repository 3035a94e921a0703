"""The rules in force, as the console shows them: read from Redis, else the last that were read."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from app.domain.errors import ForewarnError
from app.preview.edition import Edition

log = logging.getLogger(__name__)

# A server that hangs is found out after two seconds; meanwhile the last rules are shown. Seconds.
RETRY = 3.0

NO_REDIS = "No Redis is set, so the rules in force are not known here."
NOTHING = "No rules have been published yet."
SILENT = "Redis does not answer. These are the last rules that were read from it; others may be in force by now."
VANISHED = "Redis no longer names any rules as in force. These are the last that it named."
UNREADABLE = "The rules in force cannot be read. These are the ones before."
FROM_DISK = "Redis does not answer. These are the last rules that the service on this machine served."


class Bundles(Protocol):
    """Where bundles are published. Both methods raise ForewarnError."""

    def current(self) -> str | None: ...

    def fetch(self, revision: str) -> bytes: ...


class LastGood(Protocol):
    """The last bundle that a service on this machine served. Raises ForewarnError or OSError."""

    def load(self) -> tuple[str, bytes] | None: ...


@dataclass(frozen=True, slots=True)
class RulesNow:
    """`notice` says what a reader must know of `edition`; without an edition, why there is none."""

    edition: Edition | None
    notice: str | None


class RulesInForce:
    """Any thread may ask. `clock` gives seconds that only go forward."""

    def __init__(self, bundles: Bundles | None, last_good: LastGood, clock: Callable[[], float]) -> None:
        self._bundles = bundles
        self._last_good = last_good
        self._clock = clock
        self._lock = Lock()
        self._edition: Edition | None = None
        self._failed: tuple[float, str] | None = None

    def now(self) -> RulesNow:
        with self._lock:
            if self._bundles is None:
                return RulesNow(None, NO_REDIS)
            if self._failed is not None and self._clock() - self._failed[0] < RETRY:
                return RulesNow(self._edition, self._failed[1])
            return self._ask(self._bundles)

    def _ask(self, bundles: Bundles) -> RulesNow:
        try:
            revision = bundles.current()
        except ForewarnError as error:
            log.warning("The rules in force are not known: %s", error)
            return self._without(SILENT)
        if revision is None:
            return RulesNow(self._edition, NOTHING if self._edition is None else VANISHED)
        if self._edition is None or self._edition.revision != revision:
            try:
                self._edition = Edition.of(revision, bundles.fetch(revision))
            except ForewarnError as error:
                log.warning("The rules in force cannot be read: %s", error)
                return self._without(UNREADABLE)
        self._failed = None
        return RulesNow(self._edition, None)

    def _without(self, notice: str) -> RulesNow:
        if self._edition is None:
            self._edition = self._from_disk()
            notice = FROM_DISK
        self._failed = (self._clock(), notice)
        return RulesNow(self._edition, notice)

    def _from_disk(self) -> Edition | None:
        try:
            found = self._last_good.load()
            return Edition.of(*found) if found else None
        except (ForewarnError, OSError) as error:
            log.warning("The last rules of this machine cannot be read: %s", error)
            return None
