"""A dataset in an object store is read from local copies: fetched once, deleted when nobody asks for them."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyarrow import fs

from app.dataset.bucket import Bucket
from app.dataset.file_listing import DataFile, listing, path_of
from app.dataset.local_mirror import KEPT, Mirror
from app.dataset.recorded_events import DataSource
from app.storage.event_stream import StreamId


class Store(Bucket):
    """A local file system of Arrow stands in for the object store; the calls are the same."""

    def __init__(self, folder: Path) -> None:
        super().__init__(fs.LocalFileSystem(), str(folder))
        self.folder = folder
        self.before_a_read: Callable[[str], None] = lambda _: None

    def put(self, number: int, content: bytes) -> Path:
        at = StreamId(1_790_000_000_000 + number, 0)
        path = self.folder / path_of("0123", at, at)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def open(self, path: str) -> Any:
        self.before_a_read(path)
        return super().open(path)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def paths(mirror: Mirror, store: Bucket) -> list[Path]:
    files: list[DataFile] = listing(store)
    return [Path(path) for path in mirror.paths(files)]


def age(path: Path) -> None:
    """Makes a copy look as if it had not been used for long enough to be deleted."""
    before = path.stat().st_mtime - KEPT
    os.utime(path, (before, before))


def test_files_are_copied_once_and_removed_when_nobody_wanted_them_for_a_minute(tmp_path: Path, store: Store) -> None:
    mirror, other = Mirror(store, tmp_path / "mirror"), Mirror(store, tmp_path / "mirror")
    original = store.put(1, b"one")
    store.put(2, b"two")
    first = paths(mirror, store)
    assert [path.read_bytes() for path in first] == [b"one", b"two"]
    born = [path.stat().st_ino for path in first]
    assert [path.stat().st_ino for path in paths(other, store)] == born
    for path in first:
        age(path)
    paths(other, store)
    original.unlink()
    assert paths(mirror, store) == first[1:]
    assert first[0].exists(), "another process has just listed it"
    age(first[0])
    paths(mirror, store)
    assert not first[0].exists()


class Broken(io.RawIOBase):
    def readinto(self, _: Any) -> int:
        raise OSError("the store is gone")


def test_a_copy_that_breaks_off_leaves_nothing(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror = Mirror(store, tmp_path / "mirror")
    store.put(1, b"one")
    [whole] = paths(mirror, store)
    store.put(2, b"two")

    monkeypatch.setattr(store, "open", lambda _: Broken())
    with pytest.raises(OSError, match="the store is gone"):
        paths(mirror, store)
    assert [path for path in (tmp_path / "mirror").rglob("*") if path.is_file()] == [whole]


def test_a_file_that_was_merged_while_others_were_copied_is_no_failure(tmp_path: Path, store: Store) -> None:
    store.put(1, b"one")
    second = store.put(2, b"two")

    def merge(path: str) -> None:
        if second.name in path and second.exists():
            second.unlink()
            store.put(3, b"two")

    store.before_a_read = merge
    data = DataSource(store, None, cache=tmp_path / "cache").read()
    assert [Path(path).read_bytes() for path in data.sources.files] == [b"one", b"two"]
