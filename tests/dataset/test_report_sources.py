"""Which files a report reads, and that it can read no others."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.dataset.report_sources import Sources, day_of
from app.reports.event_connection import open_events
from app.reports.folding import fold_day
from tests.reports.compact import ask, events, write
from tests.reports.stream_tail import tail_table

ROWS = """
    Mon 23:00  a1  alert user=ann
    Tue 01:00  a1  cancelled
    Tue 10:00  a2  alert user=bob
    Wed 10:00  a3  alert user=cat
"""


def test_a_fold_is_valid_as_long_as_its_day_has_exactly_its_files(tmp_path: Path) -> None:
    sources = write(tmp_path, events(ROWS), folded=True)
    assert (len(sources.by_day), sources.raw) == (3, [])
    late = str(Path(sources.files[0]).with_name("epoch-10-19.parquet"))
    again = Sources([*sources.files, late], sources.folds)
    assert (len(again.by_day), sorted(again.raw)) == (2, sorted([sources.files[0], late]))


def test_a_fold_without_its_other_half_is_not_read(tmp_path: Path) -> None:
    sources = write(tmp_path, events(ROWS), folded=True)
    assert len(Sources(sources.files, sources.folds[:-1]).by_day) == 2


def test_a_file_that_arrives_after_its_day_was_folded_is_counted(tmp_path: Path) -> None:
    before = write(tmp_path, events(ROWS), folded=True)
    late = write(tmp_path / "late", events("Mon 12:00 a4 alert user=dan"))
    moved = Path(before.files[0]).with_name("epoch-10-19.parquet")
    Path(late.files[0]).rename(moved)
    found = ask(Sources([*before.files, str(moved)], before.folds))
    assert found.total is not None
    assert found.total.users == 4


def test_a_fold_is_read_from_wherever_the_dataset_is_mounted() -> None:
    assert day_of("s3://bucket/data/date=2026-11-02/e-1-2.parquet") == datetime(2026, 11, 2, tzinfo=UTC).date()
    assert day_of("somewhere/e-1-2.parquet") is None
    assert day_of("date=2026-11-02/deeper/e-1-2.parquet") is None


def test_only_one_day_can_be_folded_at_a_time(tmp_path: Path) -> None:
    sources = write(tmp_path, events(ROWS))
    with pytest.raises(ValueError, match="3 days"):
        fold_day(sources.files, tmp_path / "folds")


def test_a_day_of_outcomes_and_a_day_of_test_events_fold_to_nothing_settled(tmp_path: Path) -> None:
    sources = write(tmp_path, events("Mon 10:00 a1 cancelled\nTue 10:00 a2 alert test"), folded=True)
    found = ask(sources)
    assert found.quality is not None
    assert (found.quality.orphaned, found.quality.withdrawals) == (1, 0)


FAR_APART = """
    Mon 10:00    a1  alert user=ann
    Mon10 10:00  a1  alert user=ann rule=hk/b
    Mon10 10:05  a1  cancelled
    Mon10 10:06  a1  confirmed_scam
"""
LATER = datetime(2027, 6, 1, tzinfo=UTC)


def test_a_withdrawal_asked_again_after_midnight_is_one_exposure_of_two_folds(tmp_path: Path) -> None:
    rows = events("Mon 23:59 a1 alert\nTue 00:01 a1 alert\nTue 00:02 a1 cancelled")
    found = ask(write(tmp_path, rows, folded=True), group_by="day")
    assert [one.group for one in found.groups] == [{"day": "2026-11-02"}]
    assert found.total is not None
    assert (found.total.alerts, found.total.rates.reconsidered.numerator) == (1, 1)
    assert found.quality is not None
    assert found.quality.repeats == 1


@pytest.mark.parametrize("archived", ["folds", "files", "a fold and the tail", "the tail"])
def test_an_assessment_is_one_however_far_apart_its_events_are(tmp_path: Path, archived: str) -> None:
    """A withdrawal asked again ten weeks later is an exposure of the first day only, with the outcome of that day."""
    rows = events(FAR_APART)
    first = write(tmp_path / "first", rows[:1], folded=True)
    both = write(tmp_path / "both", rows, folded=True)
    sources = {
        "folds": both,
        "files": Sources(both.files),
        "a fold and the tail": Sources(first.files, first.folds, tail_table(rows[1:])),
        "the tail": Sources(tail=tail_table(rows)),
    }[archived]
    then = ask(sources, LATER, since="2026-11-02", until="2026-11-03").total
    assert then is not None
    assert (then.alerts, then.rates.reconsidered.numerator) == (1, 0)
    assert then.confirmed_scam is not None
    assert then.confirmed_scam.numerator == 1
    later = ask(sources, LATER, since="2027-01-04", until="2027-01-11")
    assert later.total is not None
    assert (later.total.alerts, later.total.volume.withdrawals) == (0, 0)
    assert later.quality is not None
    assert later.quality.orphaned == 0


def test_an_outcome_in_the_tail_belongs_to_the_fold_of_its_alert_however_late(tmp_path: Path) -> None:
    rows = events("Mon 10:00 a1 alert\nMon20 10:00 a1 confirmed_scam")
    archived = write(tmp_path, rows[:1], folded=True)
    found = ask(Sources(archived.files, archived.folds, tail_table(rows[1:])), LATER, until="2026-11-03").total
    assert found is not None
    assert found.confirmed_scam is not None
    assert found.confirmed_scam.numerator == 1


def test_an_alert_that_arrived_late_meets_its_outcome_in_the_tail(tmp_path: Path) -> None:
    """Its journal was adopted weeks later, so the fold of its day lacks it."""
    rows = events("Mon 10:00 a1 alert\nMon20 10:00 a1 confirmed_scam")
    written = write(tmp_path, [rows[0]], folded=True, every=400)
    assert "date=2026-11-02" not in written.files[0]
    found = ask(Sources(written.files, written.folds, tail_table(rows[1:])), LATER, until="2026-11-03").total
    assert found is not None
    assert found.confirmed_scam is not None
    assert (found.alerts, found.confirmed_scam.numerator) == (1, 1)


def test_a_month_is_read_from_the_folds_of_its_days(tmp_path: Path) -> None:
    """From all other days only the hashes of assessments are compared."""
    sources = write(tmp_path, events("Mon 10:00 a1 alert\nMon20 10:00 a2 alert user=bob"), folded=True)
    november, march = (sources.by_day[day].settled for day in sorted(sources.by_day))
    with open_events(sources) as opened:
        assert opened._settled(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)) == (
            [november],
            [march],
        )


def test_what_does_not_fit_into_memory_waits_on_disk(tmp_path: Path) -> None:
    with open_events(write(tmp_path, events(ROWS)), memory_limit="64MB", threads=1) as opened:
        opened.connection.execute(
            "CREATE TEMP TABLE big AS SELECT range AS n, md5(range::VARCHAR) AS t FROM range(2000000)"
        )
        assert opened.connection.execute("SELECT count(DISTINCT t) FROM big").fetchone() == (2_000_000,)


def test_importing_reports_does_not_bring_the_web_or_redis() -> None:
    code = """if True:
        import sys, app.reports.reconsideration, app.reports.analyst_sql
        unwanted = {'fastapi', 'redis', 'app.storage', 'app.dataset.dataset_store', 'app.dataset.bucket'}
        print(sorted(unwanted & set(sys.modules)))"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
