"""Where the dataset is: a local folder or an object store. Files appear complete or not at all."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Any, Protocol

CLAIM_LENGTH = 16  # of the name under which an archiver writes


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`path` is relative to the dataset's root, `age` in seconds."""

    path: str
    size: int
    age: float


class DatasetStore(Protocol):
    """Paths are relative to the root, parts joined by slashes. Every method raises OSError."""

    sole: bool  # whether a claim keeps every other archiver away, even if Redis fails
    name: str  # for people: the folder, or the bucket, prefix and server

    def claim(self) -> AbstractContextManager[str | None]:
        """The name under which the holder writes; None if another process holds the claim."""

    def list(self, folder: str = "") -> list[StoredFile]:
        """The complete files below `folder`, in no order; none if it is missing. A missing bucket raises."""

    def location(self, path: str) -> str:
        """What DuckDB and pyarrow open: an absolute path or a URL."""

    def open(self, path: str) -> Any:
        """A pyarrow file for random access."""

    def create(self, path: str) -> AbstractContextManager[IO[bytes]]:
        """The file appears, or replaces the one before, when the context ends; not if it raises."""

    def delete(self, path: str) -> None:
        """Does nothing if the file is gone already."""

    def tidy(self) -> None:
        """Removes what a killed archiver left. Only the holder of the claim may call it."""
