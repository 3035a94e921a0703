"""Bundles in Redis, as the command line publishes and rolls them back."""

import re
from dataclasses import dataclass, replace
from typing import cast

import redis

from app.bundle.revision import SCHEME, revision_of
from app.storage import redis_names
from app.storage.bundle_log import LogEntry, distinct, stack
from app.storage.bundle_source import NAME_BYTES, named_revision, require_possible_size
from app.storage.redis_client import answering
from app.storage.storage_errors import BundleCorrupt, BundleMissing, PointerError, StorageError

KEPT = 50

# The newest entries of the log. A hundred bundles took fewer, unless somebody went back and forth a thousand times.
LOG_READ = 2_000

# A full Redis refuses XADD and SET, and Redis 7.0 every command of a transaction; a script with allow-oom it takes. A
# bad rule must be taken back then too: it costs one entry of the log.
_LOG = """#!lua flags=allow-oom
return redis.call('XADD', KEYS[1], '*', unpack(ARGV))
"""
# KEYS[1]; ARGV: revision, channel.
_SWITCH = """#!lua flags=allow-oom
redis.call('SET', KEYS[1], ARGV[1])
return redis.call('PUBLISH', ARGV[2], ARGV[1])
"""


@dataclass(frozen=True, slots=True)
class Published:
    """The revision now in force; `changed` is False if it was in force already."""

    revision: str
    previous: str | None
    changed: bool


class BundleStore:
    """Synchronous. Every method raises StorageError, also if Redis refuses or does not answer."""

    def __init__(self, client: redis.Redis) -> None:
        self._redis = client

    def publish(self, bundle: bytes, *, by: str, commit: str, at: str) -> Published:
        revision = revision_of(bundle)
        require_possible_size(revision, len(bundle))
        with answering(self._redis, "publish a bundle"):
            self._put(revision, bundle)
            done = self._enforce(redis_names.PUBLISH, revision, by=by, commit=commit, at=at)
            self._prune()
        return done

    def rollback(self, revision: str | None = None, *, by: str, at: str) -> Published:
        """Back to `revision` (whole, or its first digits), or else to the one before the revision in force."""
        with answering(self._redis, "roll back"):
            log = self._log()
            target = self._resolve(revision, log) if revision else self._before(log)
            self._verify(target, log)
            return self._enforce(redis_names.ROLLBACK, target, by=by, commit=None, at=at)

    def history(self, limit: int = 20) -> list[LogEntry]:
        """Newest first."""
        with answering(self._redis, "give the history of bundles"):
            current, log = self._current(), self._log()
        entries = log[::-1]
        for place, entry in enumerate(entries):
            if entry.revision == current:
                entries[place] = replace(entry, current=True)
                break
        return entries[:limit]

    def current(self) -> str | None:
        """Raises StorageError also where something else than a revision is named."""
        with answering(self._redis, "name the revision in force"):
            return named_revision(self._named())

    def fetch(self, revision: str) -> bytes:
        """The bundle's bytes, verified against its revision."""
        with answering(self._redis, "give a bundle"):
            stored = self._stored(revision)
        if stored is None:
            raise BundleMissing(f"Redis holds no bundle {revision}")
        return stored

    def _named(self) -> bytes:
        return cast("bytes", self._redis.getrange(redis_names.BUNDLE_CURRENT, 0, NAME_BYTES - 1))

    def _current(self) -> str | None:
        """None also where something else than a revision is named: publishing and rolling back mend that."""
        try:
            return named_revision(self._named())
        except PointerError:
            return None

    def _stored(self, revision: str) -> bytes | None:
        """Verified bytes; None if there are none. Raises BundleTooLarge and BundleCorrupt."""
        key = redis_names.bundle_key(revision)
        require_possible_size(revision, self._redis.strlen(key))
        stored = cast("bytes | None", self._redis.get(key))
        if stored is not None and revision_of(stored) != revision:
            raise BundleCorrupt(f"the bundle stored as {revision} is another one; publish it again")
        return stored

    def _put(self, revision: str, bundle: bytes) -> None:
        """A stored bundle is not written again: a full Redis would refuse that."""
        key = redis_names.bundle_key(revision)
        if self._redis.strlen(key) != len(bundle) or self._redis.get(key) != bundle:
            self._redis.set(key, bundle)

    def _enforce(self, action: str, revision: str, *, by: str, commit: str | None, at: str) -> Published:
        """Logs before it switches, so that the revision in force is always in the log, even after a crash."""
        previous = self._current()
        if previous != revision:
            fields = {redis_names.ACTION: action, redis_names.REVISION: revision, redis_names.PREVIOUS: previous or ""}
            fields |= {redis_names.BY: by, redis_names.COMMIT: commit or "", redis_names.AT: at}
            self._redis.eval(_LOG, 1, redis_names.BUNDLE_LOG, *(part for pair in fields.items() for part in pair))
        self._redis.eval(_SWITCH, 1, redis_names.BUNDLE_CURRENT, revision, redis_names.BUNDLE_CHANNEL)
        return Published(revision, previous, previous != revision)

    def _log(self) -> list[LogEntry]:
        entries = cast(
            "list[tuple[bytes, dict[bytes, bytes]]]", self._redis.xrevrange(redis_names.BUNDLE_LOG, count=LOG_READ)
        )
        return [_entry(fields) for _, fields in reversed(entries)]

    def _before(self, log: list[LogEntry]) -> str:
        current = self._current()
        revisions = stack(log, current)
        if revisions and revisions[-1] == current:
            revisions.pop()
        if not revisions:
            raise StorageError(f"there is no revision before {current}; {self._choices(log)}")
        return revisions[-1]

    def _resolve(self, wanted: str, log: list[LogEntry]) -> str:
        digits = wanted.removeprefix(SCHEME)
        if not re.fullmatch(r"[0-9a-f]{1,64}", digits):
            raise StorageError(f"{wanted!r} is not a revision: expected sha256: and hexadecimal digits")
        found = [known for known in distinct(log) if known.startswith(SCHEME + digits)]
        if not found:
            raise BundleMissing(f"no revision begins with {wanted}; {self._choices(log)}")
        if len(found) > 1:
            raise StorageError(f"{wanted} could be any of: {', '.join(found)}")
        return found[0]

    def _verify(self, revision: str, log: list[LogEntry]) -> None:
        if self._stored(revision) is None:
            raise BundleMissing(f"{revision} is no longer stored; {self._choices(log)}")

    def _choices(self, log: list[LogEntry]) -> str:
        stored = [known for known in distinct(log) if self._redis.exists(redis_names.bundle_key(known))]
        return f"stored, newest first: {', '.join(stored) or 'none'}"

    def _prune(self) -> None:
        """Deletes bundles beyond the last 50. Looks 50 further back, for those that a dead publisher left."""
        current = self._current()
        for revision in distinct(self._log())[KEPT : 2 * KEPT]:
            if revision != current:
                self._redis.unlink(redis_names.bundle_key(revision))


def _entry(fields: dict[bytes, bytes]) -> LogEntry:
    values = {name.decode(errors="replace"): value.decode(errors="replace") for name, value in fields.items()}
    return LogEntry(
        action=values.get(redis_names.ACTION, ""),
        revision=values.get(redis_names.REVISION, ""),
        previous=values.get(redis_names.PREVIOUS) or None,
        by=values.get(redis_names.BY, ""),
        commit=values.get(redis_names.COMMIT) or None,
        at=values.get(redis_names.AT, ""),
    )
