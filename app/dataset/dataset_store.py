"""Where the dataset is: a local folder or an object store. Files appear complete or not at all."""

import errno
import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import pyarrow as pa
from pyarrow import fs

from app.dataset.dataset_errors import DatasetError

SETTING = "FOREWARN_DATASET"
EXPECTED = "a folder, or s3://bucket/prefix[?endpoint_override=host:port&scheme=http&region=...]"

_TEMPORARY = "_tmp"
_LOCK = "_lock"
_NAME_LENGTH = 16
_S3_OPTIONS = {"endpoint_override", "scheme", "region"}


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
        ...

    def list(self, folder: str = "") -> list[StoredFile]:
        """The complete files below `folder`, in no order; none if it is missing. A missing bucket raises."""
        ...

    def location(self, path: str) -> str:
        """What DuckDB and pyarrow open: an absolute path or a URL."""
        ...

    def open(self, path: str) -> Any:
        """A pyarrow file for random access."""
        ...

    def create(self, path: str) -> AbstractContextManager[IO[bytes]]:
        """The file appears, or replaces the one before, when the context ends; not if it raises."""
        ...

    def delete(self, path: str) -> None:
        """Does nothing if the file is gone already."""
        ...

    def tidy(self) -> None:
        """Removes what a killed archiver left. Only the holder of the claim may call it."""
        ...


def store_of(dataset: str) -> DatasetStore:
    """The store that a setting names. Raises DatasetError; touches neither disk nor network."""
    if "://" not in dataset:
        return LocalFolder(Path(dataset))
    try:
        parts = urlsplit(dataset)
    except ValueError:
        raise _refusal(dataset) from None
    if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
        return LocalFolder(Path(unquote(parts.path)))
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc:
        raise _refusal(dataset)
    options = dict(parse_qsl(parts.query))
    if unknown := sorted(options.keys() - _S3_OPTIONS):
        raise _refusal(dataset, f" with the unknown option {unknown[0]!r}")
    endpoint = options.get("endpoint_override") or os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get(
        "AWS_ENDPOINT_URL"
    )  # fmt: skip
    return Bucket(_s3(options, endpoint), f"{parts.netloc}{parts.path}".rstrip("/"), endpoint)


def _s3(options: Mapping[str, str], endpoint: str | None) -> fs.FileSystem:
    """Credentials come from where AWS tools look for them: AWS_* variables, the profile or the machine's role."""
    given = {"scheme": options.get("scheme"), "region": options.get("region") or os.environ.get("AWS_REGION")}
    if endpoint and "://" in endpoint:
        given["scheme"], _, endpoint = endpoint.partition("://")
    if endpoint:
        given["endpoint_override"] = endpoint.rstrip("/")
        given["region"] = given["region"] or "us-east-1"
    return fs.S3FileSystem(
        **{name: value for name, value in given.items() if value},
        connect_timeout=5,
        request_timeout=30,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=2),
        background_writes=False,
    )


def _refusal(dataset: str, why: str = "") -> DatasetError:
    scheme = dataset.partition("://")[0]
    return DatasetError(f"{SETTING}: a {scheme}:// URL that cannot be used{why}; expected {EXPECTED}")


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
            name = os.read(handle, _NAME_LENGTH)
            if len(name) < _NAME_LENGTH:
                name = secrets.token_hex(_NAME_LENGTH // 2).encode()
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


class Bucket:
    """Files are written to a temporary file, then uploaded; an object appears when its upload is complete."""

    sole = False

    def __init__(self, filesystem: fs.FileSystem, root: str, endpoint: str | None = None) -> None:
        self.name = f"s3://{root}" + (f" at {endpoint.rpartition('@')[2]}" if endpoint else "")
        self._fs = filesystem
        self._root = root

    @contextmanager
    def claim(self) -> Iterator[str | None]:
        yield secrets.token_hex(_NAME_LENGTH // 2)

    def list(self, folder: str = "") -> list[StoredFile]:
        now = datetime.now(UTC)
        selector = fs.FileSelector(self._full(folder), allow_not_found=True, recursive=True)
        found = [
            StoredFile(info.path[len(self._root) + 1 :], info.size, (now - info.mtime).total_seconds())
            for info in self._fs.get_file_info(selector)
            if info.is_file
        ]
        if not found and not folder and self._is_missing():
            raise FileNotFoundError(errno.ENOENT, "there is no such bucket")
        return found

    def location(self, path: str) -> str:
        return f"s3://{self._full(path)}"

    def open(self, path: str) -> Any:
        return self._fs.open_input_file(self._full(path))

    @contextmanager
    def create(self, path: str) -> Iterator[IO[bytes]]:
        with tempfile.NamedTemporaryFile() as file:
            yield file
            file.flush()
            # One write: closing a half-written stream would complete the object with what it got.
            content = pa.memory_map(file.name).read_buffer()
            with self._fs.open_output_stream(self._full(path)) as upload:
                upload.write(content)
        size = self._fs.get_file_info(self._full(path)).size
        if size != len(content):
            raise OSError(f"{path} has {size} bytes in the object store, {len(content)} were sent")

    def delete(self, path: str) -> None:
        with suppress(FileNotFoundError):
            self._fs.delete_file(self._full(path))

    def tidy(self) -> None:
        """Nothing to do: an incomplete upload is not visible."""

    def _is_missing(self) -> bool:
        """Whether the bucket does not exist: an empty one lists the same. False if we may see the prefix only."""
        with suppress(OSError):
            return bool(self._fs.get_file_info(self._root.partition("/")[0]).type == fs.FileType.NotFound)
        return False

    def _full(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root
