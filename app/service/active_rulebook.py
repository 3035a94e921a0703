"""The rulebook that this worker serves from, and how current it is."""

from collections.abc import Callable
from dataclasses import dataclass

from app.service.rulebook import Rulebook

NEVER = float("-inf")


@dataclass(slots=True)
class ActiveRulebook:
    """Times are in seconds of `clock`, a monotonic clock.

    An operator needs four facts: when Redis was last asked, when a bundle was last downloaded, when one was last
    activated, and the last error.
    """

    stale_after: float
    clock: Callable[[], float]
    rulebook: Rulebook | None = None
    confirmed_at: float = NEVER
    asked_at: float = NEVER
    downloaded_at: float = NEVER
    activated_at: float = NEVER
    error: str | None = None
    refused: int = 0
    refused_now: bool = False  # the revision that Redis names was refused

    @property
    def stale(self) -> bool:
        """Whether Redis has not confirmed the revision for too long: a newer one may be published."""
        return self.clock() - self.confirmed_at > self.stale_after

    def confirm(self) -> None:
        self.confirmed_at = self.clock()
        self.error = None
        self.refused_now = False

    def activate(self, rulebook: Rulebook) -> None:
        """Replaces the whole rulebook: an assessment sees the old one or the new one."""
        self.rulebook = rulebook
        self.activated_at = self.clock()

    def refuse(self, reason: str) -> None:
        self.refused += 1
        self.refused_now = True
        self.error = reason

    def report(self) -> dict[str, object]:
        """For /readyz. Ages are in seconds, null if it never happened."""
        return {
            "revision": self.rulebook.revision if self.rulebook else None,
            "stale": self.stale,
            "confirmed_seconds_ago": self._age(self.confirmed_at),
            "asked_seconds_ago": self._age(self.asked_at),
            "downloaded_seconds_ago": self._age(self.downloaded_at),
            "activated_seconds_ago": self._age(self.activated_at),
            "refused": self.refused,
            "last_error": self.error,
        }

    def _age(self, moment: float) -> float | None:
        return None if moment == NEVER else round(self.clock() - moment, 1)
