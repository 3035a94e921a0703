"""Files in the journal's folder that no worker wrote: they are left alone."""

import logging
from collections.abc import Collection
from pathlib import Path

logger = logging.getLogger(__name__)

_NAMED = 3  # names per line of the log


class ForeignFiles:
    """`names` are those of the last look."""

    def __init__(self) -> None:
        self.names: frozenset[str] = frozenset()

    def update(self, folder: Path, names: Collection[str]) -> None:
        """Logs what is new."""
        fresh = sorted(set(names) - self.names)
        if fresh:
            more = f" and {len(fresh) - _NAMED} more" if len(fresh) > _NAMED else ""
            # As literals: a name may contain a line break.
            named = ", ".join(map(repr, fresh[:_NAMED]))
            logger.warning(
                "%s holds files that are no segments: %s%s. They are neither read nor deleted", folder, named, more
            )
        self.names = frozenset(names)
