"""Closed days are folded behind the queries, and an answer is the same with folds and without."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.commands import archive
from app.console.fold_keeper import FoldKeeper
from app.dataset.dataset_url import store_of
from app.dataset.file_listing import listing, path_of
from app.dataset.recorded_events import DataSource, RecordedEvents
from app.reports import answer_export
from app.reports.event_connection import open_events
from app.reports.question import question
from app.reports.reconsideration import answer
from app.storage.event_stream import StreamId
from tests.console.history import history, now, send
from tests.redis_server import RedisServer

DAY = int(timedelta(days=1).total_seconds() * 1000)


@pytest.fixture
def source(tmp_path: Path, redis_server: RedisServer) -> DataSource:
    """A dataset with one file, which arrived yesterday; no Redis."""
    store = store_of(str(tmp_path / "dataset"))
    with redis_server.client() as client:
        send(client, history(now(), users=100))
    archive.run(dataset=str(tmp_path / "dataset"), redis_url=redis_server.url, state_dir=tmp_path / "state", once=True)
    (file,) = listing(store)
    before = path_of(file.epoch, StreamId(file.first.ms - DAY, 0), StreamId(file.last.ms - DAY, file.last.seq))
    target = Path(store.location(before))
    target.parent.mkdir()
    Path(store.location(file.path)).rename(target)
    return DataSource(store, None, cache=tmp_path / "cache")


def figures(data: RecordedEvents) -> dict[str, Any]:
    asked = question({"group_by": "severity", "since": "2026-01-01"}, data.as_of - timedelta(days=1))
    with open_events(data.sources) as events:
        total: dict[str, Any] = answer_export.as_dict(answer(events, asked))["total"]
    return {name: total[name] for name in ("alerts", "outcomes", "rates", "pending", "volume", "money_not_sent")}


def test_a_closed_day_is_folded_and_its_figures_stay(source: DataSource) -> None:
    plain = source.current()
    FoldKeeper(source, smallest=0).turn()
    folded = source.current(anew=True)
    assert (len(plain.sources.by_day), len(folded.sources.by_day)) == (0, 1)
    assert folded.sources.raw == []
    before, after = (figures(replace(one, as_of=plain.as_of)) for one in (plain, folded))
    assert before == after
    assert before["alerts"] > 100


def test_a_fold_of_a_day_that_changed_goes(source: DataSource) -> None:
    FoldKeeper(source, smallest=0).turn()
    for path in source.current(anew=True).sizes:
        Path(path).unlink()
    source.current(anew=True)
    FoldKeeper(source, smallest=0).turn()
    assert list(source.folds.glob("date=*/*")) == []


def test_a_small_day_is_left_as_it_is(source: DataSource) -> None:
    FoldKeeper(source).turn()
    assert list(source.folds.glob("date=*/*")) == []
