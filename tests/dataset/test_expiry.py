"""Days past retention go in two steps, and no more than a day's worth a day without a person's word."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.dataset.expiry import ANNOUNCED
from app.dataset.file_listing import listing
from app.dataset.local_folder import LocalFolder
from tests.dataset.events import add, days_ago, entry, ids, marks, names, send_again
from tests.dataset.sessions import announced_a_day_ago, archiver, bench, health
from tests.deployment import FIXTURE
from tests.redis_server import RedisServer

QUIET = "20261001T100000-9f86d081"
DAYS_AHEAD = 400 * 86_400.0


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return tmp_path / "dataset"


def days(dataset: Path) -> list[str]:
    return [file.date.isoformat() for file in listing(LocalFolder(dataset))]


def test_a_day_is_announced_then_dropped_and_its_lines_do_not_come_back(
    redis_server: RedisServer, dataset: Path
) -> None:
    """A quiet worker's segment can stay open longer than its first events may be kept."""
    made = [days_ago(redis_server, back, 10 * n + 1, 10 * n + 10, QUIET) for n, back in enumerate((31, 30, 2, 1))]
    rejected = dataset / "_rejected" / f"date={made[0]}" / "old.jsonl"
    rejected.parent.mkdir(parents=True)
    rejected.write_text("{}")
    add(redis_server, {"not": "ours"})
    with bench(dataset, redis_server, retention_days=30, accepted=date.fromisoformat(made[2])) as b:
        b.keep_house(b.drain())
        session = b.drain()
        assert days(dataset)[:4] == made, "announced, not dropped"
        assert rejected.exists()
        announced_a_day_ago(dataset)
        b.keep_house(session)
        assert days(dataset)[:3] == made[1:], "the second is announced a day before it is due"
        assert b.status.dropped_files == 1
        assert not rejected.exists()
        assert not (dataset / f"date={made[0]}").exists()
        assert len(list(dataset.glob("_rejected/date=*/*"))) == 1
        send_again(redis_server, entry(1, 40, QUIET))
        b.drain(session)
        assert ids(dataset) == names(range(11, 41), QUIET), "also by a session that began before the drop"
        assert marks(redis_server) == {QUIET: 40}


def test_the_newest_day_stays_however_old(redis_server: RedisServer, dataset: Path) -> None:
    """It holds the position in the stream."""
    days_ago(redis_server, 90, 1, 5)
    with bench(dataset, redis_server, retention_days=1) as b:
        b.keep_house(b.drain())
        b.drain()
    assert ids(dataset) == names(range(1, 6))
    assert not (dataset / ANNOUNCED).exists()


def test_several_days_at_once_need_a_word(redis_server: RedisServer, dataset: Path) -> None:
    """Retention set on an old dataset, or a clock that is wrong with Redis's on the same machine."""
    made = [days_ago(redis_server, back, back, back) for back in (60, 50, 40, 1)]
    after = date.fromisoformat(made[2]) + timedelta(days=1)
    with bench(dataset, redis_server, retention_days=30) as b:
        b.keep_house(b.keep_house(b.drain()))
        assert b.status.retention == (
            f"FOREWARN_RETENTION_DAYS=30 drops no day: 3 days from {made[0]} to {made[2]} are due together, and only a"
            " day's worth goes a day. If the clocks and the setting are right,"
            f" `forewarn archive --once --accept {after}` announces them, and a later run drops them"
        )
        assert not (dataset / ANNOUNCED).exists()
    with bench(dataset, redis_server, retention_days=30, accepted=after) as b:
        b.keep_house(b.drain())
        assert b.status.retention is None
        assert days(dataset) == made
    announced_a_day_ago(dataset)
    with bench(dataset, redis_server, retention_days=30) as b:
        b.keep_house(b.drain())
        assert days(dataset) == made[3:], "the word was noted in the dataset"


def test_an_archiver_that_was_away_catches_up(redis_server: RedisServer, dataset: Path) -> None:
    """As many days may go as have come since: those were lived through, whatever a clock says."""
    for back in (40, 32, 31):
        days_ago(redis_server, back, back, back)
    with bench(dataset, redis_server, retention_days=33) as b:
        b.keep_house(b.drain())
        assert b.status.retention is None
    new = [days_ago(redis_server, back, back, back) for back in (2, 1)]
    with bench(dataset, redis_server, retention_days=30) as b:
        b.keep_house(b.keep_house(b.drain()))
        assert b.status.retention is None
        announced_a_day_ago(dataset)
        b.keep_house(b.drain())
    assert days(dataset) == new


