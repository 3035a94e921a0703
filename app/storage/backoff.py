"""How long to wait after each failure in a row."""

import random

# 2.0 ** 1024 overflows; every cap is reached long before.
_MOST_DOUBLINGS = 10


class Backoff:
    """Exponential with full jitter, so that workers do not all return at once. `cap` and `base` are in seconds."""

    def __init__(self, cap: float, base: float) -> None:
        self._cap = cap
        self._base = base
        self.failures = 0

    def fail(self) -> float:
        """Counts a failure; returns the seconds to wait, up to the cap."""
        longest = self._base * 2.0 ** min(self.failures, _MOST_DOUBLINGS)
        self.failures += 1
        return min(self._cap, random.random() * longest)  # noqa: S311  jitter is no secret

    def succeed(self) -> None:
        self.failures = 0
