"""What lies in the journal's folder: segments, their sidecars, the quarantine, and files of somebody else."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.journal import segments, shipped_position

QUARANTINE = "quarantine"

_NAMED = 3  # names per line of the log


@dataclass(slots=True)
class JournalFolder:
    """Paths, the oldest segment first; sizes in bytes. `foreign` are names of what is neither of these."""

    segments: list[Path] = field(default_factory=list)
    sidecars: list[Path] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    size: int = 0


def look(folder: Path) -> JournalFolder:
    """The folder, or its quarantine, now; empty if it does not exist. Raises OSError if it cannot be listed.

    Whatever is named like a segment counts as one, also a folder or a link.
    """
    found = JournalFolder()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                _sort_in(entry, found)
    except FileNotFoundError:
        return found
    found.segments.sort()
    return found


def first_of(names: Sequence[str]) -> str:
    """
    >>> first_of(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _sort_in(entry: os.DirEntry[str], found: JournalFolder) -> None:
    stem, dot, suffix = entry.name.partition(".")
    places = {segments.SUFFIX: found.segments, shipped_position.SUFFIX: found.sidecars}
    place = places.get(dot + suffix) if segments.is_name(stem) else None
    if place is None:
        if entry.name != QUARANTINE:
            found.foreign.append(entry.name)
        return
    place.append(Path(entry.path))
    try:
        found.size += entry.stat(follow_symlinks=False).st_size
    except OSError:  # another worker deleted it meanwhile; one that cannot be read is reported when it is opened
        return
