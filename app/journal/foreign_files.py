"""Files in the journal's folder that no worker wrote: they are left alone."""

import logging
from collections.abc import Collection
from pathlib import Path

from app.journal.journal_folder import first_of

logger = logging.getLogger(__name__)


class ForeignFiles:
    """`names` are those of the last look."""

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset()

    def update(self, folder: Path, names: Collection[str]) -> None:
        """Logs what is new."""
        fresh = sorted(set(names) - self.names)
        if fresh:
            # As literals: a name may contain a line break.
            named = first_of([repr(name) for name in fresh])
            logger.warning("%s holds files that are no segments: %s. They are neither read nor deleted", folder, named)
        self.names = frozenset(names)
