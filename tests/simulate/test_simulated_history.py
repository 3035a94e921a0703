"""A history is what the archiver would have written, and its ground truth agrees with it."""

import json
from collections import Counter
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyarrow import parquet

from app.dataset import footer
from app.dataset.file_listing import every_file, listing, overlapping, positions
from app.dataset.local_folder import LocalFolder
from app.dataset.report_sources import Sources
from app.dataset.schema import SCHEMA
from app.reports.event_connection import open_events
from app.reports.question import question
from app.reports.reconsideration import answer
from app.service.identity import Identity
from app.simulate.history_service import EPOCH
from app.simulate.simulated_history import NotWritten
from tests.deployment import SECRET
from tests.sample_rules import sample_rulebook
from tests.simulate.histories import UNTIL, content_of, plan, write

Written = tuple[Path, dict[str, Any]]

# docs/measurement.md in plain SQL: one row for each alert.
ALERTS = """
    WITH events AS (SELECT * FROM read_parquet('{files}', hive_partitioning = false)),
    alerts AS (
        SELECT assessment_id, min(time) AS time, any_value("user") AS who, any_value(rule_id) AS rule_id,
            any_value(variant) AS variant
        FROM events WHERE event = 'assessment' AND rule_id IS NOT NULL GROUP BY assessment_id
    ),
    within AS (
        SELECT o.assessment_id, o.outcome FROM events o JOIN alerts a USING (assessment_id)
        WHERE o.event = 'outcome' AND o.occurred_at < a.time + INTERVAL 24 HOUR
    )
    SELECT a.*,
        coalesce(bool_or(outcome IN ('cancelled', 'amended', 'reviewed', 'reported')), false) AS main,
        coalesce(bool_or(outcome IN ('cancelled', 'amended')), false) AS reconsidered,
        coalesce(bool_or(outcome = 'withheld'), false) AS withheld
    FROM (SELECT *, row_number() OVER (PARTITION BY who ORDER BY time) AS exposure FROM alerts) a
    LEFT JOIN within USING (assessment_id) GROUP BY ALL
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("history")
    return folder, write(folder, plan())


def asked(folder: Path, select: str, truth: dict[str, Any]) -> list[tuple[Any, ...]]:
    alerts = ALERTS.format(files=folder / "*" / "*.parquet")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE alerts AS {alerts}")
        connection.execute(f"DELETE FROM alerts WHERE time >= TIMESTAMPTZ '{truth['matured_until']}'")
        return connection.execute(select).fetchall()


def test_the_same_plan_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write(tmp_path / name, plan(days=2, per_day=100))
    write(tmp_path / "third", plan(days=2, per_day=100, seed=8))

    assert content_of(tmp_path / "one") == content_of(tmp_path / "other")
    assert content_of(tmp_path / "one") != content_of(tmp_path / "third")


def test_the_ground_truth_is_written_beside_the_data(written: Written) -> None:
    folder, truth = written

    assert json.loads((folder / "truth.json").read_text()) == json.loads(json.dumps(truth))
    assert truth["seed"] == 7
    assert truth["revision"] == sample_rulebook().revision


def test_pyarrow_reads_the_columns_of_the_dataset(written: Written) -> None:
    folder, truth = written
    tables = [parquet.ParquetFile(path).read() for path in folder.rglob("*.parquet")]

    assert all(table.schema.equals(SCHEMA) for table in tables)
    assert sum(len(table) for table in tables) == truth["events"]["events"]


def test_every_count_agrees_with_the_data(written: Written) -> None:
    folder, truth = written
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT event, outcome, count(*) FROM read_parquet('{folder}/*/*.parquet') GROUP BY ALL"
        ).fetchall()
        ids = connection.execute(
            f"SELECT count(*), count(DISTINCT event_id), count(DISTINCT assessment_id) FILTER (event = 'assessment')"
            f" FROM read_parquet('{folder}/*/*.parquet')"
        ).fetchone()

    counted = Counter({event if outcome is None else f"outcome {outcome}": number for event, outcome, number in rows})
    counts = truth["events"]
    assert counted.pop("assessment") == counts["assessments"]
    assert counted == {name: number for name, number in counts.items() if name.startswith("outcome ")}
    assert ids == (counts["events"], counts["events"], counts["withdrawals"])


def test_the_data_confirm_what_is_recorded_by_alert_and_by_user(written: Written) -> None:
    """The figures of docs/measurement.md, from plain SQL over the files."""
    folder, truth = written
    (by_alert,) = asked(
        folder,
        "SELECT count(*), count(*) FILTER (main), count(*) FILTER (reconsidered) FROM alerts WHERE NOT withheld",
        truth,
    )
    (by_user,) = asked(
        folder,
        "SELECT count(*), count(*) FILTER (main), count(*) FILTER (reconsidered)"
        " FROM (SELECT who, bool_or(main) AS main,"
        " bool_or(reconsidered) AS reconsidered FROM alerts WHERE NOT withheld GROUP BY who)",
        truth,
    )

    names = ("denominator", "recorded", "recorded_reconsidered")
    assert by_alert == tuple(truth["main"]["by_alert"][name] for name in names)
    assert by_user == tuple(truth["main"]["by_user"][name] for name in names)


@pytest.mark.parametrize(
    ("group", "key"),
    [
        ("by_rule", "rule_id"),
        ("by_variant", "rule_id || '/' || variant"),
        ("by_exposure", "CASE WHEN exposure < 10 THEN exposure::VARCHAR ELSE '10+' END"),
    ],
)
def test_the_data_confirm_what_is_recorded_in_every_group(written: Written, group: str, key: str) -> None:
    folder, truth = written
    rows = asked(
        folder,
        f"SELECT {key} AS k, count(*), count(*) FILTER (main), count(DISTINCT who), count(DISTINCT who) FILTER (main)"
        " FROM alerts WHERE NOT withheld AND k IS NOT NULL GROUP BY k",
        truth,
    )

    assert {key: numbers for key, *numbers in rows} == {
        key: [found[unit][name] for unit in ("by_alert", "by_user") for name in ("denominator", "recorded")]
        for key, found in truth[group].items()
        if found["by_alert"]["denominator"]
    }


def test_what_happened_is_close_to_what_is_expected(written: Written) -> None:
    _, truth = written
    for unit in ("by_user", "by_alert"):
        found = truth["main"][unit]
        rate = found["happened"] / found["denominator"]
        assert abs(rate - found["expected"]) <= 4 * sqrt(rate * (1 - rate) / found["denominator"])
        assert found["recorded"] < found["happened"]  # some outcomes are missing


def test_everything_that_makes_real_data_hard_occurs(written: Written) -> None:
    _, truth = written
    counts = truth["events"]

    assert counts["assessments"] > counts["withdrawals"]
    assert counts["came back days later"] > 0
    assert counts["came back with less"] > 0
    for outcome in ("confirmed_scam", "confirmed_legitimate", "withheld", "abandoned", "reported"):
        assert counts[f"outcome {outcome}"] > 0
    assert truth["pending_alerts"] > 0
    assert len(truth["by_rule"]) > 15
    assert any(key.startswith("global/") for key in truth["by_rule"])


def test_users_have_the_pseudonyms_that_the_service_gives_them(written: Written) -> None:
    folder, _ = written
    names = {Identity(SECRET).user(f"sim-7-{number}") for number in range(400)}
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"""SELECT DISTINCT "user" FROM read_parquet('{folder}/*/*.parquet') WHERE event = 'assessment'"""
        ).fetchall()

    assert {name for (name,) in rows} <= names
    assert not any(b"sim-7-" in content for path, content in content_of(folder).items() if path != "truth.json")


def test_the_dataset_accepts_the_files(written: Written) -> None:
    """They have an epoch of their own and share no position; the footer of each lists its lines."""
    folder, truth = written
    store = LocalFolder(folder)
    files = listing(store)

    assert {file.epoch for file in files} == {EPOCH}
    assert set(EPOCH) - set("0123456789abcdef")  # the characters of a stream's epoch
    assert len(files) == len(every_file(store)) == truth["files"]
    assert not overlapping(files)
    held = [footer.read(store, file) for file in files]
    assert (
        sum(last - first + 1 for each in held for ranges in each.values() for first, last in ranges)
        == (truth["events"]["events"])
    )


def test_the_archiver_does_not_take_the_files_for_a_stream(written: Written) -> None:
    """Otherwise it would report a gap: files of a stream that no longer exists."""
    folder, _ = written

    assert positions(every_file(LocalFolder(folder))) == {}


def test_a_large_day_makes_several_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files share neither lines nor positions."""
    monkeypatch.setattr("app.simulate.history_service._ROWS_PER_TABLE", 20)
    monkeypatch.setattr("app.simulate.history_service._ROWS_PER_FILE", 60)
    truth = write(tmp_path, plan(days=2, per_day=100))
    files = listing(LocalFolder(tmp_path))

    assert len(files) > 6
    assert not overlapping(files)
    with duckdb.connect() as connection:
        ids = connection.execute(
            f"SELECT count(DISTINCT event_id) FROM read_parquet('{tmp_path}/*/*.parquet')"
        ).fetchone()
    assert ids == (truth["events"]["events"],)


