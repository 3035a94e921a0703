"""The answer to any body lists every error in it and repeats none of its content."""

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.bodies import ACCEPTED, FIELDS, FREE_TEXTS, FULL, LEAST, REFUSED, REQUIRED, SHOWN, Body, changed, dumped
from tests.api.problems import VALUE, refused
from tests.deployment import Deployment, a_withdrawal
from tests.waiting import wait_until

PATH = "/v1/assessments"
JSON = {"content-type": "application/json"}

# Unicode 15, Default_Ignorable_Code_Point: what shows nothing, besides the control and format characters. Of the last
# plane's 4,096 a few.
IGNORABLE = (
    0x034F,
    *range(0x115F, 0x1161),
    *range(0x17B4, 0x17B6),
    *range(0x180B, 0x1810),
    *range(0x2065, 0x2066),
    0x3164,
    *range(0xFE00, 0xFE10),
    0xFFA0,
    *range(0xFFF0, 0xFFF9),
    *range(0xE0000, 0xE1000, 63),
)
CONTROL = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in {"Cc", "Cf", "Zl", "Zp"}]
UNSEEN = sorted({*CONTROL, *map(chr, IGNORABLE), "\u2800"})


def post(client: httpx.Client, content: bytes) -> httpx.Response:
    return client.post(PATH, content=content, headers=JSON)


@pytest.mark.parametrize("body", [pytest.param(body, id=body.name) for body in REFUSED])
def test_is_refused_with_every_error_and_no_value(client: httpx.Client, body: Body) -> None:
    """The status of the contract; 422 names each wrong field by its JSON pointer, and no other."""
    errors = refused(post(client, body.content), body.status)

    assert not body.pointers or set(errors) == body.pointers


@pytest.mark.parametrize("body", [pytest.param(body, id=body.name) for body in ACCEPTED])
def test_the_nearest_good_one_is_answered(client: httpx.Client, body: Body) -> None:
    answer = post(client, body.content)

    assert answer.status_code == 200, answer.text
    assert answer.json()["alert"] is not None


def test_a_wrong_body_is_never_recorded(service: Deployment) -> None:
    """A good withdrawal, sent last, is the client's first event."""
    key = service.new_key("assess", name="only-wrong-bodies")
    with service.client(key) as client:
        for body in REFUSED:
            assert post(client, body.content).status_code == body.status
        good = client.post(PATH, json=a_withdrawal("after-the-wrong-ones")).json()

    def recorded() -> list[str]:
        return [event["assessment_id"] for event in service.events() if event["client"] == "only-wrong-bodies"]

    wait_until(recorded)
    assert recorded() == [good["assessment_id"]]


def test_a_body_that_ends_early_is_no_json_wherever_it_ends(client: httpx.Client) -> None:
    """Every prefix of a body, even in the middle of a character."""
    body = json.dumps(FULL | {"channel": "應用程式"}, ensure_ascii=False).encode()

    statuses = [post(client, body[:length]).status_code for length in range(len(body) + 1)]
    assert statuses == [400] * len(body) + [200]


@pytest.mark.parametrize("field", [*(field for field in FIELDS if field not in REQUIRED), "/attributes/note"])
def test_null_is_not_given(client: httpx.Client, field: str) -> None:
    """The answer and its explanation equal those for the withdrawal without the field."""
    null = changed(field, None, FULL)
    without = json.loads(dumped(null))
    *groups, last = field[1:].split("/")
    place = without
    for group in groups:
        place = place[group]
    del place[last]

    for path in (PATH, "/v1/explain"):
        assert client.post(path, json=null).json() == client.post(path, json=without).json()


def test_what_an_alert_shows_hides_nothing(client: httpx.Client) -> None:
    """Every control, invisible or direction-changing character of Unicode is refused there."""
    for char in UNSEEN:
        body = LEAST
        for field in SHOWN:
            body = changed(field, f"{VALUE}{char}1", body)
        assert set(refused(post(client, dumped(body)), 422)) == set(SHOWN), f"U+{ord(char):04X}"


def test_what_no_alert_shows_may_hold_any_character(client: httpx.Client) -> None:
    some = "".join(UNSEEN[::50])
    for field in {*FREE_TEXTS, "/attributes/any"} - set(SHOWN):
        assert post(client, dumped(changed(field, f"a{some[:100]}"))).status_code == 200


