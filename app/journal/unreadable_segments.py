"""Segments that exist but cannot be opened or read, such as those of another user on a restored volume."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from app.journal.journal_folder import first_of

logger = logging.getLogger(__name__)


class UnreadableSegments:
    """Each path with the reason. `size` is in bytes."""

    def __init__(self) -> None:
        self.reasons: Mapping[Path, str] = {}
        self.size = 0

    def update(self, reasons: Mapping[Path, str]) -> None:
        """Takes what cannot be read now. Logs what is new, one line per reason, and what can be read again."""
        fresh = defaultdict(list)
        for path, reason in reasons.items():
            if self.reasons.get(path) != reason:
                fresh[reason].append(path)
        for reason, paths in fresh.items():
            named = first_of([str(path) for path in paths])
            logger.error("Events in the journal cannot be read (%s): %s. They stay where they are", reason, named)
        if self.reasons and not reasons:
            logger.info("All events in the journal can be read again")
        self.reasons = dict(reasons)
        self.size = sum(map(_size, reasons))

    @property
    def error(self) -> str | None:
        for path, reason in self.reasons.items():
            return f"{path}: {reason}"
        return None


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