def test_a_second_history_is_refused(written: Written) -> None:
    folder, _ = written
    before = content_of(folder)

    with pytest.raises(NotWritten, match=r"truth\.json"):
        write(folder, plan(seed=8))
    assert content_of(folder) == before


def test_an_interrupted_history_is_rewritten(tmp_path: Path) -> None:
    """Files without `truth.json` beside them are incomplete."""
    write(tmp_path, plan(days=3, per_day=100))
    (tmp_path / "truth.json").unlink()
    truth = write(tmp_path, plan(days=2, per_day=100, until=UNTIL - 86_400 * 9))

    assert len(every_file(LocalFolder(tmp_path))) == truth["files"]


def test_what_happened_is_between_the_report_of_the_unanswered_as_no_and_as_yes(written: Written) -> None:
    """For the users of each rule and for all users: an outcome that was not reported may have been anything."""
    folder, truth = written
    files = tuple(str(path) for path in folder.rglob("date=*/*.parquet"))
    asked = {"since": truth["since"], "until": truth["matured_until"], "group_by": "rule_id"}
    with open_events(Sources(files)) as opened:
        told = answer(opened, question(asked, datetime.fromtimestamp(UNTIL, UTC)))
    assert told.total is not None
    groups = {str(one.group["rule_id"]): one.figures for one in told.groups if one.figures is not None}
    for figures, found in [(told.total, truth["main"]), *((groups[key], truth["by_rule"][key]) for key in groups)]:
        rate = figures.rates.reconsidered_or_reviewed
        assert rate.denominator == found["by_user"]["denominator"]
        assert rate.numerator == found["by_user"]["recorded"]
        assert rate.numerator <= found["by_user"]["happened"] <= rate.unanswered_as_yes.numerator
