"""From the stream to the files: every event once, and rejected lines kept aside."""

import logging
from datetime import date
from pathlib import Path

import orjson
import pytest
from pyarrow import parquet

from app.dataset import footer
from app.dataset.archive_context import Pace
from app.dataset.file_listing import counting, every_file, listing
from app.dataset.local_folder import LocalFolder
from app.dataset.schema import SCHEMA
from app.dataset.stream_gaps import gaps
from app.storage import redis_names
from app.storage.storage_errors import StorageError
from tests.dataset.events import EPOCH, NOON, SEGMENT, add, body, entry, ids, is_once, length, line, marks, names, read
from tests.dataset.sessions import bench
from tests.redis_server import RedisServer

MIDNIGHT = NOON + 12 * 3600 * 1000


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return tmp_path / "dataset"


def test_a_file_is_named_by_the_entries_that_it_holds(redis_server: RedisServer, dataset: Path) -> None:
    add(redis_server, entry(1, 3), at=f"{NOON}-0")
    add(redis_server, entry(4, 5), at=f"{NOON + 7}-2")
    with bench(dataset, redis_server) as b:
        b.drain()
    [file] = listing(LocalFolder(dataset))
    assert file.path == f"date=2026-11-20/{EPOCH}-{NOON}_0-{NOON + 7}_2.parquet"
    assert (file.date, file.epoch) == (date(2026, 11, 20), EPOCH)
    assert parquet.read_schema(dataset / file.path).remove_metadata() == SCHEMA
    assert [tuple(lines) for lines in footer.read(LocalFolder(dataset), file)[SEGMENT]] == [(1, 5)]
    assert ids(dataset) == names(range(1, 6))


def test_rows_say_what_the_events_said(redis_server: RedisServer, dataset: Path) -> None:
    add(redis_server, entry(1, 3))
    with bench(dataset, redis_server) as b:
        b.drain()
    first, _, outcome = read(dataset).to_pylist()
    event = orjson.loads(body(1))
    assert first["time"].isoformat() == "2026-11-20T10:00:00.123456+00:00"
    assert first["matched"] == event["matched"]
    assert {name: value for name, value in first["facts"].items() if value is not None} == event["facts"]
    assert {name for name, value in outcome.items() if value is None} == {
        column for column in first if column not in orjson.loads(body(3)) and column != "event_id"
    }


def test_a_day_ends_at_midnight_utc_of_arrival(redis_server: RedisServer, dataset: Path) -> None:
    add(redis_server, entry(1, 2), at=f"{MIDNIGHT - 1}-0")
    add(redis_server, entry(3, 4), at=f"{MIDNIGHT}-0")
    with bench(dataset, redis_server) as b:
        b.drain()
    assert [(file.date.day, file.first.ms, file.last.ms) for file in listing(LocalFolder(dataset))] == [
        (20, MIDNIGHT - 1, MIDNIGHT - 1),
        (21, MIDNIGHT, MIDNIGHT),
    ]
    assert ids(dataset) == names(range(1, 5))


def test_lines_that_came_before_are_dropped_wherever_they_stand(redis_server: RedisServer, dataset: Path) -> None:
    """Lines 5 to 9 come first: a mark that only moves up would lose 1 to 4."""
    add(redis_server, entry(5, 9), entry(1, 6), entry(8, 12))
    with bench(dataset, redis_server) as b:
        session = b.drain()
        assert (b.status.events, b.status.duplicates) == (12, 4)
        assert ids(dataset) == names(range(1, 13))
        add(redis_server, entry(1, 12), entry(13, 13))
        b.drain(session)
        assert ids(dataset) == names(range(1, 14))
        add(redis_server, entry(2, 13), entry(14, 14))
        b.drain()
        assert ids(dataset) == names(range(1, 15)), "also after a restart, from the files"


def test_the_mark_moves_over_unbroken_lines_only(redis_server: RedisServer, dataset: Path) -> None:
    with bench(dataset, redis_server) as b:
        session = b.session()
        add(redis_server, entry(1, 3))
        session.turn()
        assert marks(redis_server) == {}, "read is not written"
        b.drain(session)
        assert marks(redis_server) == {SEGMENT: 3}
        add(redis_server, entry(6, 9))
        b.drain(session)
        assert marks(redis_server) == {SEGMENT: 3}
        add(redis_server, entry(4, 5))
        b.drain(session)
        assert marks(redis_server) == {SEGMENT: 9}


