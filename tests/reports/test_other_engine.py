"""The SQL of docs/measurement.md, in DuckDB and in ClickHouse's embedded form, says what the report says."""

import importlib.util
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.dataset.report_sources import Sources
from benchmarks.coverage import simulated
from tests.reports.analyst import records
from tests.reports.compact import Event, ask, events, write
from tests.reports.test_golden import BACK, FOUR_USERS, MIDNIGHT

NOW = datetime(2026, 12, 20, tzinfo=UTC)
DOCUMENT = Path(__file__).parents[2] / "docs" / "measurement.md"

# Everything that the golden cases have, under ids of their own, and users in the thousands beside it.
CASES = (
    FOUR_USERS,
    MIDNIGHT,
    BACK.format(what="alert", when="Thu 10:00", user="ann", to="x"),
    "Mon 10:00 a1 alert user=eve\nMon 10:01 a1 cancelled\nMon 10:02 a1 withheld\nMon 10:03 a2 alert user=fay test",
    "Mon 10:00 a1 alert user=gus\nMon 10:30 a1 alert user=gus\nTue 10:15 a1 cancelled\nMon 09:00 a3 cancelled",
    "Mon 10:00 a1 alert user=hal\nMon 10:04 a1 reviewed at=Mon+09:56",
)


def documented() -> str:
    text = DOCUMENT.read_text("utf-8")
    return text.split("<!-- main rate -->\n```sql\n")[1].split("```")[0]


def cases() -> list[Event]:
    rows = []
    for number, table in enumerate(CASES):
        for row in events(table):
            own = {"event_id": f"{number}:{row['event_id']}", "assessment_id": f"{number}:{row['assessment_id']}"}
            rows.append(row | own)
    return rows


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return write(tmp_path_factory.mktemp("dataset"), [*cases(), *simulated(3, 200, seed=7).to_pylist()])


def reported(dataset: Sources) -> dict[str, int]:
    told = ask(dataset, NOW).total
    assert told is not None
    rate = told.rates.reconsidered_or_reviewed
    assert rate.denominator > 500
    return {"numerator": rate.numerator, "denominator": rate.denominator}


def test_the_documented_sql_gives_the_reports_figures(dataset: Sources) -> None:
    assert records(documented(), dataset) == [reported(dataset)]


def test_clickhouse_reads_the_same_files_and_gives_the_same_figures(dataset: Sources) -> None:
    """In a process of its own: two database engines in one are not what is tested here."""
    if importlib.util.find_spec("chdb") is None:
        pytest.skip("chdb is not installed: the dataset is not read by a second engine")
    folder = Path(dataset.files[0]).parents[1]
    sql = documented().replace("FROM events", f"FROM file('{folder}/date=*/*.parquet', Parquet)")
    code = "import sys, chdb; sys.stdout.write(str(chdb.query(sys.stdin.read(), 'JSON')))"
    found = subprocess.run([sys.executable, "-c", code], input=sql, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    (row,) = json.loads(found.stdout)["data"]
    assert {name: int(count) for name, count in row.items()} == reported(dataset)
