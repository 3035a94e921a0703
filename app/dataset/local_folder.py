"""A dataset in a folder of this machine."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from app.dataset.dataset_store import CLAIM_LENGTH, StoredFile

_TEMPORARY = "_tmp"
_LOCK = "_lock"


class LocalFolder:
    """Files are written aside, synced and renamed, so readers see complete files only, even after a power loss."""

    sole = True

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.name = str(self.root)

    @contextmanager
    def claim(self) -> Iterator[str | None]:
        """The name is kept in the folder, so an archiver that follows a killed one need not wait for its lease."""
        self.root.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.root / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
                return
            name = os.read(handle, CLAIM_LENGTH)
            if len(name) < CLAIM_LENGTH:
                name = secrets.token_hex(CLAIM_LENGTH // 2).encode()
                os.pwrite(handle, name, 0)
            yield name.decode(errors="replace")
        finally:
            os.close(handle)

    def list(self, folder: str = "") -> list[StoredFile]:
        now = datetime.now(UTC).timestamp()
        found: list[StoredFile] = []
        for base, folders, names in os.walk(self.root / folder):
            folders[:] = [name for name in folders if name != _TEMPORARY]
            inside = Path(base)
            for name in names:
                with suppress(FileNotFoundError):  # merged and deleted meanwhile
                    status = (inside / name).stat()
                    path = (inside / name).relative_to(self.root).as_posix()
                    found.append(StoredFile(path, status.st_size, now - status.st_mtime))
        return found

    def location(self, path: str) -> str:
        return str(self.root / path)

    def open(self, path: str) -> Any:
        return pa.OSFile(str(self.root / path))

    @contextmanager
    def create(self, path: str) -> Iterator[IO[bytes]]:
        target = self.root / path
        aside = self.root / _TEMPORARY / f"{secrets.token_hex(8)}"
        aside.parent.mkdir(parents=True, exist_ok=True)
        try:
            with aside.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if not target.parent.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                _sync(target.parent.parent)
            aside.replace(target)
            _sync(target.parent)
        finally:
            aside.unlink(missing_ok=True)

    def delete(self, path: str) -> None:
        target = self.root / path
        target.unlink(missing_ok=True)
        with suppress(OSError):  # not the last one in its folder
            if target.parent != self.root:
                target.parent.rmdir()

    def tidy(self) -> None:
        for left in (self.root / _TEMPORARY).glob("*"):
            left.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
