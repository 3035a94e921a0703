"""What became of a withdrawal: one outcome, or up to a thousand."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.api.request_models import AGO_LIMIT
from app.domain.outcome import OUTCOME_NAMES
from app.service.identity import Identity
from tests.api.problems import VALUE, refused
from tests.deployment import SECRET, Deployment, a_withdrawal
from tests.waiting import wait_until

MANY = "/v1/outcomes"
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def own_client(service: Deployment) -> Iterator[httpx.Client]:
    """Under a name that finds its events again."""
    with service.client(service.new_key("assess", name="outcomes")) as client:
        yield client


@pytest.fixture
def assessment_id(request: pytest.FixtureRequest, own_client: httpx.Client) -> str:
    """Of a withdrawal that no other test has."""
    withdrawal = a_withdrawal(f"wd {request.node.name}"[:128])
    issued: str = own_client.post("/v1/assessments", json=withdrawal).json()["assessment_id"]
    return issued


def report(client: httpx.Client, assessment_id: str, /, **outcome: Any) -> httpx.Response:
    return client.post(f"/v1/assessments/{assessment_id}/outcomes", json=outcome)


def recorded(service: Deployment, assessment_id: str) -> list[dict[str, Any]]:
    return [e for e in service.events() if e["event"] == "outcome" and e["assessment_id"] == assessment_id]


@pytest.mark.parametrize("outcome", OUTCOME_NAMES)
def test_every_outcome_is_recorded_under_its_name(
    service: Deployment, own_client: httpx.Client, assessment_id: str, outcome: str
) -> None:
    """202 before it is in Redis, and soon in the stream, with the client that reported it."""
    answer = report(own_client, assessment_id, outcome=outcome)

    assert (answer.status_code, answer.json()) == (202, {"recorded": True})
    wait_until(lambda: recorded(service, assessment_id))
    (event,) = recorded(service, assessment_id)
    assert (event["outcome"], event["client"], event["test"]) == (outcome, "outcomes", False)


def test_the_contract_names_ten_outcomes() -> None:
    words = "shown reviewed cancelled amended reported proceeded abandoned withheld confirmed_scam confirmed_legitimate"

    assert set(OUTCOME_NAMES) == set(words.split())


@pytest.mark.parametrize("outcome", ["Cancelled", "canceled", "cancelled\n", "", None, 1, ["cancelled"], VALUE])
def test_another_outcome_is_refused_and_the_known_ones_are_named(
    own_client: httpx.Client, assessment_id: str, outcome: Any
) -> None:
    errors = refused(report(own_client, assessment_id, outcome=outcome), 422)

    assert set(errors) == {"/outcome"}
    assert not isinstance(outcome, str) or "confirmed_legitimate" in errors["/outcome"]


def test_every_error_of_an_outcome_is_said_at_once(own_client: httpx.Client, assessment_id: str) -> None:
    errors = refused(report(own_client, assessment_id, occurred_at=VALUE, note=VALUE), 422)

    assert set(errors) == {"/outcome", "/occurred_at", "/note"}


def test_without_occurred_at_it_is_the_time_of_receipt(
    service: Deployment, own_client: httpx.Client, assessment_id: str
) -> None:
    """So it is with null."""
    report(own_client, assessment_id, outcome="shown")
    report(own_client, assessment_id, outcome="reviewed", occurred_at=None)

    wait_until(lambda: len(recorded(service, assessment_id)) == 2)
    assert all(event["occurred_at"] == event["time"] for event in recorded(service, assessment_id))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026-11-20T10:00:00Z", "2026-11-20T10:00:00.000000Z"),
        ("2026-11-20t10:00:00z", "2026-11-20T10:00:00.000000Z"),
        ("2026-11-20T10:00:00.25+08:00", "2026-11-20T02:00:00.250000Z"),
        ("2026-11-19T23:30:00-10:30", "2026-11-20T10:00:00.000000Z"),
        ("2009-01-03T18:15:05Z", "2009-01-03T18:15:05.000000Z"),
    ],
)
def test_a_time_is_kept_in_utc(
    service: Deployment, own_client: httpx.Client, assessment_id: str, given: str, kept: str
) -> None:
    assert report(own_client, assessment_id, outcome="shown", occurred_at=given).status_code == 202

    wait_until(lambda: recorded(service, assessment_id))
    assert recorded(service, assessment_id)[0]["occurred_at"] == kept


@pytest.mark.parametrize(
    "occurred_at",
    [
        "2026-11-20T10:00:00",
        "2026-11-20",
        "2026-11-20 10:00:00Z",
        "2026-11-20T10:00Z",
        "2026-02-30T10:00:00Z",
        "2026-11-20T25:00:00Z",
        "2026-11-20T10:00:61Z",
        "2026-11-20T10:00:00+25:00",
        "2026-11-20T10:00:00Z\n",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "2008-12-31T23:59:59Z",
        "20261120T100000Z",
        "1795168800",
        "now",
        VALUE,
        "",
        1795168800,
        1.5,
        True,
        [],
        {},
    ],
)
def test_what_is_no_time_with_its_zone_is_refused(
    own_client: httpx.Client, assessment_id: str, occurred_at: Any
) -> None:
    errors = refused(report(own_client, assessment_id, outcome="shown", occurred_at=occurred_at), 422)

    assert set(errors) == {"/occurred_at"}


@pytest.mark.parametrize(("minutes", "status"), [(4, 202), (6, 422), (60 * 24 * 365 * 100, 422)])
def test_over_five_minutes_in_the_future_is_refused(
    own_client: httpx.Client, assessment_id: str, minutes: int, status: int
) -> None:
    """Less is the other clock being ahead."""
    moment = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()

    answer = report(own_client, assessment_id, outcome="shown", occurred_at=moment)
    assert answer.status_code == status
    if status == 422:
        assert "future" in refused(answer, 422)["/occurred_at"]


def detail(assessment_id: str, **changes: Any) -> dict[str, Any]:
    """What an event of the alert carries."""
    measured = {"ago_ms": 0, "visible_ms": 8123, "scrolled": True, "ignored_inputs": 2}
    return {"outcome": "cancelled", "assessment_id": assessment_id} | measured | changes


def sent_both_ways(client: httpx.Client, assessment_id: str, body: dict[str, Any]) -> None:
    assert report(client, assessment_id, **body).status_code == 202
    answer = client.post(MANY, json=[body | {"assessment_id": assessment_id}])
    assert answer.json() == {"results": [{"recorded": True}]}


def test_the_event_of_the_alert_is_recorded_as_it_is(
    service: Deployment, own_client: httpx.Client, assessment_id: str
) -> None:
    sent_both_ways(own_client, assessment_id, detail(assessment_id))

    wait_until(lambda: len(recorded(service, assessment_id)) == 2)
    for event in recorded(service, assessment_id):
        assert [event[name] for name in ("visible_ms", "scrolled", "ignored_inputs")] == [8123, True, 2]
        assert event["occurred_at"] == event["time"]
        assert "ago_ms" not in event


def test_what_was_not_measured_is_null(service: Deployment, own_client: httpx.Client, assessment_id: str) -> None:
    nothing = dict.fromkeys(("assessment_id", "occurred_at", "ago_ms", "visible_ms", "scrolled", "ignored_inputs"))
    sent_both_ways(own_client, assessment_id, {"outcome": "shown"})
    sent_both_ways(own_client, assessment_id, {"outcome": "shown"} | nothing)

    wait_until(lambda: len(recorded(service, assessment_id)) == 4)
    for event in recorded(service, assessment_id):
        assert [event[name] for name in ("visible_ms", "scrolled", "ignored_inputs")] == [None] * 3


@pytest.mark.parametrize("ago_ms", [1, 1_500, 420_000, AGO_LIMIT])
def test_an_age_counts_back_from_the_receipt(
    service: Deployment, own_client: httpx.Client, assessment_id: str, ago_ms: int
) -> None:
    """To the microsecond before the time that the same event has as its receipt."""
    sent_both_ways(own_client, assessment_id, detail(assessment_id, ago_ms=ago_ms))

    wait_until(lambda: len(recorded(service, assessment_id)) == 2)
    for event in recorded(service, assessment_id):
        received, occurred = (datetime.fromisoformat(event[name]) for name in ("time", "occurred_at"))
        assert abs(received - occurred - timedelta(milliseconds=ago_ms)) <= timedelta(microseconds=1)


MEASURED_WRONGLY: list[tuple[dict[str, Any], str, str]] = [
    ({"ago_ms": -1}, "/ago_ms", "expected at least 0"),
    ({"ago_ms": AGO_LIMIT + 1}, "/ago_ms", f"expected at most {AGO_LIMIT}"),
    ({"ago_ms": 1_795_168_800}, "/ago_ms", f"expected at most {AGO_LIMIT}"),  # a time, in seconds
    ({"ago_ms": 1.5}, "/ago_ms", "expected a whole number"),
    ({"ago_ms": "15"}, "/ago_ms", "expected a whole number"),
    ({"ago_ms": VALUE}, "/ago_ms", "expected a whole number"),
    ({"ago_ms": True}, "/ago_ms", "expected a whole number"),
    ({"ago_ms": 0, "occurred_at": "2026-11-20T10:00:00Z"}, "/ago_ms", "either ago_ms or occurred_at"),
    ({"ago_ms": 0, "occurred_at": "2026-02-30T10:00:00Z"}, "/ago_ms", "either ago_ms or occurred_at"),
    ({"visible_ms": -1}, "/visible_ms", "expected at least 0"),
    ({"visible_ms": 2**31}, "/visible_ms", f"expected at most {2**31 - 1}"),
    ({"visible_ms": 0.5}, "/visible_ms", "expected a whole number"),
    ({"scrolled": 1}, "/scrolled", "expected true or false"),
    ({"scrolled": "true"}, "/scrolled", "expected true or false"),
    ({"ignored_inputs": -1}, "/ignored_inputs", "expected at least 0"),
    ({"ignored_inputs": [VALUE]}, "/ignored_inputs", "expected a whole number"),
    ({"ignored_inputs": 10**40}, "/ignored_inputs", f"expected at most {2**31 - 1}"),
]


@pytest.mark.parametrize(("wrong", "where", "expected"), MEASURED_WRONGLY)
def test_what_the_alert_cannot_have_measured_is_refused(
    own_client: httpx.Client, assessment_id: str, wrong: dict[str, Any], where: str, expected: str
) -> None:
    """One by one and among many: said with its place, what was expected and no value."""
    body = detail(assessment_id, **wrong)

    errors = refused(report(own_client, assessment_id, **body), 422)
    assert set(errors) == {where}
    assert expected in errors[where]
    (result,) = own_client.post(MANY, json=[body]).json()["results"]
    assert result["detail"] == f"{where} {errors[where]}"


def test_an_event_of_another_assessment_is_refused(own_client: httpx.Client, assessment_id: str) -> None:
    """Even of one that we issued: the path and the body would say different things."""
    other = own_client.post("/v1/assessments", json=a_withdrawal("wd of another")).json()["assessment_id"]

    errors = refused(report(own_client, assessment_id, **detail(other)), 422)
    assert errors == {"/assessment_id": "expected the assessment id of the path"}
    refused(report(own_client, "as_x", **detail("as_x")), 404)
    assert set(refused(report(own_client, assessment_id, **detail(VALUE * 30)), 422)) == {"/assessment_id"}


def test_an_outcome_may_be_reported_again(service: Deployment, own_client: httpx.Client, assessment_id: str) -> None:
    """Each time 202, and the same words each time: reports count it once."""
    for _ in range(3):
        assert report(own_client, assessment_id, outcome="shown", occurred_at="2026-11-20T10:00:00Z").status_code == 202

    wait_until(lambda: recorded(service, assessment_id))
    said = {(event["outcome"], event["occurred_at"]) for event in recorded(service, assessment_id)}
    assert said == {("shown", "2026-11-20T10:00:00.000000Z")}


def test_an_outcome_may_contradict_an_earlier_one(own_client: httpx.Client, assessment_id: str) -> None:
    """What they mean together is for the reports."""
    for outcome in ("cancelled", "proceeded", "cancelled"):
        assert report(own_client, assessment_id, outcome=outcome).status_code == 202


def _strange_ids() -> Iterator[str]:
    ours = Identity(SECRET).assessment_id("u", "w")
    yield ours[:-1] + ("A" if ours[-1] != "A" else "B")
    yield ours[:10] + ("A" if ours[10] != "A" else "B") + ours[11:]
    yield ours[:3] + ("a" if ours[3] != "a" else "b") + ours[4:]
    yield ours.upper()
    yield ours[:-1]
    yield ours + "A"
    yield Identity("another-secret-0123456789abcdefghij").assessment_id("u", "w")
    yield from ("as_", "x", "é" * 36, "as_z" + "%00" * 32, "as_z" + "=" * 32, "y" * 3000)


@pytest.mark.parametrize("strange", [pytest.param(id_, id=f"{n}") for n, id_ in enumerate(_strange_ids())])
def test_an_id_that_we_did_not_issue_is_404(own_client: httpx.Client, strange: str) -> None:
    """Changed in one letter, of another secret, or of no shape at all; among many it fails alone."""
    refused(report(own_client, strange, outcome="shown"), 404)

    answer = own_client.post(MANY, json=[{"assessment_id": strange[:128], "outcome": "shown"}])
    assert answer.status_code == 200
    assert answer.json()["results"][0]["recorded"] is False


def test_an_id_is_verified_without_any_look_up(own_client: httpx.Client) -> None:
    """One that was never asked about here, made with the same secret on another machine, is ours."""
    assert report(own_client, Identity(SECRET).assessment_id("u", "w"), outcome="shown").status_code == 202


GOOD_AND_BAD: list[tuple[Any, str]] = [
    ({"outcome": "shown"}, ""),
    ({"outcome": "nope"}, "/outcome"),
    ({"outcome": "cancelled", "occurred_at": "2026-11-20T10:00:00Z"}, ""),
    ({"outcome": "cancelled", "occurred_at": "2026-11-20T10:00:00"}, "/occurred_at"),
    ({"outcome": "cancelled", "occurred_at": "2999-01-01T00:00:00Z"}, "/occurred_at"),
    ({"outcome": "cancelled", "occurred_at": None}, ""),
    ({"outcome": "shown", "assessment_id": "as_nobody"}, "/assessment_id"),
    ({"outcome": "shown", "assessment_id": None}, "/assessment_id"),
    ({"outcome": "shown", "assessment_id": "x" * 129}, "/assessment_id"),
    ({}, "/outcome"),
    ({"outcome": "shown", "note": VALUE}, "/note"),
    ({"outcome": "proceeded"}, ""),
]
NOT_OBJECTS: list[Any] = [None, True, 7, 1.5, VALUE, [], [{"outcome": "shown"}]]


@pytest.mark.parametrize("wrapped", [False, True], ids=["a list", "an object"])
def test_a_malformed_item_fails_alone(
    service: Deployment, own_client: httpx.Client, assessment_id: str, wrapped: bool
) -> None:
    """One result each, in order; what is wrong is said with its place in the item, and no value."""
    items: list[Any] = [{"assessment_id": assessment_id, **item} for item, _ in GOOD_AND_BAD] + NOT_OBJECTS
    wrong = [where for _, where in GOOD_AND_BAD] + ["the item"] * len(NOT_OBJECTS)

    answer = own_client.post(MANY, json={"outcomes": items} if wrapped else items)
    assert answer.status_code == 200
    assert VALUE not in answer.text
    results = answer.json()["results"]
    assert [result["recorded"] for result in results] == [not where for where in wrong]
    assert all(where in result.get("detail", "") for result, where in zip(results, wrong, strict=True))
    good = wrong.count("")
    wait_until(lambda: len(recorded(service, assessment_id)) >= good)
    assert [event["outcome"] for event in recorded(service, assessment_id)] == [
        "shown",
        "cancelled",
        "cancelled",
        "proceeded",
    ]


def test_an_item_says_all_that_is_wrong_with_it(own_client: httpx.Client) -> None:
    result = own_client.post(MANY, json=[{"outcome": 1, "occurred_at": 1, "odd~/": 1}]).json()["results"][0]

    for where in ("/assessment_id", "/outcome", "/occurred_at", "/odd~0~1"):
        assert where in result["detail"]


def raw_item(assessment_id: str, occurred_at: str) -> bytes:
    return f'{{"assessment_id": "{assessment_id}", "outcome": "shown", "occurred_at": {occurred_at}}}'.encode()


@pytest.mark.parametrize(
    "occurred_at",
    ["1e999", "-1e999", "1" + "0" * 30, "1" + "0" * 5000, '"\\ud800"', "[" * 250 + "]" * 250],
    ids=["1e999", "-1e999", "31 digits", "5001 digits", "half a pair", "250 deep"],
)
def test_an_odd_value_in_an_item_fails_alone(own_client: httpx.Client, assessment_id: str, occurred_at: str) -> None:
    body = b"[" + raw_item(assessment_id, occurred_at) + b"," + raw_item(assessment_id, "null") + b"]"

    answer = own_client.post(MANY, content=body, headers=JSON)
    assert [result["recorded"] for result in answer.json()["results"]] == [False, True]


def test_a_name_that_is_not_unicode_fails_alone(own_client: httpx.Client, assessment_id: str) -> None:
    good = {"assessment_id": assessment_id, "outcome": "shown"}

    answer = own_client.post(MANY, content=json.dumps([good | {"\ud800": 1}, good]), headers=JSON)
    assert [result["recorded"] for result in answer.json()["results"]] == [False, True]


def test_a_thousand_are_taken_and_one_more_is_not(own_client: httpx.Client, assessment_id: str) -> None:
    item = {"assessment_id": assessment_id, "outcome": "shown"}

    answer = own_client.post(MANY, json=[item] * 1000)
    assert answer.json() == {"results": [{"recorded": True}] * 1000}
    assert set(refused(own_client.post(MANY, json=[item] * 1001), 422)) == {""}
    assert set(refused(own_client.post(MANY, json={"outcomes": [item] * 1001}), 422)) == {"/outcomes"}


def test_results_are_in_the_order_of_the_items(own_client: httpx.Client, assessment_id: str) -> None:
    """However many there are."""
    items = [{"assessment_id": assessment_id, "outcome": "shown" if n % 7 else "nope"} for n in range(400)]

    results = own_client.post(MANY, json=items).json()["results"]
    assert [result["recorded"] for result in results] == [bool(n % 7) for n in range(400)]


def test_no_outcomes_are_no_error(own_client: httpx.Client) -> None:
    assert own_client.post(MANY, json=[]).json() == {"results": []}


def test_256_kib_are_read_and_a_byte_more_is_413(own_client: httpx.Client, assessment_id: str) -> None:
    content = b"[" + raw_item(assessment_id, "null") + b"]"

    answer = own_client.post(MANY, content=content.ljust(256 * 1024), headers=JSON)
    assert answer.json() == {"results": [{"recorded": True}]}
    refused(own_client.post(MANY, content=content.ljust(256 * 1024 + 1), headers=JSON), 413)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        (b"null", {""}),
        (b"7", {""}),
        (b'"x"', {""}),
        (b"{}", {"/outcomes"}),
        (b'{"outcomes": null}', {"/outcomes"}),
        (b'{"outcomes": {}}', {"/outcomes"}),
        (b'{"outcomes": [], "a/b": 1, "c": 2}', {"/a~1b", "/c"}),
        (b'{"\\ud800": 1}', {"/?"}),
        (b"[" * 5000, {""}),
    ],
)
def test_what_is_no_list_of_outcomes_is_refused_whole(
    own_client: httpx.Client, body: bytes, pointers: set[str]
) -> None:
    assert set(refused(own_client.post(MANY, content=body, headers=JSON), 422)) == pointers