def test_marks_come_back_from_the_files(redis_server: RedisServer, dataset: Path) -> None:
    add(redis_server, entry(1, 3), entry(1, 7, "20261119T100000-00000001"))
    with bench(dataset, redis_server) as b:
        session = b.drain()
        redis_server.flush()
        add(redis_server, entry(1, 1, "20261120T100000-00000002"), epoch="ffff")
        b.drain(session)
    assert marks(redis_server) == {
        SEGMENT: 3,
        "20261119T100000-00000001": 7,
        "20261120T100000-00000002": 1,
    }


def test_marks_of_the_oldest_segments_go(redis_server: RedisServer, dataset: Path) -> None:
    for day in range(1, 10):
        add(redis_server, entry(1, 1, f"2026110{day}T000000-00000000"))
    with bench(dataset, redis_server) as b:
        b.drain()
        b.context.marks._kept = 3
        b.context.marks.bound()
    assert sorted(marks(redis_server)) == [f"2026110{day}T000000-00000000" for day in (7, 8, 9)]


def test_an_old_segment_sent_again_makes_older_footers_be_read(redis_server: RedisServer, dataset: Path) -> None:
    day = 24 * 3600 * 1000
    for back in (30, 20, 10, 0):
        add(redis_server, entry(40 - back, 49 - back, "20261020T100000-00000001"), at=f"{NOON - back * day}-0")
    with bench(dataset, redis_server) as b:
        b.drain()
        before = ids(dataset)
        session = b.session()
        assert len(session._archived._lines["20261020T100000-00000001"].ranges) == 1
        add(redis_server, entry(10, 49, "20261020T100000-00000001"), at=f"{NOON + 1}-0")
        b.drain(session)
    assert ids(dataset) == before
    assert is_once(before)


NOT_OURS = [
    {"hello": "world"},
    {redis_names.VERSION: 2, redis_names.SEGMENT: SEGMENT, redis_names.FIRST: 1, redis_names.BATCH: line(1)},
    {redis_names.VERSION: 1, redis_names.SEGMENT: "../up", redis_names.FIRST: 1, redis_names.BATCH: line(1, "../up")},
    {redis_names.VERSION: 1, redis_names.SEGMENT: SEGMENT, redis_names.FIRST: 0, redis_names.BATCH: line(1)},
    {redis_names.VERSION: 1, redis_names.SEGMENT: SEGMENT, redis_names.FIRST: "x", redis_names.BATCH: line(1)},
    {redis_names.VERSION: 1, redis_names.SEGMENT: SEGMENT, redis_names.FIRST: 1, redis_names.BATCH: b""},
]


