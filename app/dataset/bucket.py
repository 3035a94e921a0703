"""A dataset in an object store."""

import errno
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import IO, Any

import pyarrow as pa
from pyarrow import fs

from app.dataset.dataset_store import CLAIM_LENGTH, StoredFile


class Bucket:
    """Files are written to a temporary file, then uploaded; an object appears when its upload is complete."""

    sole = False

    def __init__(self, filesystem: fs.FileSystem, root: str, endpoint: str | None = None) -> None:
        self.name = f"s3://{root}" + (f" at {endpoint.rpartition('@')[2]}" if endpoint else "")
        self._fs = filesystem
        self._root = root

    @contextmanager
    def claim(self) -> Iterator[str | None]:
        yield secrets.token_hex(CLAIM_LENGTH // 2)

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


def s3_filesystem(options: Mapping[str, str], endpoint: str | None) -> fs.FileSystem:
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