@pytest.mark.parametrize("text", ["Ünïcödé", "泰達幣", "عملة", "x y", "👍", "a\u0301", "USD₮0"])
def test_visible_text_of_any_script_is_shown(client: httpx.Client, text: str) -> None:
    for field in ("/asset", "/network", "/destination/address"):
        assert post(client, dumped(changed(field, text))).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/problem+json",
        "application/jsonp",
        "json",
        "",
        "application/json; charset=latin-1",
        'application/json; charset="utf-16"',
        "application/json; charset=",
    ],
)
def test_another_content_type_is_415(client: httpx.Client, content_type: str) -> None:
    for path in (PATH, "/v1/outcomes", "/v1/assessments/as_x/outcomes", "/v1/explain"):
        refused(client.post(path, content=dumped(LEAST), headers={"content-type": content_type}), 415)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        'Application/JSON ;Charset="UTF-8"',
        "application/json;x=y",
    ],
)
def test_json_in_utf_8_is_read_however_it_is_spelt(client: httpx.Client, content_type: str) -> None:
    for path in (PATH, "/v1/explain"):
        answer = client.post(path, content=dumped(LEAST), headers={"content-type": content_type})
        assert answer.status_code == 200


def test_without_a_content_type_the_body_is_taken_for_json(client: httpx.Client) -> None:
    request = client.build_request("POST", PATH, content=dumped(LEAST))
    assert "content-type" not in request.headers

    assert client.send(request).status_code == 200


@pytest.mark.parametrize("more", [0, 1])
def test_the_limit_holds_without_a_content_length_too(client: httpx.Client, more: int) -> None:
    """A chunked body of 16 KiB is read, one byte more is 413."""
    content = dumped(LEAST).ljust(16 * 1024 + more)

    def chunks() -> Iterator[bytes]:
        for start in range(0, len(content), 1000):
            yield content[start : start + 1000]

    answer = client.post(PATH, content=chunks(), headers=JSON)
    assert "content-length" not in answer.request.headers
    if more:
        refused(answer, 413)
    else:
        assert answer.status_code == 200


def test_the_limits_of_the_other_calls(client: httpx.Client) -> None:
    """An outcome and an explanation have 16 KiB as well, a list of outcomes 256."""
    for path, limit, good in (
        ("/v1/explain", 16 * 1024, 200),
        ("/v1/assessments/as_x/outcomes", 16 * 1024, 422),
        ("/v1/outcomes", 256 * 1024, 422),
    ):
        assert client.post(path, content=dumped(LEAST).ljust(limit), headers=JSON).status_code == good
        refused(client.post(path, content=dumped(LEAST).ljust(limit + 1), headers=JSON), 413)


def test_what_is_not_text_is_said_where_it_is(client: httpx.Client) -> None:
    """For each kind of field, the message says what was expected, without the value."""
    body: dict[str, Any] = {**LEAST, "region": "hk", "amount": "1e5", "amount_usd": "1", "asset": "\u202e", "odd": 1}
    body |= {"destination": {"first_use": "yes", "tags": "x"}, "channel": "x" * 129, "session": []}

    errors = refused(post(client, dumped(body)), 422)
    assert "HK" in errors["/region"]
    assert "12500.00" in errors["/amount"]
    assert errors["/amount_usd"] == "expected a number"
    assert "invisible" in errors["/asset"]
    assert errors["/odd"] == "is not a field of this call"
    assert errors["/destination/first_use"] == "expected true or false"
    assert errors["/destination/tags"] == "expected a list"
    assert errors["/channel"] == "expected at most 128 characters"
    assert errors["/session"] == "expected an object"


@pytest.mark.parametrize("path", ["/v1/outcomes", "/v1/explain", "/v1/assessments/as_x/outcomes"])
def test_no_call_takes_what_is_no_json(client: httpx.Client, path: str) -> None:
    for body in (body for body in REFUSED if body.status == 400):
        refused(client.post(path, content=body.content, headers=JSON), 400)


def test_explain_refuses_the_same_bodies(client: httpx.Client) -> None:
    """With the same errors; only `rule_id` is new."""
    for body in (body for body in REFUSED if body.status == 422 and "rule_id" not in body.name):
        errors = refused(client.post("/v1/explain", content=body.content, headers=JSON), 422)
        assert errors == refused(post(client, body.content), 422), body.name


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_another_method_is_405_and_says_which_one_works(client: httpx.Client, method: str) -> None:
    answer = client.request(method, PATH)

    refused(answer, 405)
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/assessments/", "/v2/assessments", f"/v1/{VALUE}", "/v1/assessments//outcomes"]
)
def test_a_path_that_is_none_is_404(client: httpx.Client, path: str) -> None:
    refused(client.post(path, content=dumped(LEAST), headers=JSON), 404)