@pytest.mark.parametrize("foreign", NOT_OURS)
def test_an_entry_that_is_not_ours_is_kept_aside(
    redis_server: RedisServer, dataset: Path, foreign: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    add(redis_server, entry(1, 2), foreign, entry(3, 4))
    with bench(dataset, redis_server) as b:
        b.drain()
        assert b.status.rejected == 1
    assert ids(dataset) == names(range(1, 5))
    [aside] = dataset.glob("_rejected/date=*/*.jsonl")
    kept = orjson.loads(aside.read_bytes())
    assert (kept["why"], len(kept["fields"])) == ("not a batch of events", len(foreign))
    assert "world" not in caplog.text


def test_a_line_that_is_no_event_is_kept_aside_and_counts_as_safe(
    redis_server: RedisServer, dataset: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its segment must not wait for it forever."""
    good = entry(1, 40)
    bad = {**good, redis_names.BATCH: good[redis_names.BATCH].replace(line(7), b'{"user_id":"alice@example.org"}')}
    add(redis_server, bad, bad)
    with bench(dataset, redis_server) as b:
        b.drain()
        assert (b.status.events, b.status.rejected) == (39, 1)
    assert ids(dataset) == names(set(range(1, 41)) - {7})
    assert marks(redis_server) == {SEGMENT: 40}
    assert "alice" not in caplog.text
    [aside] = dataset.glob("_rejected/date=*/*.jsonl")
    assert orjson.loads(aside.read_bytes())["event_id"] == f"{SEGMENT}:7"


def test_what_an_event_should_not_say_is_not_in_the_dataset(redis_server: RedisServer, dataset: Path) -> None:
    leaky = line(1, user_id="u-829393", address="TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", amount="12500.00")
    add(redis_server, {**entry(1, 1), redis_names.BATCH: leaky})
    with bench(dataset, redis_server) as b:
        b.drain()
    assert len(ids(dataset)) == 1
    everything = b"".join(path.read_bytes() for path in dataset.rglob("*") if path.is_file())
    content = repr(read(dataset).to_pylist()).encode()
    for secret in (b"u-829393", b"TQn9Y2khEsLJW1", b"12500"):
        assert secret not in everything
        assert secret not in content


def test_files_are_written_when_they_are_due_or_full(redis_server: RedisServer, dataset: Path) -> None:
    with bench(dataset, redis_server, pace=Pace(interval=5.0, events=10)) as b:
        session = b.session()
        add(redis_server, entry(1, 3))
        session.turn()
        session.turn()
        b.clock.now += 4.9
        session.turn()
        assert ids(dataset) == []
        b.clock.now += 0.2
        session.turn()
        assert len(ids(dataset)) == 3
        add(redis_server, entry(4, 13))
        session.turn()
        assert len(ids(dataset)) == 13


def test_the_stream_is_trimmed_ten_minutes_behind_what_is_written(redis_server: RedisServer, dataset: Path) -> None:
    with redis_server.client() as client:
        now = client.time()[0] * 1000
    ages = (60, 30, 11, 9, 1)  # minutes
    for minutes in ages:
        add(redis_server, entry(61 - minutes, 61 - minutes), at=f"{now - minutes * 60_000}-0")
    # In the hour after midnight some belong to the day before: its file is written right away, its last entry stays.
    days = {minutes: (now - minutes * 60_000) // 86_400_000 for minutes in ages}
    of_a_closed_day = sum(days[minutes] < days[1] and minutes > 10 for minutes in ages)
    with bench(dataset, redis_server) as b:
        session = b.session()
        session.turn()
        session.turn()
        assert length(redis_server) == 5 - max(0, of_a_closed_day - 1), "not what is read and not written"
        b.drain(session)
        session.turn()
        assert length(redis_server) == 2
        assert b.status.trimmed_entries == 3
        assert not gaps(LocalFolder(dataset))


def test_of_an_idle_stream_the_last_entry_stays(redis_server: RedisServer, dataset: Path) -> None:
    """It shows that nothing was lost."""
    add(redis_server, entry(1, 1), at="1700000000000-0")
    add(redis_server, entry(2, 2), at="1700000000001-0")
    with bench(dataset, redis_server) as b:
        session = b.drain()
        session.turn()
        assert length(redis_server) == 1
        b.drain()
        assert b.status.gaps == 0


def test_without_redis_a_turn_fails_and_the_next_goes_on(redis_server: RedisServer, dataset: Path) -> None:
    add(redis_server, entry(1, 3))
    with bench(dataset, redis_server) as b:
        session = b.session()
        session.turn()
        session.turn()
        redis_server.kill()
        with pytest.raises(StorageError):
            session.turn()
        redis_server.start()
        add(redis_server, entry(4, 6))
        b.drain(session)
    assert ids(dataset) == names(range(1, 7))


def test_a_stranger_s_files_are_left_alone(redis_server: RedisServer, dataset: Path) -> None:
    strange = dataset / "date=2026-11-20" / "notes.parquet"
    strange.parent.mkdir(parents=True)
    strange.write_text("not ours")
    add(redis_server, entry(1, 3))
    with bench(dataset, redis_server) as b:
        b.drain()
    assert strange.exists()
    assert len(counting(every_file(LocalFolder(dataset)))) == 1


def test_redis_s_errors_do_not_reach_the_log_with_their_values(
    redis_server: RedisServer, dataset: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    add(redis_server, entry(1, 3))
    with bench(dataset, redis_server) as b:
        b.drain()
    assert body(1)[:40].decode() not in caplog.text
