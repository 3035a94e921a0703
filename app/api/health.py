"""Liveness and readiness. Neither asks Redis, or an outage would take every worker out of the load balancer."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from app.api.reloading_keys import Keys
from app.service.active_rulebook import ActiveRulebook

# What load balancers and Prometheus ask for.
METRICS = "/metrics"
PATHS = ("/healthz", "/readyz", METRICS)

# In the state of a connection where there is a management port: whether this connection came to it.
MANAGEMENT = "management"

# Where the application's lifespan state holds the health.
HEALTH = "health"


@dataclass(frozen=True, slots=True)
class JournalState:
    """The journal as /readyz reports it. Sizes are in bytes; `waiting`, `lost` and `unshipped` count events,
    `unreadable`, `quarantined` and `foreign` files. `free_bytes` is None where the file system does not say.
    """

    writable: bool
    waiting: int
    lost: int
    unshipped: int
    folder_bytes: int
    free_bytes: int | None
    almost_full: bool
    unreadable: int
    unreadable_bytes: int
    quarantined: int
    quarantined_bytes: int
    foreign: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class RedisState:
    connected: bool
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Health:
    """The answer of /readyz for this worker."""

    active: ActiveRulebook
    keys: Keys
    journal: Callable[[], JournalState]
    redis: Callable[[], RedisState]
    stopping: Callable[[], bool]

    @property
    def ready(self) -> bool:
        return self.active.rulebook is not None and not self.stopping()

    def lacks(self) -> list[str]:
        """What a worker that replaces another must have too."""
        checks = {"rules": self.active.rulebook is None, "key file that can be used": not self.keys.usable}
        return [what for what, missing in checks.items() if missing]

    def report(self) -> dict[str, object]:
        """`status` is ready, degraded (it answers, but something needs attention) or not ready (503)."""
        journal, redis = self.journal(), self.redis()
        reasons = self._degraded(journal, redis)
        return {
            "status": "not ready" if not self.ready else "degraded" if reasons else "ready",
            "reasons": [*self._unready(), *reasons],
            "bundle": self.active.report(),
            "journal": asdict(journal),
            "redis": asdict(redis),
            "keys": {"last_error": self.keys.error},
        }

    def _unready(self) -> list[str]:
        checks = {"no bundle yet": self.active.rulebook is None, "stopping": self.stopping()}
        return [reason for reason, holds in checks.items() if holds]

    def _degraded(self, journal: JournalState, redis: RedisState) -> list[str]:
        checks = {
            "the rulebook may be out of date": self.active.rulebook is not None and self.active.stale,
            "the newest bundle was refused": self.active.refused_now,
            "the journal takes no events": not journal.writable,
            "the disk is almost full": journal.almost_full,
            "events wait in memory": journal.waiting > 0,
            "events were lost": journal.lost > 0,
            "events in the journal cannot be read": journal.unreadable > 0,
            "damaged segments are in quarantine": journal.quarantined > 0,
            "Redis does not take events": not redis.connected,
            "the key file cannot be used": self.keys.error is not None,
        }
        return [reason for reason, holds in checks.items() if holds]
