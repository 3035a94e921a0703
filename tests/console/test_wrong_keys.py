"""Who tries wrong keys is slowed down and written down, and keeps nobody else out."""

import logging
import re

import pytest

from app.console.wrong_keys import (
    BURST,
    MOST_ADDRESSES,
    SECONDS_EACH,
    TOTAL_BURST,
    TooManyWrongKeys,
    WrongKeys,
    address_of,
)
from tests.console.conftest import Console
from tests.deployment import ROOT


class Tried:
    """Wrong keys on a clock of the test's own."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.wrong = WrongKeys(lambda: self.now)

    def wait(self, host: str | None) -> int:
        try:
            self.wrong.add(host)
        except TooManyWrongKeys as refusal:
            return refusal.wait
        return 0


def test_an_address_is_slowed_down_after_some_and_forgiven_with_time() -> None:
    tried = Tried()
    assert [tried.wait("203.0.113.7") for _ in range(BURST + 1)] == [0] * BURST + [SECONDS_EACH]
    assert tried.wait("203.0.113.8") == 0
    tried.now += SECONDS_EACH
    assert [tried.wait("203.0.113.7") for _ in range(2)] == [0, SECONDS_EACH]


def test_a_customers_whole_network_is_one_address() -> None:
    tried = Tried()
    waits = [tried.wait(f"2001:db8:1:2::{number:x}") for number in range(BURST + 1)]
    assert waits[-1] > 0
    assert tried.wait("2001:db8:1:3::1") == 0
    assert [address_of(host) for host in ("::ffff:203.0.113.7", "fe80::1%eth0", None, "/run/x.sock")] == [
        "203.0.113.7", "fe80::/64", "an unknown address", "an unknown address"
    ]  # fmt: skip


def test_many_addresses_are_slowed_down_together_and_take_no_more_memory() -> None:
    tried = Tried()
    hosts = [f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}" for number in range(2 * MOST_ADDRESSES)]
    waits = [tried.wait(host) for host in hosts]
    assert waits.count(0) == TOTAL_BURST
    assert len(tried.wrong._by_address) == MOST_ADDRESSES


def test_the_log_has_a_line_an_address_and_minute(caplog: pytest.LogCaptureFixture) -> None:
    tried = Tried()
    with caplog.at_level(logging.WARNING):
        for _ in range(600):
            tried.wait("203.0.113.7")
            tried.now += 0.2
        for number in range(50_000):
            tried.wait(f"10.0.{number >> 8}.{number & 255}")
    lines = [record.getMessage() for record in caplog.records]
    of_one = [int(line.split(": ")[1].split()[0]) for line in lines if "203.0.113.7" in line]
    assert len(of_one) == 2  # in two minutes
    assert of_one[0] == 1
    assert of_one[1] > 200
    assert len(lines) <= 2 + TOTAL_BURST + 1
    assert "many addresses" in lines[-1]


def test_a_right_key_works_at_once_whatever_was_tried(own_console: Console) -> None:
    """At the door and over the API; what was tried is counted, and none of it is in the log or in the answer."""
    with own_console.client(None) as client:
        first = [client.post("/login", data={"key": f"fw_wrong{number}"}).status_code for number in range(BURST)]
        assert first == [401] * BURST
        slowed = client.post("/login", data={"key": "fw_wrong"})
        assert slowed.status_code == 429
        assert 1 <= int(slowed.headers["retry-after"]) <= SECONDS_EACH
        assert "A right key works at once" in slowed.text
        api = client.get("/v1/reports/volume", headers={"Authorization": "Bearer fw_wrong"})
        assert (api.status_code, api.headers["content-type"]) == (429, "application/problem+json")
        assert "retry-after" in api.headers
        assert "fw_wrong" not in slowed.text + api.text
        assert client.post("/login", data={"key": own_console.keys["analyst"]}).status_code == 303
    with own_console.client("police-hk") as client:
        assert client.get("/v1/reports/volume").status_code == 200
        assert client.get("/metrics").status_code == 403
    with own_console.client("analyst") as client:
        page = client.get("/metrics").text
    assert f'forewarn_console_wrong_keys_total{{status="401"}} {BURST}.0' in page
    assert 'forewarn_console_wrong_keys_total{status="429"} 2.0' in page
    assert "forewarn_console_sign_ins_total 1.0" in page
    assert "forewarn_console_sessions 1.0" in page
    assert 'forewarn_console_queries_total{result="answered"} 1.0' in page


def test_metrics_are_for_keys_that_may_read_every_region(console: Console) -> None:
    for key, status in ((None, 401), ("officer", 403), ("officer-hk", 403), ("everything", 200)):
        with console.client(key) as client:
            assert client.get("/metrics").status_code == status


def test_the_metrics_that_operating_md_lists_are_the_metrics(console: Console) -> None:
    with console.client("analyst") as client:
        page = client.get("/metrics").text
    exposed = set(re.findall(r"^# TYPE (\w+) (\w+)$", page, re.MULTILINE))
    listed = re.findall(
        r"^\| `(forewarn_console_\w+)` \| (\w+) \|", (ROOT / "docs/operating.md").read_text(), re.MULTILINE
    )
    assert exposed == set(listed)
