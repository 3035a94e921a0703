"""Questions are bounded: in time, in number; and shared."""

import asyncio
from pathlib import Path
from threading import Event

import duckdb
import pytest

from app.console import query_pool as answers_module
from app.console.query_pool import FOR_ONE, Busy, QueryPool, TooSlow
from app.dataset import recorded_events as data_module
from app.dataset.dataset_url import store_of
from app.dataset.recorded_events import DataSource, RecordedEvents
from app.reports.event_connection import Events


@pytest.fixture
def source(tmp_path: Path) -> DataSource:
    """Nothing recorded, no Redis."""
    return DataSource(store_of(str(tmp_path / "dataset")), None, cache=tmp_path / "cache")


@pytest.fixture
def nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is too old for every request that came after its data was read."""
    monkeypatch.setattr(answers_module, "FRESH", 0.0)
    for module in (answers_module, data_module):
        monkeypatch.setattr(module, "KEPT", 0.0)


def endless(events: Events, _: RecordedEvents) -> object:
    return events.connection.execute(
        "SELECT sum(a.range * b.range) FROM range(1e7::BIGINT) a, range(1e7::BIGINT) b"
    ).fetchone()


def test_a_question_that_takes_too_long_is_stopped(source: DataSource) -> None:
    async def ask() -> None:
        queries = QueryPool(source, time_limit=0.1)
        with pytest.raises(TooSlow, match="choose a shorter period"):
            await queries.get("endless", endless)
        queries.close()

    asyncio.run(ask())


def test_the_loop_goes_on_while_a_question_is_answered(source: DataSource) -> None:
    async def ask() -> int:
        queries = QueryPool(source, time_limit=0.3)
        asked = asyncio.ensure_future(queries.get("endless", endless))
        turns = 0
        while not asked.done():
            await asyncio.sleep(0)
            turns += 1
        with pytest.raises(TooSlow):
            await asked
        queries.close()
        return turns

    assert asyncio.run(ask()) > 100


def test_too_many_questions_at_once_are_refused(source: DataSource) -> None:
    async def ask() -> None:
        queries = QueryPool(source, at_once=1, waiting=1, time_limit=0.2)
        first, second = (asyncio.ensure_future(queries.get(f"endless {number}", endless)) for number in range(2))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await queries.get("endless 3", endless)
        for asked in (first, second):
            with pytest.raises(TooSlow):
                await asked
        queries.close()

    asyncio.run(ask())


def test_the_same_question_at_the_same_time_is_answered_once(source: DataSource) -> None:
    times: list[int] = []

    def work(_: Events, __: RecordedEvents) -> int:
        times.append(1)
        return len(times)

    async def ask() -> list[int]:
        queries = QueryPool(source)
        found = await asyncio.gather(*(queries.get("same", work) for _ in range(5)))
        queries.close()
        return [one.value for one in found]

    assert asyncio.run(ask()) == [1] * 5


@pytest.mark.usefixtures("nothing_is_kept")
def test_who_asks_while_an_older_answer_is_under_way_shares_the_next(source: DataSource) -> None:
    """What was recorded meanwhile is not in the older one; and thirty who ask cost one answer, not thirty."""
    times: list[int] = []
    under_way, go_on = Event(), Event()

    def work(_: Events, __: RecordedEvents) -> int:
        times.append(1)
        under_way.set()
        go_on.wait(20)
        return len(times)

    async def ask() -> tuple[int, list[int]]:
        queries = QueryPool(source)
        first = asyncio.ensure_future(queries.get("same", work))
        await asyncio.to_thread(under_way.wait, 20)
        others = [asyncio.ensure_future(queries.get("same", work)) for _ in range(30)]
        await asyncio.sleep(0)
        go_on.set()
        found = await asyncio.gather(first, *others)
        queries.close()
        return found[0].value, [one.value for one in found[1:]]

    assert asyncio.run(ask()) == (1, [2] * 30)


@pytest.mark.usefixtures("nothing_is_kept")
def test_who_is_patient_takes_the_answer_that_is_under_way(source: DataSource) -> None:
    under_way, go_on = Event(), Event()

    def work(_: Events, __: RecordedEvents) -> None:
        under_way.set()
        go_on.wait(20)

    async def look() -> bool:
        queries = QueryPool(source)
        first = queries.poll("same", work)
        await asyncio.to_thread(under_way.wait, 20)
        same = queries.poll("same", work) is first
        go_on.set()
        await first
        queries.close()
        return same

    assert asyncio.run(look())


def test_a_file_that_compaction_took_is_looked_for_again(source: DataSource) -> None:
    """The listing of a moment ago may name a file that has been merged into another since."""
    looks: list[RecordedEvents] = []

    def work(_: Events, data: RecordedEvents) -> int:
        looks.append(data)
        if len(looks) == 1:
            raise duckdb.IOException("No files found")
        return len(looks)

    async def ask() -> int:
        queries = QueryPool(source)
        found = await queries.get("moved", work)
        queries.close()
        return found.value

    assert asyncio.run(ask()) == 2
    assert looks[0] is not looks[1]


def test_one_key_cannot_fill_the_queue(source: DataSource) -> None:
    async def ask() -> int:
        queries = QueryPool(source, at_once=1)
        asked = [asyncio.ensure_future(queries.get(f"endless {number}", endless, "flood")) for number in range(FOR_ONE)]
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="of this key"):
            await queries.get("one more", endless, "flood")
        with pytest.raises(Busy, match="of this key"):
            queries.poll("one more", endless, "flood")
        other = asyncio.ensure_future(queries.get("quick", lambda _, __: 1, "another"))
        await asyncio.sleep(0)
        for one in asked:
            one.cancel()
        found = await other
        queries.close()
        return found.value

    assert asyncio.run(ask()) == 1


def test_a_query_that_nobody_waits_for_any_more_is_ended(source: DataSource) -> None:
    """Its thread is free at once, though its time limit is a minute. Whoever asks the same then gets an answer."""
    under_way = Event()

    def work(events: Events, data: RecordedEvents) -> object:
        if under_way.is_set():
            return 1
        under_way.set()
        return endless(events, data)

    async def ask() -> tuple[object, dict[str, int]]:
        queries = QueryPool(source, at_once=1)
        first, second = (asyncio.ensure_future(queries.get("same", work)) for _ in range(2))
        await asyncio.to_thread(under_way.wait, 20)
        first.cancel()
        await asyncio.wait([first])
        assert queries.open == 1  # somebody still waits
        second.cancel()
        await asyncio.wait([second])
        found = await asyncio.wait_for(queries.get("same", work), 20)
        queries.close()
        return found.value, queries.ended

    value, ended = asyncio.run(ask())
    assert value == 1
    assert (ended["unwanted"], ended["answered"]) == (1, 1)


def test_a_dashboards_query_goes_on_for_its_next_look(source: DataSource) -> None:
    async def ask() -> bool:
        queries = QueryPool(source, at_once=1, time_limit=0.3)
        polled = queries.poll("same", endless)
        waiting = asyncio.ensure_future(queries.get("same", endless))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        still = not polled.done()
        with pytest.raises(TooSlow):
            await polled
        queries.close()
        return still

    assert asyncio.run(ask())
