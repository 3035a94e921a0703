"""Who put which revision in force, when: the meaning of the log's entries, without Redis."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.storage import redis_names


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One publish or rollback. `at` is the caller's text, `current` marks the one now in force."""

    action: str
    revision: str
    previous: str | None
    by: str
    commit: str | None
    at: str
    current: bool = False


def stack(log: Sequence[LogEntry], current: str | None) -> list[str]:
    """What rollbacks walk down, oldest first: a publish pushes, a rollback to X pops back to X.

    So two rollbacks go back two revisions, where a toggle would come back to the first. What the log
    holds above `current` never came into force (its publisher died between the log and the switch).
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
    """Every revision of the log once, the most recently used first."""
    return list(dict.fromkeys(entry.revision for entry in reversed(log)))
