"""Lines are read back as written; damage loses only the damaged line."""

import os
from pathlib import Path

import pytest

from app.journal.journal_lines import BATCH_BYTES, START, Position, checked_json, checked_line, read_batch
from tests.journal.segment_reader import read_segment

EVENTS = [b'{"n":%d}' % number for number in range(1, 6)]


def written(path: Path, *lines: bytes) -> Path:
    path.write_bytes(b"".join(lines))
    return path


def damaged(line: bytes) -> bytes:
    return line.replace(b'"n"', b'"m"')


@pytest.fixture
def lines() -> list[bytes]:
    return [checked_line(event) for event in EVENTS]


def test_the_format() -> None:
    assert checked_line(b'{"a":1}') == b'561bacaf {"a":1}\n'
    assert checked_json(b'561bacaf {"a":1}') == b'{"a":1}'


def test_every_changed_byte_is_found() -> None:
    line = checked_line(EVENTS[0])[:-1]
    for place in range(len(line)):
        changed = bytearray(line)
        changed[place] ^= 1
        assert checked_json(bytes(changed)) is None


def test_lines_come_back_with_their_numbers(tmp_path: Path, lines: list[bytes]) -> None:
    assert list(read_segment(written(tmp_path / "s", *lines))) == list(enumerate(EVENTS, 1))


def test_reading_goes_on_from_a_position(tmp_path: Path, lines: list[bytes]) -> None:
    path = written(tmp_path / "s", *lines)
    assert list(read_segment(path, Position(2, len(lines[0]) * 2))) == list(enumerate(EVENTS, 1))[2:]


@pytest.mark.parametrize("kept", [0, 1, 8, 9, 16])
def test_a_torn_last_line_is_ignored(tmp_path: Path, lines: list[bytes], kept: int) -> None:
    path = written(tmp_path / "s", *lines[:-1], lines[-1][:kept])
    assert list(read_segment(path)) == list(enumerate(EVENTS[:-1], 1))


@pytest.mark.parametrize("place", range(5))
def test_a_corrupt_line_keeps_its_number(tmp_path: Path, lines: list[bytes], place: int) -> None:
    lines[place] = damaged(lines[place])
    expected = [numbered for numbered in enumerate(EVENTS, 1) if numbered[0] != place + 1]
    assert list(read_segment(written(tmp_path / "s", *lines))) == expected


def test_a_batch_ends_before_a_corrupt_line(tmp_path: Path, lines: list[bytes]) -> None:
    lines[2] = damaged(lines[2])
    path = written(tmp_path / "s", *lines)
    fd = os.open(path, os.O_RDONLY)
    first = read_batch(fd, START, path.stat().st_size)
    second = read_batch(fd, first.after, path.stat().st_size)
    os.close(fd)
    assert (first.first, first.last, first.corrupt) == (1, 2, range(1, 1))
    assert (second.first, second.last, second.corrupt) == (4, 5, range(3, 4))


def test_zeroes_that_a_power_loss_left_are_one_corrupt_line(tmp_path: Path, lines: list[bytes]) -> None:
    path = written(tmp_path / "s", lines[0], bytes(3 * BATCH_BYTES), b"\n", lines[1])
    assert list(read_segment(path)) == [(1, EVENTS[0]), (3, EVENTS[1])]


def test_batches_are_bounded_in_lines_and_bytes(tmp_path: Path) -> None:
    event = b'{"n":"%b"}' % (b"x" * 1000)
    path = written(tmp_path / "s", checked_line(event) * 2000)
    fd = os.open(path, os.O_RDONLY)
    batch = read_batch(fd, START, path.stat().st_size)
    few = read_batch(fd, START, path.stat().st_size, lines=7)
    os.close(fd)
    assert batch.after.offset <= BATCH_BYTES
    assert len(few.events) == 7
    assert len(list(read_segment(path))) == 2000
