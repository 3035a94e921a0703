"""Analysts' own questions."""

import csv
import io
import json
from pathlib import Path

import pytest

from app.dataset.report_sources import Sources
from app.reports import sql_output
from app.reports.sql_check import SqlError
from tests.reports import analyst
from tests.reports.analyst import written
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
    return analyst.records(sql, sources)


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
    assert described == written(f"SELECT * FROM {view}", TAIL, "csv").splitlines()[0].split(",")


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
        ("CALL pragma_version()", "one SELECT"),
        ("PRAGMA database_list", "one SELECT"),
        ("EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1", "one SELECT"),
        ("EXPLAIN ANALYZE SET threads = 1", "one SELECT"),
        ("EXPLAIN ANALYZE LOAD httpfs", "one SELECT"),
        ("/* why */ EXPLAIN ANALYZE DROP VIEW events", "one SELECT"),
        ("WITH gone AS (DELETE FROM tail RETURNING *) FROM gone", "one SELECT"),
        ("SELECT * FROM read_text('/etc/passwd')", "read_text() is not available"),
        ("SELECT * FROM '/etc/passwd'", "does not exist"),
        ("SELECT * FROM '/proc/self/environ.csv'", "Permission"),
        ("SELECT * FROM 's3://bucket/x.parquet'", "Permission"),
        ("SELECT * FROM read_csv('https://example.com/x.csv')", "read_csv() is not available"),
        ("SELECT * FROM glob('/etc/*')", "glob() is not available"),
        ("SELECT * FROM duckdb_secrets()", "duckdb_secrets() is not available"),
        ("SELECT (SELECT count(*) FROM query('SELECT 1'))", "query() is not available"),
        ("DESCRIBE FROM system.main.read_blob('/etc/passwd')", "read_blob() is not available"),
        ("SELECT * FROM exposure", "exposure"),
        ("SELECT nothing FROM events", "nothing"),
        ("SELEC 1", "syntax"),
        ("PIVOT events ON region", "PIVOT needs its values"),
        ("SELECT * FROM (PIVOT events ON region)", "PIVOT needs its values"),
        (f"FROM {'(FROM ' * 500}events{')' * 500}", "too many levels"),
        ("SELECT 'a'::INTEGER", "convert"),
    ],
)
def test_what_is_no_question_gets_one_clear_line(sql: str, message: str) -> None:
    with pytest.raises(SqlError) as raised:
        written(sql, TAIL, "csv")
    assert message.lower() in str(raised.value).lower()
    assert "\n" not in str(raised.value)


_COPY = "COPY (SELECT 1) TO '{file}' (USE_TMP_FILE false)"
_TWICE_QUOTED = _COPY.replace("'", "''")


@pytest.mark.parametrize(
    "sql",
    [
        f"EXPLAIN ANALYZE {_COPY}",
        f"EXPLAIN (ANALYZE) {_COPY}",
        f"WITH copied AS ({_COPY}) FROM copied",
        f"EXPLAIN ANALYZE WITH copied AS ({_COPY}) FROM copied",
        f"SELECT * FROM query('WITH copied AS ({_TWICE_QUOTED}) FROM copied')",
        f"FROM json_execute_serialized_sql(json_serialize_sql('WITH copied AS ({_TWICE_QUOTED}) FROM copied'))",
        f"SELECT 1) TO x; {_COPY}",
    ],
)
def test_no_query_overwrites_the_dataset_that_it_may_read(tmp_path: Path, sql: str) -> None:
    sources = write(tmp_path, events(ROWS), folded=True)
    every = [Path(path) for path in (*sources.files, *sources.folds)]
    before = [path.read_bytes() for path in every]
    for file in every:
        with pytest.raises(SqlError):
            written(sql.format(file=file), sources, "csv")
    assert [path.read_bytes() for path in every] == before


@pytest.mark.parametrize("sql", ["EXPLAIN SELECT 1", "explain (analyze) FROM events", "EXPLAIN ANALYZE SELECT 1"])
def test_a_query_can_be_explained(sql: str) -> None:
    assert "─" in written(sql, TAIL, "text")


def test_more_rows_than_the_limit_are_said_to_be_more() -> None:
    found = written("SELECT * FROM range(100)", TAIL, "text", limit=10)
    assert found.splitlines()[-2:] == ["9", "..."]
    assert not written("SELECT * FROM range(10)", TAIL, "text", limit=10).endswith("...\n")
    assert len(json.loads(written("SELECT * FROM range(5000)", TAIL, "json", limit=2500))) == 2500


def test_a_result_is_a_table_csv_or_json() -> None:
    sql = "SELECT 1 AS n, 'a,b' AS t, NULL AS x, [1, 2] AS l, TIMESTAMPTZ '2026-11-02 10:00:00+00' AS w"
    assert written(sql, TAIL, "csv") == 'n,t,x,l,w\r\n1,"a,b",,"[1, 2]",2026-11-02T10:00:00+00:00\r\n'
    assert records(sql) == [{"n": 1, "t": "a,b", "x": None, "l": [1, 2], "w": "2026-11-02T10:00:00+00:00"}]
    assert written(sql, TAIL, "text").splitlines()[0].split() == ["n", "t", "x", "l", "w"]
    assert written("SELECT 1 AS n WHERE false", TAIL, "json") == "[]\n"


