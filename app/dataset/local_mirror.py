"""Local copies of an object store's files: DuckDB reads object stores only with an extension that it downloads."""

import os
import secrets
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import time

from app.dataset.dataset_store import DatasetStore
from app.dataset.file_listing import DataFile
from app.dataset.local_folder import LocalFolder

# Seconds; as long as the archiver keeps the parts of a merged file. Other readers share the mirror and may have
# listed the dataset a moment earlier or later.
KEPT = 60.0


class Mirror:
    """Copies each file of an object store once into `folder`: a file never changes under its name.

    Several processes may share a folder. A copy is deleted when nobody has asked for it for `kept` seconds.
    """

    def __init__(self, store: DatasetStore, folder: Path, kept: float = KEPT) -> None:
        self._store = store
        self._folder = folder
        self._kept = kept

    def paths(self, files: Sequence[DataFile]) -> list[str]:
        """Local paths of these files. If it raises OSError, no copy was removed."""
        if isinstance(self._store, LocalFolder):
            return [self._store.location(file.path) for file in files]
        paths = [self._copied(file) for file in files]
        self._remove_all_but(set(paths))
        return [str(path) for path in paths]

    def _copied(self, file: DataFile) -> Path:
        target = self._folder / file.path
        try:
            os.utime(target)
        except FileNotFoundError:
            self._copy(file, target)
        return target

    def _copy(self, file: DataFile, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
        try:
            with self._store.open(file.path) as source, part.open("wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)

    def _remove_all_but(self, wanted: set[Path]) -> None:
        for path in self._folder.glob("date=*/*"):
            with suppress(FileNotFoundError):  # by another process
                if path not in wanted and path.stat().st_mtime <= time() - self._kept:
                    path.unlink()
                    with suppress(OSError):  # not the last of its day
                        path.parent.rmdir()
