"""The rules in force, as the console shows them: from Redis, otherwise the last ones read."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from app.domain.errors import ForewarnError
from app.preview.rulebook_view import RulebookView

log = logging.getLogger(__name__)

# Seconds before asking again: a call to a hanging server takes two. Meanwhile the last rules are shown.
RETRY = 3.0

NO_REDIS = "No Redis is configured, so the rules in force are unknown here."
NOTHING = "No rules have been published yet."
SILENT = "Redis does not name the rules in force. These are the last rules read from it; others may be in force by now."
VANISHED = "Redis no longer names any rules in force. These are the last ones it named."
UNREADABLE = "The rules in force cannot be read. These are the previous ones."
FROM_DISK = "Redis does not name the rules in force. These are the last rules that the service on this machine used."


class Bundles(Protocol):
    """Where bundles are published. Both methods raise ForewarnError."""

    def current(self) -> str | None: ...

    def fetch(self, revision: str) -> bytes: ...


class LastGood(Protocol):
    """The last bundle that a service on this machine used. Raises ForewarnError or OSError."""

    def load(self) -> tuple[str, bytes] | None: ...


@dataclass(frozen=True, slots=True)
class CurrentRules:
    """`notice` says what readers must know about `view`, or why there is none."""

    view: RulebookView | None
    notice: str | None


class PublishedRules:
    """Thread-safe. `clock` gives monotonic seconds."""

    def __init__(self, bundles: Bundles | None, last_good: LastGood, clock: Callable[[], float]) -> None:
        self._bundles = bundles
        self._last_good = last_good
        self._clock = clock
        self._lock = Lock()
        self._view: RulebookView | None = None
        self._failed: tuple[float, str] | None = None

    def now(self) -> CurrentRules:
        with self._lock:
            if self._bundles is None:
                return CurrentRules(None, NO_REDIS)
            if self._failed is not None and self._clock() - self._failed[0] < RETRY:
                return CurrentRules(self._view, self._failed[1])
            return self._ask(self._bundles)

    def _ask(self, bundles: Bundles) -> CurrentRules:
        try:
            revision = bundles.current()
        except ForewarnError as error:
            log.warning("The rules in force are unknown: %s", error)
            return self._without(SILENT)
        if revision is None:
            return CurrentRules(self._view, NOTHING if self._view is None else VANISHED)
        if self._view is None or self._view.revision != revision:
            try:
                self._view = RulebookView.of(revision, bundles.fetch(revision))
            except ForewarnError as error:
                log.warning("The rules in force cannot be read: %s", error)
                return self._without(UNREADABLE)
        self._failed = None
        return CurrentRules(self._view, None)

    def _without(self, notice: str) -> CurrentRules:
        if self._view is None:
            self._view = self._from_disk()
            notice = FROM_DISK
        self._failed = (self._clock(), notice)
        return CurrentRules(self._view, notice)

    def _from_disk(self) -> RulebookView | None:
        try:
            found = self._last_good.load()
            return RulebookView.of(*found) if found else None
        except (ForewarnError, OSError) as error:
            log.warning("The last rules used on this machine cannot be read: %s", error)
            return None
