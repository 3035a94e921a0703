"""The last bundle that a worker compiled, kept on disk so that a restart without Redis still warns."""

from contextlib import suppress
from pathlib import Path

from app.bundle.revision import SCHEME, revision_of
from app.storage.atomic_file import write_atomically
from app.storage.storage_errors import BundleCorrupt

KEPT = 2
POINTER = "current"


class LastGood:
    """Any number of workers may share one state folder."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / "bundle"

    def save(self, revision: str, bundle: bytes) -> None:
        """Raises OSError if the folder cannot be written."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path(revision), bundle, mode=0o600)
        write_atomically(self._folder / POINTER, revision.encode() + b"\n", mode=0o600)
        for path in self._newest_first()[KEPT:]:
            path.unlink(missing_ok=True)

    def load(self) -> tuple[str, bytes] | None:
        """The bundle saved last, or else the one before it; None if none was ever saved.

        Raises BundleCorrupt if there are files but none hashes to its name.
        """
        paths = self._newest_first()
        with suppress(FileNotFoundError):
            paths.insert(0, self._path((self._folder / POINTER).read_text(errors="replace").strip()))
        for path in paths:
            revision, bundle = SCHEME + path.stem, _read(path)
            if revision_of(bundle) == revision:
                return revision, bundle
        if paths:
            raise BundleCorrupt(f"no bundle in {self._folder} hashes to its name")
        return None

    def _path(self, revision: str) -> Path:
        return self._folder / f"{Path(revision.removeprefix(SCHEME)).name}.jsonl"

    def _newest_first(self) -> list[Path]:
        dated = []
        for path in self._folder.glob("[0-9a-f]*.jsonl"):
            try:
                dated.append((path.stat().st_mtime_ns, path))
            except FileNotFoundError:  # another worker deleted it
                continue
        return [path for _, path in sorted(dated, reverse=True)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
