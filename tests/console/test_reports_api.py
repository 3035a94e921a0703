"""GET /v1/reports/…: the same figures in every format, limits by region, bad input, freshness and faults."""

import csv
import io
import re
import socket
import time
from datetime import timedelta
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest

from app.reports import answer_export
from app.reports.event_connection import open_events
from app.reports.question import question
from app.reports.reconsideration import answer
from tests.console.conftest import Console
from tests.console.history import assessment, now, outcome
from tests.waiting import wait_until

RECONSIDERATION = "/v1/reports/reconsideration"


def ask(console: Console, path: str = RECONSIDERATION, key: str = "analyst", **asked: Any) -> dict[str, Any]:
    with console.client(key) as client:
        answered = client.get(path, params=asked)
    assert answered.status_code == 200, answered.text
    found: dict[str, Any] = answered.json()
    return found


def settled() -> str:
    """An end of the period after which nothing matures any more while a test runs."""
    return (now() - timedelta(days=10)).date().isoformat()


def whole(total: dict[str, Any]) -> dict[str, Any]:
    """What is counted in whole numbers, and intervals of users: the sums of `by_alert` differ in their last digit."""
    return {name: total[name] for name in ("alerts", "users", "outcomes", "rates", "first_alert", "volume")}


def test_a_report_is_what_the_reports_package_answers(console: Console) -> None:
    """Every figure of the JSON equals the one counted without HTTP, from the same data."""
    asked = {"group_by": "region,severity", "since": "2026-01-01", "until": settled(), "window": "72h"}
    served = ask(console, **asked)
    data = console.source.current()
    with open_events(data.sources) as events:
        counted = answer_export.as_dict(answer(events, question(asked, data.as_of)))
    for name in ("notes", "quality", "confirmed_by_rule"):
        assert served[name] == counted[name]
    for one, other in zip(served["groups"], counted["groups"], strict=True):
        assert (one["group"], whole(one["figures"])) == (other["group"], whole(other["figures"]))
    assert whole(served["total"]) == whole(counted["total"])
    assert served["total"]["alerts"] > 1_000


def test_csv_and_parquet_hold_the_figures_of_the_json(console: Console) -> None:
    asked = {"group_by": "rule_id", "until": settled()}
    groups = ask(console, **asked)["groups"]
    with console.client() as client:
        text = client.get(RECONSIDERATION, params={**asked, "format": "csv"})
        binary = client.get(RECONSIDERATION, params={**asked, "format": "parquet"})
    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    assert text.headers["content-disposition"] == 'attachment; filename="forewarn-reconsideration-rule_id.csv"'
    lines = [line for line in csv.DictReader(io.StringIO(text.text)) if line["row"] == "group"]
    table = [row for row in pq.read_table(io.BytesIO(binary.content)).to_pylist() if row["row"] == "group"]
    for group, line, row in zip(groups, lines, table, strict=True):
        rate = group["figures"]["rates"]["reconsidered_or_reviewed"]
        assert line["rule_id"] == row["rule_id"] == group["group"]["rule_id"]
        assert int(line["reconsidered_or_reviewed_numerator"]) == rate["numerator"]
        assert row["reconsidered_or_reviewed_low"] == rate["low"]


@pytest.mark.parametrize("name", ["volume", "money-not-sent", "confirmed-scams", "data-quality"])
@pytest.mark.parametrize("form", ["json", "csv", "parquet"])
def test_the_other_reports_answer_in_every_format(console: Console, name: str, form: str) -> None:
    with console.client() as client:
        answered = client.get(f"/v1/reports/{name}", params={"format": form})
    assert answered.status_code == 200, answered.text
    if form == "json":
        assert answered.json()["rows"]
        assert answered.json()["notes"]


def test_volume_is_of_all_withdrawals_and_money_of_sustained_ones(console: Console) -> None:
    total = ask(console, until=settled())["total"]
    volume = ask(console, "/v1/reports/volume", until=settled())["rows"][-1]
    money = ask(console, "/v1/reports/money-not-sent", until=settled())["rows"][-1]
    assert {name: volume[name] for name in total["volume"]} == total["volume"]
    assert {name: money[name] for name in total["money_not_sent"]} == total["money_not_sent"]
    assert volume["row"] == money["row"] == "total"