def test_the_order_of_a_query_is_the_order_of_its_result() -> None:
    sql = "SELECT hash(range) AS h FROM range(200000) ORDER BY h"
    hashes = [int(line) for line in written(sql, TAIL, "csv", limit=100_000).splitlines()[1:]]
    assert len(hashes) == 100_000
    assert hashes == sorted(hashes)


def test_a_sum_is_a_number_and_not_a_text() -> None:
    sql = "SELECT sum(range) AS s, count_if(range > 3) AS c, 1.50::DECIMAL(4, 2) AS d FROM range(10)"
    assert written(sql, TAIL, "csv") == "s,c,d\r\n45,6,1.50\r\n"
    assert records(sql) == [{"s": 45, "c": 6, "d": "1.50"}]


@pytest.mark.parametrize(
    ("value", "cell", "member"),
    [
        ("INTERVAL '1 month 2 days 3 hours'", "1 month 2 days 03:00:00", "1 month 2 days 03:00:00"),
        ("MAP {'a': 1}", '{"a": 1}', {"a": 1}),
        ("MAP {[1]: INTERVAL 1 DAY}", '{"[1]": "1 day"}', {"[1]": "1 day"}),
        ("union_value(k := 1)", '{"k": 1}', {"k": 1}),
        ("ROW(1, 'a')", '[1, "a"]', [1, "a"]),
        ("1::VARIANT", "1", 1),
        ("'10101'::BIT", "10101", "10101"),
        ("['101'::BIT]", '["101"]', ["101"]),
        ("'10:00:00+02'::TIMETZ", "10:00:00+02", "10:00:00+02"),
        ("'10:00:00.123456789'::TIME_NS", "10:00:00.123456789", "10:00:00.123456789"),
        ("170141183460469231731687303715884105727::HUGEINT", str(2**127 - 1), 2**127 - 1),
        ("340282366920938463463374607431768211455::UHUGEINT", str(2**128 - 1), 2**128 - 1),
        (f"'{10**60}'::BIGNUM", str(10**60), 10**60),
        (r"'\xAA\x00A'::BLOB", r"\xAA\x00A", r"\xAA\x00A"),
        ("'b1c4d3d2-1111-4222-8333-444455556666'::UUID", *["b1c4d3d2-1111-4222-8333-444455556666"] * 2),
        ("'x'::ENUM ('x', 'y')", "x", "x"),
        ("'POINT(1 2)'::GEOMETRY", "POINT (1 2)", "POINT (1 2)"),
        ("DATE 'infinity'", "infinity", "infinity"),
        ("DATE '290000-01-01'", "290000-01-01", "290000-01-01"),
        ("DATE '0044-03-15 (BC)'", "0044-03-15 (BC)", "0044-03-15 (BC)"),
        ("TIMESTAMP '-infinity'", "-infinity", "-infinity"),
        ("TIMESTAMP '2026-01-02 03:04:05.5'", "2026-01-02T03:04:05.500000", "2026-01-02T03:04:05.500000"),
        ("TIMESTAMPTZ '200000-01-01 00:00:00+00'", "200000-01-01 00:00:00+00", "200000-01-01 00:00:00+00"),
        ("[{'t': [TIMESTAMPTZ '2026-01-02 00:00+00']}]", *['[{"t": ["2026-01-02T00:00:00+00:00"]}]'] * 2),
        ("[DATE 'infinity', NULL]", '["infinity", null]', ["infinity", None]),
        ("[1, 2]::INTEGER[2]", "[1, 2]", [1, 2]),
        ("'nan'::DOUBLE", "NaN", None),
    ],
)
def test_every_type_can_be_written(value: str, cell: str, member: object) -> None:
    sql = f"SELECT {value} AS v"
    if isinstance(member, str) and member.startswith("[{"):
        member = json.loads(member)
    assert records(sql) == [{"v": member}]
    assert list(csv.reader(io.StringIO(written(sql, TAIL, "csv")))) == [["v"], [cell]]
    assert written(sql, TAIL, "text").splitlines()[2] == cell


def test_duckdbs_own_list_of_types_can_be_written() -> None:
    """Of a newer DuckDB as well."""
    assert len(records("SELECT * FROM test_all_types()")) == 3
    for form in ("text", "csv"):
        assert written("SELECT * FROM test_all_types()", TAIL, form)


def test_columns_of_one_name_keep_their_values() -> None:
    assert records("SELECT 1 AS a, 2 AS a, 3 AS a_1") == [{"a": 1, "a_1": 2, "a_1_1": 3}]


def test_a_table_shows_no_control_characters_and_no_endless_cell() -> None:
    found = written("SELECT chr(27) || '[31mred' AS t, repeat('x', 5000) AS long", TAIL, "text")
    assert "\x1b" not in found
    assert r"\x1b[31mred" in found
    assert max(map(len, found.splitlines())) < 1_100


def test_a_result_that_nobody_can_use_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_output, "MOST", 10_000)
    with pytest.raises(SqlError, match="larger than"):
        written("SELECT repeat('x', 1000) FROM range(11)", TAIL, "csv")
