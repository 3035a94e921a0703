"""Files that were written before a release added a fact, beside files that were written after it."""

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
UNKNOWN = "destination.balance"  # which only a release newer than this one writes

ORDERS = [("old", "new"), ("new", "old"), ("old",), ("new", "old", "new"), ("old", "unknown"), ("unknown", "old")]


def facts_of(age: str) -> pa.DataType:
    fields = [field for field in FACT_TYPE if age == "new" or field.name != NEW]
    return pa.struct([*fields, pa.field(UNKNOWN, pa.string())] if age == "unknown" else fields)


def table(number: int, age: str) -> pa.Table:
    found, refused = rows([Line(f"{SEGMENT}:{number}", line(number))])
    assert not refused
    schema = pa.schema([pa.field(f.name, facts_of(age) if f.name == "facts" else f.type) for f in SCHEMA])
    events: list[dict[str, Any]] = found.to_pylist()
    for event in events:
        event["facts"] |= {UNKNOWN: "high"}
    return pa.Table.from_pylist(events, schema=schema)


def write(dataset: Path, ages: Sequence[str], day: int = 0) -> list[DataFile]:
    """One file with one event for each; the numbers of events that are assessments: 1, 4, 7 ..."""
    store = LocalFolder(dataset)
    for place_in_order, age in enumerate(ages):
        number, at = 3 * place_in_order + 1, StreamId(NOON + day * 86_400_000 + place_in_order, 0)
        lines = {SEGMENT: LineSet([(number, number)])}
        written = table(number, age)
        parquet_file.write(store, path_of(EPOCH, at, at), [written], lines, written.schema)
    return counting(every_file(store))


def expected(ages: Sequence[str]) -> list[bool | None]:
    return [True if age == "new" else None for age in ages]


@pytest.mark.parametrize("ages", ORDERS, ids="-".join)
def test_they_merge_to_one_file_with_the_facts_of_both(tmp_path: Path, ages: Sequence[str]) -> None:
    store, parts = LocalFolder(tmp_path), write(tmp_path, ages)
    compaction.merge(store, compaction.Merge(tuple(parts)), lambda: None)
    [merged] = counting(every_file(store))
    found = parquet.read_table(store.location(merged.path)).column("facts").to_pylist()
    assert [facts[NEW] for facts in found] == expected(ages)
    assert [facts["asset"] for facts in found] == ["USDT"] * len(ages)
    assert [facts.get(UNKNOWN) for facts in found] == ["high" if age == "unknown" else None for age in ages]


@pytest.mark.parametrize("ages", ORDERS, ids="-".join)
@pytest.mark.parametrize("folded", [False, True])
def test_reports_read_them_together(tmp_path: Path, ages: Sequence[str], folded: bool) -> None:
    store = LocalFolder(tmp_path / "d")
    paths = [store.location(file.path) for file in write(tmp_path / "d", ages)]
    folds = [str(path) for path in fold_day(paths, tmp_path / "folds")] if folded else []
    for view in ("events", "assessments"):
        sql = f'SELECT facts."{NEW}" AS new, facts.asset AS asset FROM {view} ORDER BY assessment_id'
        found = records(sql, Sources(paths, folds))
        assert [row["new"] for row in found] == expected(ages)
        assert [row["asset"] for row in found] == ["USDT"] * len(ages)


def test_the_archive_goes_on_after_an_upgrade(redis_server: RedisServer, tmp_path: Path) -> None:
    """Its housekeeping merges yesterday's files, of both ages."""
    write(tmp_path, ("old", "new", "old"), day=-1)
    write(tmp_path, ("new",))
    with bench(tmp_path, redis_server) as b:
        b.session().close(drain=True)
        assert b.status.merges == 1
    merged, _today = counting(every_file(LocalFolder(tmp_path)))
    assert parquet.read_metadata(tmp_path / merged.path).num_rows == 3


@pytest.mark.parametrize("vocabulary", ["FACTS", "OUTCOME_NAMES"])
def test_a_fold_of_fewer_facts_or_outcomes_is_not_read(monkeypatch: pytest.MonkeyPatch, vocabulary: str) -> None:
    before = fold_name(["a.parquet"], "settled")
    monkeypatch.setattr(f"app.dataset.report_sources.{vocabulary}", ("one",))
    assert fold_name(["a.parquet"], "settled") != before
