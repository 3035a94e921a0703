"""Files of the dataset as local paths: DuckDB has no object store without an extension that it would download."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app.archive.listing import DataFile
from app.archive.place import LocalFolder, Place

_PART = ".part"


class Mirror:
    """Copies each file of an object store once into `folder`: a file of one name never changes its content."""

    def __init__(self, place: Place, folder: Path) -> None:
        self._place = place
        self._folder = folder

    def paths(self, files: Sequence[DataFile]) -> list[str]:
        """Where to read these files; what is no longer among them goes. Raises OSError."""
        if isinstance(self._place, LocalFolder):
            return [self._place.location(file.path) for file in files]
        paths = [self._copied(file) for file in files]
        wanted = set(paths)
        for path in self._folder.glob("date=*/*"):
            if path not in wanted:
                path.unlink(missing_ok=True)
                with suppress(OSError):  # not the last of its day
                    path.parent.rmdir()
        return [str(path) for path in paths]

    def _copied(self, file: DataFile) -> Path:
        target = self._folder / file.path
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_suffix(_PART)
            with self._place.open(file.path) as source, part.open("wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
            part.replace(target)
        return target