@pytest.mark.parametrize(
    ("asked", "field", "expects"),
    [
        ("since=yesterday", "since", "a date"),
        ("since=2026-02-30", "since", "a date"),
        ("since=2026-11-02&until=2026-11-01", "until", "2026-11-02 (since) or later"),
        ("until=%00", "until", "a date"),
        ("window=90m", "window", "from 1h to 30d"),
        ("window=31d", "window", "from 1h to 30d"),
        ("group_by=colour", "group_by", "one or more of"),
        ("group_by=rule", "group_by", "did you mean rule_id"),
        ("unit=person", "unit", "'user' or 'alert'"),
        ("maturity=some", "maturity", "'matured' or 'all'"),
        ("exposed_by=seen", "exposed_by", "'answered' or 'shown'"),
        ("exposure_number=0", "exposure_number", "a whole number from 1"),
        ("week=2026-11-20", "week", "a Monday, which names its week: 2026-11-16"),
        ("region=Hong%20Kong", "region", "two letters such as HK"),
        ("region=H1", "region", "two letters such as HK"),
        ("format=xml", "format", "one of json, csv, parquet"),
        ("format=json&format=csv", "format", "one of json, csv, parquet"),
        ("regoin=HK", "regoin", "did you mean region"),
        ("now=2026-01-01", "now", "one of"),
    ],
)
def test_bad_input_is_named_with_what_was_expected(console: Console, asked: str, field: str, expects: str) -> None:
    with console.client() as client:
        answered = client.get(f"{RECONSIDERATION}?{asked}")
    assert answered.status_code == 422, answered.text
    assert answered.headers["content-type"] == "application/problem+json"
    errors = {error["pointer"]: error["detail"] for error in answered.json()["errors"]}
    assert expects in errors[f"query parameter {field}"]


def test_every_mistake_is_named_at_once(console: Console) -> None:
    with console.client() as client:
        errors = client.get(f"{RECONSIDERATION}?format=x&since=x&unit=x&colour=x").json()["errors"]
    assert {error["pointer"].rpartition(" ")[2] for error in errors} == {"format", "since", "unit", "colour"}


@pytest.mark.parametrize(
    "asked",
    [
        "rule_id=%ff%fe",
        "rule_id=%27%3B%20drop%20table%20x--",
        "region=%00",
        "exposure_number=" + "9" * 3_900,
        "since=0001-01-01&until=9999-12-31",
        "since=9999-12-31T23:59:59Z&until=9999-12-31T23:59:59Z",
        "since=0001-01-01T00:00:00%2B14:00",
        "window=720h&since=2026-01-01",
        "day=2026-11-31",
        "group_by=,",
        "variant=&language=",
        "since=&until=&window=",
        "rule_id=" + "x" * 5_000,
    ],
)
def test_no_query_string_is_a_fault_of_ours(console: Console, asked: str) -> None:
    with console.client() as client:
        answered = client.get(f"{RECONSIDERATION}?{asked}")
    assert answered.status_code in {200, 414, 422}, answered.text


def test_an_empty_range_is_a_clear_empty_answer(console: Console) -> None:
    found = ask(console, since="2026-11-01", until="2026-11-01", group_by="day")
    assert found["groups"] == []
    assert found["total"]["alerts"] == 0
    assert found["total"]["rates"]["reconsidered"]["rate"] is None


def test_a_region_in_lower_case_is_that_region(console: Console) -> None:
    upper, lower = (ask(console, region=region, until=settled()) for region in ("HK", "hk"))
    assert whole(upper["total"]) == whole(lower["total"])
    assert upper["total"]["alerts"]


@pytest.mark.parametrize(
    ("asked", "note"),
    [
        ({"region": "ZZ"}, "No alert of this period has region=ZZ; there are alerts with GB, HK, SG."),
        ({"region": "HK,ZZ"}, "No alert of this period has region=ZZ; there are alerts with GB, HK, SG."),
        ({"severity": "hihg"}, "severity=hihg; there are alerts with caution, critical, high, info."),
        ({"rule_id": "hk/investment"}, "rule_id=hk/investment; the closest value is hk/investment-new-address."),
        ({"typology": "lottery", "region": "SG"}, "No alert of this period has typology=lottery;"),
        ({"asset": "DOGE", "unit": "alert"}, "asset=DOGE; there are alerts with BTC, ETH, USDT."),
    ],
)
def test_a_value_that_no_alert_has_is_said_with_those_that_are_there(
    console: Console, asked: dict[str, str], note: str
) -> None:
    found = ask(console, until=settled(), **asked)
    assert any(note in one for one in found["notes"]), found["notes"]
    plain = ask(console, until=settled(), region="HK", rule_id="hk/every-withdrawal,hk/investment-new-address")
    assert not any("No alert" in one for one in plain["notes"])


def test_only_a_key_for_reports_may_ask(console: Console) -> None:
    with console.client(None) as client:
        unknown = client.get(RECONSIDERATION)
        wrong = client.get(RECONSIDERATION, headers={"Authorization": "Bearer fw_nobody"})
    with console.client("exchange") as client:
        other = client.get(RECONSIDERATION)
    assert [unknown.status_code, wrong.status_code, other.status_code] == [401, 401, 403]
    assert unknown.headers["www-authenticate"].startswith("Bearer")


def test_a_key_of_one_region_sees_that_region_whatever_it_asks(console: Console) -> None:
    own = ask(console, key="police-hk", group_by="region", until=settled())
    all_of_it = ask(console, region="HK", until=settled())
    assert [group["group"]["region"] for group in own["groups"]] == ["HK"]
    assert whole(own["total"]) == whole(all_of_it["total"])
    other = ask(console, key="police-hk", region="SG", group_by="rule_id")
    assert (other["groups"], other["total"]) == ([], None)
    assert "This key sees region HK only; region=SG is not counted." in other["notes"]
    assert "sg/" not in str(ask(console, key="police-hk", rule_id="sg/nothing")["notes"]).replace("=sg/nothing", "")
    for name in ("volume", "money-not-sent", "confirmed-scams", "data-quality"):
        assert "sg/" not in str(ask(console, f"/v1/reports/{name}", key="police-hk", group_by="rule_id"))
    assert own["quality"]["orphaned"] is None


