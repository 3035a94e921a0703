"""The same figures in every format."""

import csv
import io
import json

import pyarrow.parquet as pq

from app.reports.answer_export import as_csv, as_dict, as_parquet, rows
from app.reports.answer_text import as_text
from tests.reports.compact import ask, moment

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
    row = columns(text, "Reconsidered: ", "total")
    assert (row["rate"], row["95% interval"], row["of users"]) == ("50.0%", "9.5% to 90.5%", "1/2")
    assert "control group" in text


ALL_KINDS = """
    Mon 10:00  a1  alert user=ann rule=hk/a to=x asset=BTC amount_usd=5000
    Mon 10:01  a1  shown
    Mon 10:05  a1  cancelled
    Mon 11:00  a2  alert user=bob rule=hk/b to=y amount_usd=200
    Mon 11:01  a2  withheld
    Mon 12:00  a3  alert user=cat rule=hk/b to=z
    Mon 12:01  a3  reviewed
    Mon 12:02  a3  proceeded
    Mon 13:00  a4  alert user=dan rule=hk/b
    Mon 13:00  a5  none user=dan
    Mon 14:00  a6  alert user=eve rule=hk/b
    Mon 14:01  a6  abandoned
    Fri 10:00  a1  confirmed_scam
"""


def columns(text: str, heading: str, row: str) -> dict[str, str]:
    """A row of the first table under this heading, by the headings of its columns; of two alike the first."""
    lines = text.split(heading, 1)[1].splitlines()
    rule = next(place for place, line in enumerate(lines) if line.startswith(("-", " -")))
    starts = [
        place for place, letter in enumerate(lines[rule]) if letter == "-" and lines[rule][:place][-1:] in {"", " "}
    ]
    ends = [*starts[1:], None]
    found = next(line for line in lines[rule + 1 :] if line.strip().startswith(row))
    cells = [(lines[rule - 1][a:b].strip(), found[a:b].strip()) for a, b in zip(starts, ends, strict=True)]
    return dict(reversed(cells))


def test_the_terminal_has_the_bounds_of_the_unanswered_and_every_other_way_to_count() -> None:
    text = as_text(ask(ALL_KINDS))
    (user, first, alert, beside) = (text.split(f"\nof {name}\n")[1] for name in (
        "users", "first alerts", "alerts", "users, in other windows",
    ))  # fmt: skip
    for block, spread, at_best in (
        (user, "15.0% to 85.0%", "30.1% to 95.4%"),
        (first, "15.0% to 85.0%", "30.1% to 95.4%"),
        (alert, "6.1% to 93.9%", "13.1% to 98.4%"),
    ):
        lines = [" ".join(line.split()) for line in block.splitlines()]
        assert lines[0] == f"reconsidered or reviewed 50.0% {spread} 2/4 1 75.0% {at_best} 0 too few"
        assert [line.split()[0] for line in lines[1:3]] == ["reconsidered", "sustained"]
    assert [line.split()[0] for line in beside.splitlines()[:8]] == ["1h", "24h", "72h", "7d"] * 2


def test_the_terminal_has_what_no_rate_shows() -> None:
    text = as_text(ask(ALL_KINDS, group_by="rule_id"))
    assert columns(text, "Counts of users", "total") == {
        "rule_id": "total", "users": "5", "alerts": "5", "withheld": "1", "unanswered": "1", "contradicted": "0",
        "abandoned": "1", "pending": "0",
    }  # fmt: skip
    assert columns(text, "Volume, and money not sent (approximate", "hk/a") == {
        "rule_id": "hk/a", "withdrawals": "1", "alerted": "1", "shown": "1", "called off": "1", "once_usd": "5,000",
        "amount_usd": "5,000",
    }  # fmt: skip
    assert columns(text, "Volume, and money", "total")["withdrawals"] == "6"
    assert columns(text, "Confirmed as a scam", "hk/a")["of alerts"] == "1/1"
    assert columns(text, "How complete", "no deciding outcome")["share"] == "20.0%"
    assert "Facts given, of 6 withdrawals:" in text
    assert "amount_usd                33.3%" in text


def test_the_terminal_has_each_rate_of_each_group() -> None:
    text = as_text(ask(ALL_KINDS, group_by="rule_id"))
    for heading, of in (("Reconsidered or reviewed: ", "1/3"), ("Reconsidered: ", "0/3"), ("Sustained 7d: ", "0/3")):
        row = columns(text, f"\n{heading}", "hk/b")
        assert (row["of users"], row["as yes"]) == (of, "66.7%" if of == "1/3" else "33.3%")


def test_the_terminal_says_what_has_not_matured() -> None:
    text = as_text(ask(ALL_KINDS, now=moment("Tue", "10:30")))
    assert "The window of 24h has not passed for 4 alerts; 4 users have no other alert." in text
    assert "`windows` has no rates yet" in text


def test_the_terminal_keeps_to_the_width_of_a_page() -> None:
    rows = "\n".join(f"Mon 10:00 a{n} alert user=u{n} rule=hk/impersonation-customer-service" for n in range(1200))
    for group_by, unit in (("region,rule_id", "user"), ("week,variant", "user"), ("", "user"), ("", "alert")):
        _, *lines = as_text(ask(rows, group_by=group_by, unit=unit)).splitlines()
        assert max(map(len, lines)) <= 120


def test_the_terminal_says_that_nothing_was_answered_or_that_nothing_was_asked() -> None:
    assert "No withdrawal got an alert." in as_text(ask([]))
    empty = as_text(ask(ROWS, since="2026-11-03", until="2026-11-03"))
    assert "The period is empty" in empty
    assert "Total" not in empty


def test_the_terminal_hides_what_is_suppressed() -> None:
    text = as_text(ask(ROWS, group_by="rule_id", partner="HK"))
    assert columns(text, "Reconsidered: ", "hk/a")["rate"] == "hidden"
    assert "hidden: fewer than 10 users" in text
    assert "How complete" not in text


def test_the_terminal_hides_the_rates_and_the_money_of_few_in_a_group_that_is_shown() -> None:
    early = "\n".join(f"Mon 10:00 a{n} alert user=u{n} amount_usd=100\nMon 10:05 a{n} cancelled" for n in range(9))
    late = "\n".join(f"Tue2 10:00 b{n} alert user=v{n}" for n in range(5))
    text = as_text(ask(early + "\n" + late, now=moment("Wed2", "12:00"), group_by="rule_id", partner="HK"))
    assert columns(text, "Sustained 7d: ", "hk/a")["rate"] == "hidden"
    assert [line.split()[-1] for line in text.splitlines() if line.startswith("   7d")] == ["hidden", "hidden"]
    assert columns(text, "Volume, and money", "hk/a")["called off"] == "hidden"
    assert columns(text, "Counts of users", "hk/a")["users"] == "14"


def test_the_terminal_warns_of_uneven_variants() -> None:
    rows = "\n".join(f"Mon 10:00 a{n} alert user=u{n} variant={'a' if n < 80 else 'b'}" for n in range(120))
    assert "not assigned evenly" in as_text(ask(rows, group_by="variant"))
