"""Files of the dataset as local paths: DuckDB has no object store without an extension that it would download."""

import os
import secrets
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import time

from app.dataset.dataset_store import LocalFolder, Place
from app.dataset.file_listing import DataFile

# As long as the archiver keeps the parts of a merged file: other readers have the same mirror, and may have listed
# the dataset a moment earlier or later. Seconds.
KEPT = 60.0


class Mirror:
    """Copies each file of an object store once into `folder`: a file of one name never changes its content.

    Several processes may have one folder. A copy goes once nobody has wanted it for `kept` seconds.
    """

    def __init__(self, place: Place, folder: Path, kept: float = KEPT) -> None:
        self._place = place
        self._folder = folder
        self._kept = kept

    def paths(self, files: Sequence[DataFile]) -> list[str]:
        """Where to read these files. Raises OSError, and then has removed nothing."""
        if isinstance(self._place, LocalFolder):
            return [self._place.location(file.path) for file in files]
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
            with self._place.open(file.path) as source, part.open("wb") as copy:
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