def test_a_key_of_one_region_does_not_see_a_few_people(console: Console) -> None:
    groups = ask(console, key="police-hk", group_by="rule_id")["groups"]
    few = next(group for group in groups if group["group"]["rule_id"] == "hk/money-mule")
    assert few["suppressed"]
    assert few["figures"] is None
    assert sum(group["suppressed"] for group in groups) > 1  # or the total would give it away


def test_a_key_of_two_regions_asks_about_one_at_a_time(console: Console) -> None:
    with console.client("two-regions") as client:
        both = client.get(RECONSIDERATION)
        third = client.get(RECONSIDERATION, params={"region": "GB"})
    assert both.status_code == third.status_code == 422
    assert "one of HK, SG" in both.json()["errors"][0]["detail"]
    own, all_of_it = (ask(console, key=key, region="SG", until=settled()) for key in ("two-regions", "analyst"))
    assert whole(own["total"]) == whole(all_of_it["total"])


def test_an_outcome_is_in_the_report_within_two_seconds(own_console: Console) -> None:
    def figures() -> dict[str, Any]:
        found: dict[str, Any] = ask(own_console, maturity="all", language="en")["total"]
        return found

    before = figures()["outcomes"]["reported"]
    alert = assessment(900_001, now() - timedelta(minutes=1), "fresh", language="en")
    own_console.send(alert, outcome(alert, "reported", now()), segment="20261121T000000-fresh")
    began = time.monotonic()
    wait_until(lambda: figures()["outcomes"]["reported"] == before + 1, timeout=10)
    assert time.monotonic() - began < 2.0


def test_without_redis_the_dataset_is_answered_and_that_is_said(own_console: Console) -> None:
    own_console.redis.stop()
    wait_until(lambda: not ask(own_console)["data"]["live"])
    found = ask(own_console)
    assert found["total"]["alerts"] > 0
    assert found["data"]["archived_to"]
    with own_console.client(None) as client:
        ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    own_console.redis.start()
    wait_until(lambda: ask(own_console)["data"]["live"])


def test_a_dataset_that_cannot_be_read_is_a_503_that_says_so(own_console: Console) -> None:
    broken = own_console.dataset / "_gaps" / "epoch-0_0-gone.json"
    broken.parent.mkdir(exist_ok=True)
    broken.symlink_to(broken)  # opening it loops
    with own_console.client() as client:
        wait_until(lambda: client.get(RECONSIDERATION).status_code == 503)
        refused = client.get(RECONSIDERATION)
    assert refused.headers["content-type"] == "application/problem+json"
    assert "dataset cannot be read" in refused.json()["detail"]
    assert refused.headers["retry-after"]


def test_a_damaged_file_is_a_503_that_names_it(own_console: Console) -> None:
    file = max(own_console.dataset.glob("date=*/*.parquet"), key=lambda file: file.stat().st_size)
    file.write_bytes(file.read_bytes()[:2_000])
    with own_console.client() as client:
        wait_until(lambda: client.get(RECONSIDERATION).status_code == 503)
        refused = client.get(RECONSIDERATION)
    assert refused.json()["detail"] == f"The dataset cannot be read: {file.parent.name}/{file.name} is damaged."


def test_every_answer_carries_the_security_headers(console: Console) -> None:
    with console.client() as client:
        for path in ("/", "/login", "/healthz", RECONSIDERATION, "/nothing", "/static/console.js", "/openapi.json"):
            headers = client.get(path).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy, path
            assert "unsafe" not in policy, path
            assert headers["x-content-type-options"] == "nosniff", path


def test_the_document_lists_every_parameter(console: Console) -> None:
    with console.client(None) as client:
        document = client.get("/openapi.json").json()
    listed = {parameter["name"] for parameter in document["paths"][RECONSIDERATION]["get"]["parameters"]}
    assert {"since", "until", "window", "group_by", "exposed_by", "unit", "maturity", "format", "region"} <= listed


def test_health_answers_without_a_key(console: Console) -> None:
    assert httpx.get(f"{console.url}/healthz").status_code == 200
    ready = httpx.get(f"{console.url}/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")


def test_a_client_that_leaves_takes_its_query_along(own_console: Console) -> None:
    def ended(result: str) -> int:
        with own_console.client() as client:
            found = re.search(rf'queries_total{{result="{result}"}} (\d+)', client.get("/metrics").text)
        return int(found[1]) if found else 0

    head = f"Host: x\r\nAuthorization: Bearer {own_console.keys['analyst']}\r\n\r\n"
    for number in range(12):  # two run, the others wait
        with socket.create_connection(("127.0.0.1", own_console.port)) as client:
            client.sendall(f"GET /v1/reports/volume?window={number + 1}h HTTP/1.1\r\n{head}".encode())
    wait_until(lambda: ended("unwanted") >= 1)
    assert ended("failed") == 0
