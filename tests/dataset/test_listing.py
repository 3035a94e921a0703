"""File names parse in one way only, and a file that another contains does not count."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.dataset.dataset_store import StoredFile
from app.dataset.file_listing import DataFile, contained, counting, overlapping, parse, path_of, positions
from app.storage.event_stream import StreamId
from tests.dataset.events import EPOCH, NOON

stream_ids = st.builds(StreamId, st.integers(NOON, NOON + 1000), st.integers(0, 10**6))


def file(first: int, last: int, epoch: str = EPOCH) -> DataFile:
    found = parse(StoredFile(path_of(epoch, StreamId(NOON, first), StreamId(NOON, last)), 1, 0.0))
    assert found
    return found


@settings(deadline=None)  # a shared machine may stop a call for longer
@given(stream_ids, stream_ids)
def test_a_name_reads_back_as_it_was_written(one: StreamId, other: StreamId) -> None:
    first, last = sorted((one, other))
    found = parse(StoredFile(path_of(EPOCH, first, last), 5, 0.0))
    assert found
    assert (found.epoch, found.first, found.last, found.size) == (EPOCH, first, last, 5)


def test_what_is_not_named_like_ours_is_not_ours() -> None:
    ours = path_of(EPOCH, StreamId(NOON, 0), StreamId(NOON, 1))
    for path in (
        "notes.parquet",
        f"deeper/{ours}",
        ours.replace("date=2026-11-20", "date=2026-11-21"),
        ours.replace("_1.parquet", "_01.parquet"),
        ours.replace(f"{NOON}_1", "5_1"),
        ours + ".tmp",
    ):
        assert parse(StoredFile(path, 1, 0.0)) is None, path


def test_contained_files_do_not_count() -> None:
    files = [file(1, 4), file(1, 9), file(5, 9), file(10, 12), file(10, 10), file(1, 4, "b")]
    assert counting(files) == [file(1, 9), file(10, 12), file(1, 4, "b")]
    assert contained(files) == sorted([file(1, 4), file(5, 9), file(10, 10)], key=lambda f: f.path)
    assert overlapping(counting(files)) == []
    assert overlapping([file(1, 4), file(4, 9)]) == [(file(1, 4), file(4, 9))]
    assert positions(files) == {EPOCH: StreamId(NOON, 12), "b": StreamId(NOON, 4)}
