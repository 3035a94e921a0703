"""Files that were written before a release added a fact or a column, beside files that were written after it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from app.dataset import compaction, parquet_file
from app.dataset.file_listing import DataFile, counting, every_file, path_of
from app.dataset.line_set import LineSet
from app.dataset.local_folder import LocalFolder
from app.dataset.report_sources import Sources, fold_name
from app.dataset.rows import Line, rows
from app.dataset.schema import FACT_TYPE, SCHEMA
from app.reports.folding import fold_day
from app.storage.event_stream import StreamId
from tests.dataset.events import EPOCH, NOON, SEGMENT, line
from tests.dataset.sessions import bench
from tests.redis_server import RedisServer
from tests.reports.analyst import records

NEW = "destination.first_use"  # plays the fact that older files lack
UNKNOWN = "destination.balance"  # which only a release newer than this one writes, and so is the column `mood`
COLUMNS = ("visible_ms", "scrolled", "ignored_inputs")  # which the oldest files lack
MEASURED = (6400, True, 0)

ORDERS = [
    ("old", "new"),
    ("new", "old"),
    ("old",),
    ("new", "old", "new"),
    ("old", "unknown"),
    ("unknown", "old"),
    ("new", "oldest"),
    ("oldest", "unknown", "old", "new"),
    ("unknown", "oldest"),
]


def schema_of(age: str) -> pa.Schema:
    facts = [field for field in FACT_TYPE if age in {"new", "unknown"} or field.name != NEW]
    fields = [field for field in SCHEMA if age != "oldest" or field.name not in COLUMNS]
    if age == "unknown":
        facts.append(pa.field(UNKNOWN, pa.string()))
        fields.append(pa.field("mood", pa.string()))
    return pa.schema([pa.field(f.name, pa.struct(facts) if f.name == "facts" else f.type) for f in fields])


def table(numbers: Sequence[int], age: str) -> pa.Table:
    found, refused = rows([Line(f"{SEGMENT}:{number}", line(number)) for number in numbers])
    assert not refused
    events: list[dict[str, Any]] = found.to_pylist()
    for event in events:
        event["mood"] = "calm"
        if event["facts"]:
            event["facts"] |= {UNKNOWN: "high"}
    return pa.Table.from_pylist(events, schema=schema_of(age))


def write(dataset: Path, ages: Sequence[str], day: int = 0) -> list[DataFile]:
    """A file for each, with an assessment and an outcome: 1 and 3, 4 and 6 ..."""
    store = LocalFolder(dataset)
    for place_in_order, age in enumerate(ages):
        numbers = (3 * place_in_order + 1, 3 * place_in_order + 3)
        at = StreamId(NOON + day * 86_400_000 + place_in_order, 0)
        lines = {SEGMENT: LineSet([(number, number) for number in numbers])}
        written = table(numbers, age)
        parquet_file.write(store, path_of(EPOCH, at, at), [written], lines, written.schema)
    return counting(every_file(store))


def expected(ages: Sequence[str]) -> list[bool | None]:
    return [True if age in {"new", "unknown"} else None for age in ages]


def measured(ages: Sequence[str]) -> list[tuple[Any, ...]]:
    return [(None,) * 3 if age == "oldest" else MEASURED for age in ages]


@pytest.mark.parametrize("ages", ORDERS, ids="-".join)
def test_they_merge_to_one_file_with_the_facts_of_both(tmp_path: Path, ages: Sequence[str]) -> None:
    store, parts = LocalFolder(tmp_path), write(tmp_path, ages)
    compaction.merge(store, compaction.Merge(tuple(parts)), lambda: None)
    [merged] = counting(every_file(store))
    whole = parquet.read_table(store.location(merged.path))
    found = [facts for facts in whole.column("facts").to_pylist() if facts]
    outcomes = [row for row in whole.to_pylist() if row["event"] == "outcome"]
    assert [facts[NEW] for facts in found] == expected(ages)
    assert [tuple(row[name] for name in COLUMNS) for row in outcomes] == measured(ages)
    assert [row.get("mood") for row in outcomes] == ["calm" if age == "unknown" else None for age in ages]
    assert [facts["asset"] for facts in found] == ["USDT"] * len(ages)
    assert [facts.get(UNKNOWN) for facts in found] == ["high" if age == "unknown" else None for age in ages]


@pytest.mark.parametrize("ages", ORDERS, ids="-".join)
@pytest.mark.parametrize("folded", [False, True])
def test_reports_read_them_together(tmp_path: Path, ages: Sequence[str], folded: bool) -> None:
    store = LocalFolder(tmp_path / "d")
    paths = [store.location(file.path) for file in write(tmp_path / "d", ages)]
    folds = [str(path) for path in fold_day(paths, tmp_path / "folds")] if folded else []
    for view in ("events", "assessments"):
        sql = f'SELECT facts."{NEW}" AS new, facts.asset AS asset FROM {view} WHERE facts.asset IS NOT NULL'
        found = records(f"{sql} ORDER BY assessment_id", Sources(paths, folds))
        assert [row["new"] for row in found] == expected(ages)
        assert [row["asset"] for row in found] == ["USDT"] * len(ages)
    sql = f"SELECT {', '.join(COLUMNS)} FROM events WHERE event = 'outcome' ORDER BY assessment_id"
    assert [tuple(row.values()) for row in records(sql, Sources(paths, folds))] == measured(ages)
    outcomes = records("SELECT count(*) AS n FROM outcomes", Sources(paths, folds))
    assert outcomes == [{"n": len(ages)}]


def test_the_archive_goes_on_after_an_upgrade(redis_server: RedisServer, tmp_path: Path) -> None:
    """Its housekeeping merges yesterday's files, of both ages."""
    write(tmp_path, ("old", "new", "oldest"), day=-1)
    write(tmp_path, ("new",))
    with bench(tmp_path, redis_server) as b:
        b.session().close(drain=True)
        assert b.status.merges == 1
    merged, _today = counting(every_file(LocalFolder(tmp_path)))
    assert parquet.read_metadata(tmp_path / merged.path).num_rows == 6


@pytest.mark.parametrize("vocabulary", ["FACTS", "OUTCOME_NAMES"])
def test_a_fold_of_fewer_facts_or_outcomes_is_not_read(monkeypatch: pytest.MonkeyPatch, vocabulary: str) -> None:
    before = fold_name(["a.parquet"], "settled")
    monkeypatch.setattr(f"app.dataset.report_sources.{vocabulary}", ("one",))
    assert fold_name(["a.parquet"], "settled") != before
