"""The log of bundles: who put which revision in force, and when. Without Redis."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.storage import redis_names


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One publish or rollback. `at` is the caller's text; `current` marks the revision in force."""

    action: str
    revision: str
    previous: str | None
    by: str
    commit: str | None
    at: str
    current: bool = False


def stack(log: Sequence[LogEntry], current: str | None) -> list[str]:
    """The revisions that rollbacks walk down, oldest first: a publish pushes one, a rollback to X pops back to X.

    So two rollbacks go back two revisions instead of toggling between two. Entries above `current` never came into
    force: their publisher died between logging and switching.
    """
    revisions: list[str] = []
    for entry in log:
        if entry.action == redis_names.ROLLBACK and entry.revision in revisions:
            _pop_to(revisions, entry.revision)
        elif not revisions or revisions[-1] != entry.revision:
            revisions.append(entry.revision)
    if current in revisions:
        _pop_to(revisions, current)
    return revisions


def _pop_to(revisions: list[str], revision: str) -> None:
    while revisions[-1] != revision:
        revisions.pop()


def distinct(log: Sequence[LogEntry]) -> list[str]:
    """Each revision in the log once, the most recently used first."""
    return list(dict.fromkeys(entry.revision for entry in reversed(log)))