def test_what_was_announced_by_a_clock_that_was_ahead_is_announced_again(
    redis_server: RedisServer, dataset: Path
) -> None:
    made = [days_ago(redis_server, back, back, back) for back in (40, 1)]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    dataset.mkdir()
    (dataset / ANNOUNCED).write_text(f'{{"since": {{"{made[0]}": "{tomorrow}"}}, "newest": "{made[1]}"}}')
    with bench(dataset, redis_server, retention_days=30) as b:
        b.keep_house(b.drain())
    assert days(dataset) == made
    assert tomorrow not in (dataset / ANNOUNCED).read_text()
    (dataset / ANNOUNCED).write_text("{")
    with bench(dataset, redis_server, retention_days=30) as b:
        b.keep_house(b.drain())
    assert days(dataset) == made, "nor by a damaged file"


def test_a_day_with_events_of_a_later_time_stays(redis_server: RedisServer, dataset: Path) -> None:
    """Redis's clock was behind when they arrived."""
    noon = datetime.now(UTC) - timedelta(days=40)
    add(redis_server, entry(1, 5, time=datetime.now(UTC).isoformat()), at=f"{int(noon.timestamp() * 1000)}-0")
    days_ago(redis_server, 1, 6, 9)
    with bench(dataset, redis_server, retention_days=30) as b:
        b.keep_house(b.drain())
        assert b.status.retention is not None
        assert f"by Redis's clock and has events of {datetime.now(UTC).date()}" in b.status.retention
    assert not (dataset / ANNOUNCED).exists()


@pytest.mark.parametrize("ahead", [DAYS_AHEAD, -DAYS_AHEAD])
def test_one_wrong_clock_drops_nothing_and_says_so(
    redis_server: RedisServer, dataset: Path, tmp_path: Path, ahead: float
) -> None:
    """Archiving goes on: it does not depend on our clock."""
    made = [days_ago(redis_server, back, 6 - back, 6 - back, QUIET) for back in range(5, 0, -1)]
    log = tmp_path / "log"
    child = archiver(dataset, redis_server, log, retention_days=365, clock_ahead=ahead, once=True)
    assert child.wait(60) == 0, "the process of the tests; the command says so with its exit code"
    assert days(dataset) == made
    assert marks(redis_server) == {QUIET: 5}
    said = str(health(log)["clocks"])
    assert said.startswith("this machine's clock says 20")
    assert f"and Redis's {datetime.now(UTC).year}" in said
    assert log.read_text().count("clocks disagree: ") == 1 + (ahead > 0)
    assert (health(log)["retention"] is not None) == (ahead > 0)


def test_the_command_fails_after_it_has_archived_and_names_the_way_out(
    redis_server: RedisServer, dataset: Path, tmp_path: Path
) -> None:
    made = [days_ago(redis_server, back, back, back) for back in (60, 50, 40, 1)]
    settings = {
        "FOREWARN_DATASET": str(dataset),
        "FOREWARN_REDIS_URL": redis_server.url,
        "FOREWARN_STATE_DIR": str(tmp_path / "state"),
    }

    def once(*options: str, retention: str = "30") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "app", "archive", "--once", *options],
            cwd=FIXTURE,
            env=os.environ | settings | {"FOREWARN_RETENTION_DAYS": retention},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    done = once()
    assert (done.returncode, done.stdout) == (1, f"Archived 4 events to {dataset}\n")
    accept = f"--accept {date.fromisoformat(made[2]) + timedelta(days=1)}"
    assert accept in done.stderr.splitlines()[-1]
    assert "set" in once(*accept.split(), retention="").stderr
    assert "is to come" in once("--accept", "2999-01-01").stderr
    assert once(*accept.split()).returncode == 0
    assert days(dataset) == made
    announced_a_day_ago(dataset)
    assert once().returncode == 0
    assert days(dataset) == made[3:]
