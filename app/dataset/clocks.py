"""Compares this machine's clock with Redis's, and both with the ids in the stream.

Dates of files derive from Redis's clock, and retention from ours: one wrong clock would delete what is not old.
"""

import logging
from datetime import UTC, datetime, timedelta

from app.storage.event_stream import Look

logger = logging.getLogger(__name__)

MAY_DIFFER = timedelta(minutes=5)


def is_ahead(look: Look) -> bool:
    """Whether the stream has ids that are still to come by Redis's own clock, which was ahead when it gave them.

    Redis never gives a smaller id than the last, so all ids are of that time until its clock reaches it.
    """
    return timedelta(milliseconds=look.last.ms - look.now_ms) > MAY_DIFFER


def disagreement(own: float, look: Look) -> str | None:
    """One line that names both clocks. `own` is this machine's, in seconds since the epoch."""
    apart = timedelta(seconds=abs(own - look.now_ms / 1000))
    if apart > MAY_DIFFER:
        return (
            f"this machine's clock says {_text(own)} and Redis's {_text(look.now_ms / 1000)};"
            f" they may differ by {MAY_DIFFER.seconds // 60} minutes"
        )
    if is_ahead(look):
        return (
            f"Redis's clock says {_text(look.now_ms / 1000)} and the newest entry of its stream is of"
            f" {_text(look.last.ms / 1000)}: that clock was ahead, and every id follows it until it is reached"
        )
    return None


class ClockLog:
    """Logs when clocks begin to disagree, and when they agree again."""

    def __init__(self) -> None:
        self._agree = True

    def compared(self, own: float, look: Look) -> str | None:
        """What `disagreement` says."""
        found = disagreement(own, look)
        if found and self._agree:
            logger.error("clocks disagree: %s. No day is dropped until they agree", found)
        elif not found and not self._agree:
            logger.info("the clocks agree again")
        self._agree = not found
        return found


def _text(seconds: float) -> str:
    """
    >>> _text(1795176000.0)
    '2026-11-20T12:00:00Z'
    """
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return f"{seconds:.0f} s after 1970"
