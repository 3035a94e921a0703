"""The same figures in every format."""

import csv
import io
import json

import pyarrow.parquet as pq

from app.reports.formats import as_csv, as_dict, as_parquet, rows
from app.reports.terminal import as_text, table
from tests.reports.compact import ask

ROWS = """
    Mon 10:00  a1  alert user=ann rule=hk/a
    Mon 10:05  a1  cancelled
    Mon 11:00  a2  alert user=bob rule=hk/投資
"""


def test_json_is_plain_and_says_what_was_asked() -> None:
    told = json.loads(json.dumps(as_dict(ask(ROWS, group_by="rule_id", window="3d", rule_id="hk/a,"))))
    assert told["question"] == {
        "since": "2026-11-02T00:00:00Z", "until": "2026-11-30T00:00:00Z", "now": "2027-01-31T00:00:00Z",
        "window": "72h",
        "group_by": ["rule_id"], "filters": {"rule_id": ["hk/a", None]}, "exposed_by": "answered", "unit": "user",
        "maturity": "matured",
    }  # fmt: skip
    assert told["groups"][0]["figures"]["rates"]["reconsidered"]["rate"] == 1.0
    assert told["total"]["windows"]["24h"]["reconsidered"]["numerator"] == 1


def test_csv_and_parquet_have_the_same_rows_the_total_last() -> None:
    told = ask(ROWS, group_by="rule_id,exposure_number")
    lines = list(csv.DictReader(io.StringIO(as_csv(told))))
    stored = pq.read_table(io.BytesIO(as_parquet(told)))
    assert stored.to_pylist() == rows(told)
    assert [line["row"] for line in lines] == ["group", "group", "total"]
    assert [line["rule_id"] for line in lines] == ["hk/a", "hk/投資", ""]
    for line, row in zip(lines, stored.to_pylist(), strict=True):
        assert line == {name: "" if value is None else str(value) for name, value in row.items()}


def test_parquet_keeps_its_types_where_a_column_is_empty() -> None:
    told = ask("Mon 10:00 a1 alert variant=", group_by="variant,exposure_number", since="2026-11-03")
    schema = pq.read_schema(io.BytesIO(as_parquet(told)))
    assert [str(schema.field(name).type) for name in ("variant", "exposure_number", "reconsidered_rate", "users")] == [
        "string", "int32", "double", "int64",
    ]  # fmt: skip


def test_parquet_carries_the_notes() -> None:
    metadata = pq.read_schema(io.BytesIO(as_parquet(ask(ROWS)))).metadata
    assert b"control group" in metadata[b"forewarn.notes"]


def test_a_value_that_a_spreadsheet_would_compute_is_text() -> None:
    assert "'=1+1" in as_csv(ask("Mon 10:00 a1 alert rule==1+1", group_by="rule_id"))


def test_the_terminal_shows_rates_with_their_intervals_and_notes() -> None:
    text = as_text(ask(ROWS, group_by="rule_id", rule_id="hk/a,hk/投資"))
    assert "within 24h, by user, exposed by answered, matured alerts, only rule_id=hk/a,hk/投資" in text
    assert "50.0% (9.5% to 90.5%) 1/2 too few" in text
    assert "control group" in text


def test_the_terminal_hides_what_is_suppressed() -> None:
    assert "hidden" in as_text(ask(ROWS, group_by="rule_id", partner="HK"))


def test_the_terminal_warns_of_uneven_variants() -> None:
    rows = "\n".join(f"Mon 10:00 a{n} alert user=u{n} variant={'a' if n < 80 else 'b'}" for n in range(120))
    assert "not dealt evenly" in as_text(ask(rows, group_by="variant"))


def test_wide_letters_take_two_places() -> None:
    assert table(["a", "b"], [["投資", "1"], ["x", "2"]]).splitlines() == ["a     b", "----  -", "投資  1", "x     2"]
