"""Segments that cannot be opened or read are counted and said, hold up no others, and are taken up by themselves."""

import asyncio
import logging
import os
import resource
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.journal.child import in_child, without_rights_over_others
from tests.journal.segment_reader import paths
from tests.journal.workers import closed_segment, numbers, worker, write
from tests.redis_server import RedisServer

OLDEST = "20200101T000000-00000000.log"
BLOCKS: dict[str, Callable[[Path], None]] = {
    "a folder": Path.mkdir,
    "a link": lambda path: path.symlink_to("/etc/passwd"),
    "a pipe": os.mkfifo,
}


@pytest.mark.parametrize("kind", BLOCKS)
def test_what_is_no_file_holds_up_nobody(
    redis_server: RedisServer, tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = closed_segment(tmp_path, 1)
    aside = path.rename(tmp_path / "aside")
    BLOCKS[kind](path)
    closed_segment(tmp_path, 2)

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper):
            for _ in range(3):
                await shipper.turn()
            assert dict(shipper.segments.unreadable.reasons) == {path: "Not a regular file"}
            assert shipper.backlog_lines == 1, "nobody knows how many"
            assert numbers(redis_server) == [2]
            path.rmdir() if kind == "a folder" else path.unlink()
            aside.rename(path)
            await shipper.turn()
            assert not shipper.segments.unreadable.reasons
            assert shipper.backlog_lines == 0

    with caplog.at_level(logging.INFO):
        asyncio.run(story())
    assert sorted(numbers(redis_server)) == [1, 2]
    said = [record.message for record in caplog.records if record.name.endswith("unreadable_segments")]
    assert len(said) == 2
    assert str(path) in said[0]


def _of_another_user(state: Path, redis_url: str, locked: str) -> None:
    """In a process without root's rights over other users' files."""
    server = RedisServer.__new__(RedisServer)
    server.url = redis_url
    without_rights_over_others()
    [path] = paths(state / "journal")
    blocked = state / locked if locked else path

    async def story() -> None:
        blocked.chmod(0o300 if locked else 0)
        async with worker(state, server) as (journal, shipper):
            write(journal, 7)
            for _ in range(2):
                await shipper.turn()
            assert list(shipper.segments.unreadable.reasons.values()) == ["Permission denied"]
            assert shipper.backlog_lines == 1
            assert numbers(server) == [7]
            blocked.chmod(0o700)
            await shipper.turn()
            assert not shipper.segments.unreadable.reasons

    asyncio.run(story())
    assert sorted(numbers(server)) == [1, 7]


@pytest.mark.parametrize("locked", ["", "journal"], ids=["a segment", "the folder's list"])
def test_what_this_user_may_not_read_is_taken_up_once_it_may(
    redis_server: RedisServer, tmp_path: Path, locked: str
) -> None:
    closed_segment(tmp_path, 1)
    in_child(_of_another_user, tmp_path, redis_server.url, locked)


def test_without_descriptors_what_is_open_is_still_shipped(redis_server: RedisServer, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (journal, shipper):
            write(journal, 1)
            await shipper.turn()
            path = closed_segment(tmp_path, 2)
            resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
            try:
                write(journal, 3)
                await shipper.turn()
                assert set(shipper.segments.unreadable.reasons.values()) == {"Too many open files"}
                assert (shipper.shipped_lines, shipper.connected) == (2, True)
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            await shipper.turn()
            assert not shipper.segments.unreadable.reasons
            assert path.with_suffix(".shipped").exists()

    asyncio.run(story())
    assert sorted(numbers(redis_server)) == [1, 2, 3]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_disk_that_does_not_give_back_what_was_written(redis_server: RedisServer, tmp_path: Path) -> None:
    """Reading the start of a process's memory is an input/output error, as bad blocks are."""
    path = closed_segment(tmp_path, 1)
    oldest = path.with_name(OLDEST)
    oldest.write_bytes(b"")
    if subprocess.run(["mount", "--bind", "/proc/self/mem", oldest], check=False).returncode:
        pytest.skip("mounting is not allowed here")

    async def story() -> None:
        async with worker(tmp_path, redis_server) as (_, shipper):
            with suppress(OSError):
                for _ in range(2):
                    await shipper.turn()
            assert list(shipper.segments.unreadable.reasons) == [oldest]

    try:
        asyncio.run(story())
    finally:
        subprocess.run(["umount", oldest], check=True)
    assert numbers(redis_server) == [1]
