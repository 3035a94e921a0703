"""A dataset in an object store is read from copies: each file is fetched once, and goes when it no longer counts."""

from pathlib import Path

from pyarrow import fs

from app.archive.listing import DataFile, listing, path_of
from app.archive.place import Bucket
from app.console.mirror import Mirror
from app.storage.event_stream import StreamId


def a_file(store: Path, number: int, content: bytes) -> None:
    at = StreamId(1_790_000_000_000 + number, 0)
    path = store / path_of("0123", at, at)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def paths(mirror: Mirror, store: Bucket) -> list[Path]:
    files: list[DataFile] = listing(store)
    return [Path(path) for path in mirror.paths(files)]


def test_files_are_copied_once_and_removed_with_their_original(tmp_path: Path) -> None:
    # Any file system of Arrow stands for the store: what is asked of it is the same.
    store = Bucket(fs.LocalFileSystem(), str(tmp_path / "store"))
    mirror = Mirror(store, tmp_path / "mirror")
    a_file(tmp_path / "store", 1, b"one")
    a_file(tmp_path / "store", 2, b"two")
    first = paths(mirror, store)
    assert [path.read_bytes() for path in first] == [b"one", b"two"]
    born = [path.stat().st_ino for path in first]
    assert [path.stat().st_ino for path in paths(mirror, store)] == born
    (tmp_path / "store" / first[0].relative_to(tmp_path / "mirror")).unlink()
    assert paths(mirror, store) == first[1:]
    assert not first[0].exists()
