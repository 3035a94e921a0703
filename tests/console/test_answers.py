"""Questions are bounded: in time, in number; and shared."""

import asyncio
from pathlib import Path

import duckdb
import pytest

from app.archive.place import place_of
from app.console.answers import Answers, Busy, TooSlow
from app.console.data import Data, DataSource
from app.reports.events import Events


@pytest.fixture
def source(tmp_path: Path) -> DataSource:
    """Nothing recorded, no Redis."""
    return DataSource(place_of(str(tmp_path / "dataset")), None, cache=tmp_path / "cache")


def endless(events: Events, _: Data) -> object:
    return events.connection.execute(
        "SELECT sum(a.range * b.range) FROM range(1e7::BIGINT) a, range(1e7::BIGINT) b"
    ).fetchone()


def test_a_question_that_takes_too_long_is_stopped(source: DataSource) -> None:
    async def ask() -> None:
        answers = Answers(source, time_limit=0.1)
        with pytest.raises(TooSlow, match="ask about a shorter period"):
            await answers.get("endless", endless)
        answers.close()

    asyncio.run(ask())


def test_the_loop_goes_on_while_a_question_is_answered(source: DataSource) -> None:
    async def ask() -> int:
        answers = Answers(source, time_limit=0.3)
        asked = asyncio.ensure_future(answers.get("endless", endless))
        turns = 0
        while not asked.done():
            await asyncio.sleep(0)
            turns += 1
        with pytest.raises(TooSlow):
            await asked
        answers.close()
        return turns

    assert asyncio.run(ask()) > 100


def test_too_many_questions_at_once_are_refused(source: DataSource) -> None:
    async def ask() -> None:
        answers = Answers(source, at_once=1, waiting=1, time_limit=0.2)
        first, second = (asyncio.ensure_future(answers.get(f"endless {number}", endless)) for number in range(2))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await answers.get("endless 3", endless)
        for asked in (first, second):
            with pytest.raises(TooSlow):
                await asked
        answers.close()

    asyncio.run(ask())


def test_the_same_question_at_the_same_time_is_answered_once(source: DataSource) -> None:
    times: list[int] = []

    def work(_: Events, __: Data) -> int:
        times.append(1)
        return len(times)

    async def ask() -> list[int]:
        answers = Answers(source)
        found = await asyncio.gather(*(answers.get("same", work) for _ in range(5)))
        answers.close()
        return [one.value for one in found]

    assert asyncio.run(ask()) == [1] * 5


def test_a_file_that_compaction_took_is_looked_for_again(source: DataSource) -> None:
    """The listing of a moment ago may name a file that has been merged into another since."""
    looks: list[Data] = []

    def work(_: Events, data: Data) -> int:
        looks.append(data)
        if len(looks) == 1:
            raise duckdb.IOException("No files found")
        return len(looks)

    async def ask() -> int:
        answers = Answers(source)
        found = await answers.get("moved", work)
        answers.close()
        return found.value

    assert asyncio.run(ask()) == 2
    assert looks[0] is not looks[1]
