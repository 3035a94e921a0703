"""The file that holds the API keys: names, owners, scopes and SHA-256 fingerprints, never a key."""

import fcntl
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml

from app.storage.atomic_file import write_atomically
from app.storage.storage_errors import StorageError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
NAME_FORM = "1 to 64 letters, digits, dots, dashes or underscores, a letter or digit first"
_SCOPE = re.compile(r"assess|rules|reports(:([A-Z]{2}))?")
_SHA256 = re.compile(r"[0-9a-f]{64}")

_HEADER = """\
# API keys of Forewarn. Only SHA-256 fingerprints are kept: a lost key cannot be recovered, so create a new one.
# Managed by `forewarn keys new | rotate | list | revoke`; the service reads this file again when it changes.
"""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key. Events name its `owner`, which may have several keys. `created` is a day, YYYY-MM-DD."""

    name: str
    owner: str
    sha256: str
    scopes: tuple[str, ...]
    test: bool
    created: str


class KeyFile:
    """Reads and rewrites the key file. Raises StorageError, which names the file and what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def signature(self) -> tuple[int, int, int] | None:
        """Changes whenever the file does; None if there is no file."""
        try:
            status = self.path.stat()
        except OSError:
            return None
        return (status.st_ino, status.st_mtime_ns, status.st_size)

    def read(self) -> tuple[KeyRecord, ...]:
        """The keys; none if there is no file yet."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ()
        except (OSError, UnicodeDecodeError) as error:
            raise StorageError(f"Key file {self.path} cannot be read: {error}") from error
        try:
            return self._records(yaml.safe_load(text))
        except (yaml.YAMLError, ValueError, RecursionError) as error:  # an impossible date; endless nesting
            raise StorageError(f"Key file {self.path} is not YAML: {' '.join(str(error).split())}") from error

    def change(self, edit: Callable[[tuple[KeyRecord, ...]], Sequence[KeyRecord]]) -> Sequence[KeyRecord]:
        """Replaces the keys with what `edit` returns, and returns that, atomically; concurrent commands take turns."""
        with self._locked():
            records = edit(self.read())
            plain = [asdict(record) | {"scopes": list(record.scopes)} for record in records]
            text = _HEADER + yaml.safe_dump({"keys": plain}, sort_keys=False, allow_unicode=True)
            write_atomically(self.path, text.encode(), mode=0o600)
            return records

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise StorageError(f"Key file {self.path} cannot be written: {error}") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        except OSError as error:
            raise StorageError(f"Key file {self.path} cannot be written: {error}") from error
        finally:
            os.close(handle)

    def _records(self, content: object) -> tuple[KeyRecord, ...]:
        if content is None:
            return ()
        keys = content.get("keys") if isinstance(content, dict) else None
        if not isinstance(keys, list):
            raise StorageError(f"Key file {self.path}: expected `keys:` and a list under it")
        return tuple(self._record(place, entry) for place, entry in enumerate(keys, start=1))

    def _record(self, place: int, entry: object) -> KeyRecord:
        where = f"Key file {self.path}, key {place}"
        if not isinstance(entry, dict):
            raise StorageError(f"{where}: expected name, sha256 and scopes")
        name, sha256, scopes = entry.get("name"), entry.get("sha256"), entry.get("scopes")
        if not isinstance(name, str) or not valid_name(name):
            raise StorageError(f"{where}: `name` must be {NAME_FORM}")
        owner = entry.get("owner", name)  # files from before there were owners have none
        if not isinstance(owner, str) or not valid_name(owner):
            raise StorageError(f"{where} ({name}): `owner` must be {NAME_FORM}")
        if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
            raise StorageError(f"{where} ({name}): `sha256` must be 64 hexadecimal digits")
        if not isinstance(scopes, list) or not scopes or not all(isinstance(s, str) and valid_scope(s) for s in scopes):
            raise StorageError(f"{where} ({name}): `scopes` must list assess, rules, reports or reports:XX")
        test = entry.get("test", False)
        if not isinstance(test, bool):
            raise StorageError(f"{where} ({name}): `test` must be true or false")
        return KeyRecord(name, owner, sha256, tuple(scopes), test, str(entry.get("created", "")))


def valid_scope(scope: str) -> bool:
    return _SCOPE.fullmatch(scope) is not None


def valid_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None
