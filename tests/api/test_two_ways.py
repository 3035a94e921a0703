"""FastAPI's own routes give the same bytes as the fast lane."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.service.identity import Identity
from tests.api.bodies import BODIES, FULL, LEAST, dumped
from tests.api.served import plainly_served
from tests.api.test_outcome_calls import GOOD_AND_BAD, NOT_OBJECTS
from tests.deployment import SECRET, Deployment

JSON = {"content-type": "application/json"}
ISSUED = Identity(SECRET).assessment_id("u-1", "wd_1")
ONE = f"/v1/assessments/{ISSUED}/outcomes"


@pytest.fixture(scope="module")
def plain(
    service: Deployment, client: httpx.Client, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """The same Redis, secret and keys; a state folder of its own."""
    with (
        plainly_served(service, tmp_path_factory.mktemp("plain")) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=client.headers, timeout=20) as plain,
    ):
        yield plain


def same(plain: httpx.Client, client: httpx.Client, method: str, path: str, **sent: object) -> int:
    """Sends the same request to both, compares status, headers and body, and returns the status."""
    answers = [
        asker.send(asker.build_request(method, path, **sent))  # type: ignore[arg-type]  # httpx's own keywords
        for asker in (plain, client)
    ]
    first, second = (
        (answer.status_code, {**answer.headers, "date": "", "location": ""}, answer.content) for answer in answers
    )
    assert first == second, (method, path)
    return answers[0].status_code


def test_every_body_of_an_assessment(plain: httpx.Client, client: httpx.Client) -> None:
    """Good and bad: both answer as the contract says."""
    for body in BODIES:
        assert same(plain, client, "POST", "/v1/assessments", content=body.content, headers=JSON) == body.status


def test_every_body_of_an_outcome(plain: httpx.Client, client: httpx.Client) -> None:
    statuses = set()
    for item, _ in GOOD_AND_BAD:
        outcome = {name: value for name, value in item.items() if name != "assessment_id"}
        statuses.add(same(plain, client, "POST", ONE, json=outcome))
    for body in BODIES:
        statuses.add(same(plain, client, "POST", ONE, content=body.content, headers=JSON))
    assert statuses == {202, 400, 413, 422}


def test_every_body_of_many_outcomes(plain: httpx.Client, client: httpx.Client) -> None:
    statuses = set()
    items = [{"assessment_id": ISSUED, **item} for item, _ in GOOD_AND_BAD] + NOT_OBJECTS
    wrong: list[Any] = [{}, None, 7, {"outcomes": 1}, {"other": []}]
    for sent in (items, {"outcomes": items}, [], items * 50, *wrong):
        statuses.add(same(plain, client, "POST", "/v1/outcomes", json=sent))
    for body in BODIES:
        statuses.add(same(plain, client, "POST", "/v1/outcomes", content=body.content, headers=JSON))
    statuses.add(same(plain, client, "POST", "/v1/outcomes", content=b" " * (256 * 1024 + 1), headers=JSON))
    assert statuses == {200, 400, 413, 422}


@pytest.mark.parametrize(
    "id_",
    ["as_x", "é", "%00", "%0A", "%FF", "a b", "a%20b", "a%2Fb", "a/b", "", "x" * 5000, ISSUED + "A", "{id}"],
)
def test_every_id(plain: httpx.Client, client: httpx.Client, id_: str) -> None:
    path = f"/v1/assessments/{id_}/outcomes"

    assert same(plain, client, "POST", path, content=b'{"outcome":"shown"}', headers=JSON) in {404, 405}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "POST"])
def test_every_method_and_path(plain: httpx.Client, client: httpx.Client, method: str) -> None:
    for path in (
        "/v1/assessments",
        "/v1/assessments/",
        "/v1/assessments?x=1",
        "/v1/assessments/outcomes",
        "/v1//assessments",
        "/V1/assessments",
        "/v1/outcomes",
        "/v1/outcomes/",
        ONE,
        f"{ONE}/",
        f"{ONE}%0A",
        "/v1/assessments%0A",
        "/v1",
        "/",
    ):
        same(plain, client, method, path, content=dumped(LEAST), headers=JSON)


@pytest.mark.parametrize("path", ["/v1/assessments", "/v1/outcomes", ONE])
def test_every_header(plain: httpx.Client, client: httpx.Client, service: Deployment, path: str) -> None:
    """Keys and content types."""
    with httpx.Client(base_url=plain.base_url) as first, httpx.Client(base_url=client.base_url) as second:
        for authorization in (
            None,
            b"",
            b"Bearer",
            b"Bearer x",
            b"Basic x",
            f"bearer  {service.key}".encode(),
            b"\xe9",
        ):
            for content_type in (
                None,
                b"",
                b"application/json; charset=UTF-8",
                b"text/plain",
                b"application/json;charset=x",
            ):
                given = {"authorization": authorization, "content-type": content_type}
                headers = {name: value for name, value in given.items() if value is not None}
                same(first, second, "POST", path, content=dumped(FULL), headers=headers)
