"""Analysts' own questions."""

import json
from pathlib import Path

import pytest

from app.dataset.report_sources import Sources
from app.reports.analyst_sql import Result, SqlError, run
from tests.reports.compact import events, write
from tests.reports.stream_tail import tail_table

ROWS = """
    Mon 10:00  a1  alert user=ann variant=a amount_usd=5000
    Mon 10:01  a1  shown
    Mon 10:05  a1  cancelled
    Mon 10:06  a1  cancelled
    Mon 11:00  a2  alert user=ann rule=hk/b
    Mon 11:30  a2  alert user=ann rule=hk/b
    Tue 12:00  a3  none  user=bob
    Tue 12:01  a3  proceeded
    Tue 13:00  a4  alert user=cat test
    Tue 14:00  a5  cancelled
"""
TAIL = Sources(tail=tail_table(events(ROWS)))


def records(sql: str, sources: Sources = TAIL) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run(sql, sources).as_json())
    return found


def test_the_views_have_what_their_names_say() -> None:
    counted = {
        view: records(f"SELECT count(*) AS n FROM {view}")[0]["n"]
        for view in ("events", "assessments", "outcomes", "exposures")
    }
    assert counted == {"events": 10, "assessments": 3, "outcomes": 4, "exposures": 2}


@pytest.mark.parametrize("sql", ["SHOW TABLES", " show  tables; ", "Show All Tables", "DESCRIBE"])
def test_what_is_there_is_the_documented_views(sql: str) -> None:
    assert [row["name"] for row in records(sql)] == ["assessments", "events", "exposures", "outcomes"]


@pytest.mark.parametrize("view", ["assessments", "events", "exposures", "outcomes"])
def test_a_view_can_be_described(view: str) -> None:
    described = [row["column_name"] for row in records(f"DESCRIBE {view}")]
    assert "assessment_id" in described
    assert described == list(run(f"SELECT * FROM {view}", TAIL).rows.column_names)


def test_an_exposure_has_its_outcomes_its_repeats_and_its_number() -> None:
    names = ("assessment_id", "shown_at", "cancelled_at", "repeats", "exposure_number", "amount_usd")
    found = records(f"SELECT {', '.join(names)} FROM exposures ORDER BY time")
    assert [tuple(row[name] for name in names) for row in found] == [
        ("a1", "2026-11-02T10:01:00+00:00", "2026-11-02T10:05:00+00:00", 0, 1, 5000.0),
        ("a2", None, None, 1, 2, None),
    ]  # fmt: skip


def test_files_folds_and_tail_give_the_same_rows(tmp_path: Path) -> None:
    folded = write(tmp_path, events(ROWS), folded=True)
    sql = "SELECT * FROM exposures ORDER BY ALL"
    assert records(sql) == records(sql, folded) == records(sql, Sources(folded.files, folded.folds, TAIL.tail))
    assert records("SELECT count(*) AS n FROM events", Sources(folded.files, (), TAIL.tail)) == [{"n": 10}]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("DROP VIEW events", "one SELECT"),
        ("SELECT 1; SELECT 2", "one SELECT"),
        ("", "one SELECT"),
        ("COPY (SELECT 1) TO '/tmp/forewarn-x'", "one SELECT"),
        ("SET threads = 1", "one SELECT"),
        ("ATTACH '/tmp/forewarn-x'", "one SELECT"),
        ("INSTALL httpfs", "one SELECT"),
        ("SELECT * FROM read_text('/etc/passwd')", "Permission"),
        ("SELECT * FROM '/etc/passwd'", "does not exist"),
        ("SELECT * FROM read_csv('https://example.com/x.csv')", "Permission"),
        ("SELECT * FROM exposure", "exposure"),
        ("SELECT nothing FROM events", "nothing"),
        ("SELEC 1", "syntax"),
        ("SELECT 'a'::INTEGER", "convert"),
    ],
)
def test_what_is_no_question_gets_one_clear_line(sql: str, message: str) -> None:
    with pytest.raises(SqlError) as raised:
        run(sql, TAIL)
    assert message.lower() in str(raised.value).lower()
    assert "\n" not in str(raised.value)


def test_a_query_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(SqlError, match=r"over 0\.2 seconds"):
        run("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range = -1", TAIL, timeout=0.2)


def test_more_rows_than_the_limit_are_said_to_be_more() -> None:
    found = run("SELECT * FROM range(100)", TAIL, limit=10)
    assert (found.rows.num_rows, found.truncated) == (10, True)
    assert found.as_table().endswith("\n...")
    assert not run("SELECT * FROM range(10)", TAIL, limit=10).truncated


def test_a_result_is_a_table_csv_or_json() -> None:
    found: Result = run(
        "SELECT 1 AS n, 'a,b' AS t, NULL AS x, [1, 2] AS l, TIMESTAMPTZ '2026-11-02 10:00:00+00' AS w", TAIL
    )
    assert found.as_csv() == 'n,t,x,l,w\r\n1,"a,b",,"[1, 2]",2026-11-02T10:00:00+00:00\r\n'
    assert json.loads(found.as_json()) == [
        {"n": 1, "t": "a,b", "x": None, "l": [1, 2], "w": "2026-11-02T10:00:00+00:00"}
    ]
    assert found.as_table().splitlines()[0].split() == ["n", "t", "x", "l", "w"]


def test_a_sum_is_a_number_and_not_a_text() -> None:
    found = run("SELECT sum(range) AS s, count_if(range > 3) AS c, 1.50::DECIMAL(4, 2) AS d FROM range(10)", TAIL)
    assert found.as_csv() == "s,c,d\r\n45,6,1.50\r\n"
    assert json.loads(found.as_json()) == [{"s": 45, "c": 6, "d": "1.50"}]
