"""The document that clients are made from says what is really answered."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import openapi_spec_validator
import pytest
from pydantic import BaseModel

from app.api import response_models
from tests.api.bodies import REFUSED, SHOWN
from tests.api.problems import VALUE
from tests.api.test_rules_calls import REGIONS
from tests.api.whole_answers import whole
from tests.deployment import ROOT, Deployment, a_withdrawal
from tests.waiting import wait_until

Operation = tuple[str, str, dict[str, Any]]

MODELS: dict[str, type[BaseModel]] = {
    "assess": response_models.Assessment,
    "recordOutcome": response_models.Recorded,
    "recordOutcomes": response_models.Results,
    "listRules": response_models.RulePage,
    "getRule": response_models.Rule,
    "explain": response_models.Explanation,
    "healthz": response_models.Alive,
    "readyz": response_models.Readiness,
}
OPERATIONS = (*MODELS, "metrics")


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> dict[str, Any]:
    got: dict[str, Any] = client.get("/openapi.json").json()
    return got


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> dict[str, Operation]:
    """Method, path and the document's words, by operation id."""
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


@pytest.fixture(scope="module")
def issued(client: httpx.Client) -> str:
    id_: str = client.post("/v1/assessments", json=a_withdrawal()).json()["assessment_id"]
    return id_


def with_real_ids(example: Any, issued: str) -> Any:
    """The example, its made-up assessment ids replaced by one that this service issued."""
    if isinstance(example, dict):
        return {k: issued if k == "assessment_id" else with_real_ids(v, issued) for k, v in example.items()}
    return [with_real_ids(part, issued) for part in example] if isinstance(example, list) else example


def test_every_call_of_the_contract_is_there(operations: dict[str, Operation]) -> None:
    """In words of its own: FastAPI calls every answer a successful response."""
    assert set(operations) == set(OPERATIONS)
    assert "Successful Response" not in json.dumps(operations)


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_example_of_a_call_is_answered_without_error(
    client: httpx.Client, operations: dict[str, Operation], issued: str, name: str
) -> None:
    """As the document says: the status, the content type, and the shape."""
    method, path, operation = operations[name]
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            example = issued if parameter["name"] == "assessment_id" else parameter["schema"]["examples"][0]
            path = path.replace(f"{{{parameter['name']}}}", example)
    bodies: list[dict[str, Any]] = [{}]
    if method == "post":
        examples = operation["requestBody"]["content"]["application/json"]["examples"]
        bodies = [{"json": with_real_ids(example["value"], issued)} for example in examples.values()]

    for sent in bodies:
        answer = client.request(method, path, **sent)
        assert 200 <= answer.status_code < 300
        described = operation["responses"][str(answer.status_code)]["content"]
        assert answer.headers["content-type"].partition(";")[0] in described
        if name in MODELS:
            whole(MODELS[name], answer.json())


def test_the_examples_of_many_outcomes_are_recorded(
    client: httpx.Client, operations: dict[str, Operation], issued: str
) -> None:
    """A list, and a list in an object."""
    examples = operations["recordOutcomes"][2]["requestBody"]["content"]["application/json"]["examples"]
    answers = [
        client.post("/v1/outcomes", json=with_real_ids(each["value"], issued)).json() for each in examples.values()
    ]

    assert answers == [{"results": [{"recorded": True}]}] * 2


def test_every_answer_is_of_its_model(client: httpx.Client) -> None:
    """Alerts of every sample region in every language, with and without facts; what the model does not know fails."""
    regions = {region: client.get("/v1/rules", params={"region": region}).json()["rules"] for region in REGIONS}
    seen = set()
    for region, rules in regions.items():
        languages = {language for rule in rules for language in rule["texts"]}
        for language in languages:
            for facts in (
                {},
                {"declared_purpose": "official_payment"},
                {"declared_purpose": "job_task", "amount": None},
            ):
                place = "ZZ" if region == "global" else region
                body = a_withdrawal(region=place, languages=[language], **facts)
                answer = client.post("/v1/assessments", json=body).json()
                whole(response_models.Assessment, answer)
                seen.add((answer["alert"]["region"], answer["alert"]["language"]))
    assert seen >= {(region, language) for region, rules in regions.items() for language in rules[0]["texts"]}


def test_every_refusal_is_of_its_model(client: httpx.Client) -> None:
    refusals = [client.post("/v1/assessments", content=body.content) for body in REFUSED[::10]]
    refusals += [client.get("/v1/rules/none"), client.get("/v1/rules?limit=0"), client.get("/nothing")]
    refusals += [httpx.get(f"{client.base_url}/v1/rules"), client.post("/v1/rules"), client.post("/v1/explain")]
    many = client.post("/v1/outcomes", json=[{}, 7, {"outcome": VALUE}])

    for answer in refusals:
        whole(response_models.Problem, answer.json())
    whole(response_models.Results, many.json())


REFUSALS: dict[str, dict[str, Any]] = {
    "400": {"content": b"{", "headers": {"content-type": "application/json"}},
    "401": {"headers": {"authorization": "Bearer wrong"}},
    "403": {"headers": {"authorization": "Bearer {other}"}},
    "404": {"path": {"assessment_id": "as_unknown", "rule_id": "hk/unknown"}, "json": {"rule_id": "hk/unknown"}},
    "413": {"content": b" " * 300_000, "headers": {"content-type": "application/json"}},
    "415": {"content": b"{}", "headers": {"content-type": "text/plain"}},
    "422": {"params": {"limit": 0}, "json": {}},
}


def test_every_refusal_of_a_call_is_documented_and_occurs(
    service: Deployment, client: httpx.Client, document: dict[str, Any], operations: dict[str, Operation], issued: str
) -> None:
    """With the headers that the document names."""
    other = service.new_key("reports", name="of-another-scope")
    bearer = {"authorization": f"Bearer {other}"}
    wait_until(lambda: client.get("/v1/rules", headers=bearer).status_code == 403)
    for name, (method, path, operation) in operations.items():
        if "security" not in operation or not operation["security"]:
            continue
        seen = set()
        for status, how in REFUSALS.items():
            sent = {part: value for part, value in how.items() if part != "path"}
            if method == "get":
                sent = {part: value for part, value in sent.items() if part in ("headers", "params")}
            elif name == "explain" and status == "404":
                sent["json"] = {**a_withdrawal(), **how["json"]}
            elif name == "recordOutcome" and status == "404":
                sent["json"] = {"outcome": "shown"}
            if "authorization" in sent.get("headers", {}):
                sent["headers"] = {"authorization": sent["headers"]["authorization"].replace("{other}", other)}
            rule = operations["getRule"][2]["parameters"][0]["schema"]["examples"][0]
            places = how.get("path", {"assessment_id": issued, "rule_id": rule})
            answer = client.request(method, path.format(**places), **sent)
            if answer.status_code >= 300:
                seen.add(str(answer.status_code))
                described = document["components"]["responses"][str(answer.status_code)]
                assert list(described["content"]) == [answer.headers["content-type"]]
                whole(response_models.Problem, answer.json())
                assert described["headers"].keys() <= {
                    header.title().replace("Www", "WWW") for header in answer.headers
                }
        assert (name, seen - {"400"}) == (name, set(operation["responses"]) - {"200", "202"} - ANYWHERE)


# Those that any call may meet. A slow client, a fault and a service without rules are tested elsewhere.
ANYWHERE = {"400", "408", "414", "431", "500", "501", "503", "505"}
HEADS = {
    400: "{method} {path} HTTP/1.1\r\n\r\n",
    414: "{method} {path}?" + "x" * 10_000 + " HTTP/1.1\r\nHost: x\r\n\r\n",
    431: "{method} {path} HTTP/1.1\r\nHost: x\r\nX: " + "x" * 40_000 + "\r\n\r\n",
    501: "{method} {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    505: "{method} {path} HTTP/2.0\r\nHost: x\r\n\r\n",
}


def test_what_any_call_may_meet_is_documented_and_occurs(
    service: Deployment, document: dict[str, Any], operations: dict[str, Operation]
) -> None:
    for method, path, operation in operations.values():
        assert operation["responses"].keys() >= ANYWHERE
        for status, head in HEADS.items():
            with socket.create_connection(("127.0.0.1", service.port), 10) as connection:
                connection.sendall(head.format(method=method.upper(), path=path).encode())
                answer = b"".join(iter(lambda: connection.recv(65536), b""))
            start, _, body = answer.partition(b"\r\n\r\n")
            assert start.startswith(b"HTTP/1.1 %d " % status), (path, status, start)
            whole(response_models.Problem, json.loads(body))
            assert str(status) in document["components"]["responses"]


def _schemas(document: dict[str, Any], part: Any, seen: dict[str, Any]) -> dict[str, Any]:
    """Every named schema that `part` reaches."""
    for reference in _references(part):
        name = reference.rpartition("/")[2]
        if "/schemas/" in reference and name not in seen:
            seen[name] = document["components"]["schemas"][name]
            _schemas(document, seen[name], seen)
    return seen


def test_answers_are_open_and_requests_are_closed(document: dict[str, Any], operations: dict[str, Operation]) -> None:
    """A later version may add a field, or a word, to any object of an answer; what we do not know is refused."""
    answered: dict[str, Any] = {}
    asked: dict[str, Any] = {}
    for _, _, operation in operations.values():
        _schemas(document, operation["responses"], answered)
        _schemas(document, operation.get("requestBody"), asked)
    _schemas(document, document["components"]["responses"], answered)

    assert len(answered) > 10
    assert not answered.keys() & asked.keys()
    for name, schema in answered.items():
        assert not _words(schema) & {"enum", "const", "propertyNames", "unevaluatedProperties"}, name
        assert False not in _values(schema, "additionalProperties"), name
    closed = {name for name, schema in asked.items() if schema.get("additionalProperties") is False}
    assert asked.keys() - closed == {"OutcomeList"}  # no object


def _words(part: Any) -> set[str]:
    if isinstance(part, dict):
        return set(part).union(*map(_words, part.values()))
    return set().union(*map(_words, part)) if isinstance(part, list) else set()


def _values(part: Any, word: str) -> list[Any]:
    if isinstance(part, dict):
        return [part[word] for _ in range(word in part)] + [v for each in part.values() for v in _values(each, word)]
    return [v for each in part for v in _values(each, word)] if isinstance(part, list) else []


def test_every_example_is_of_its_schema(document: dict[str, Any]) -> None:
    """Nulls that are required included: FastAPI would drop them."""
    seen = []
    contents = [content for content in _values(document, "content") if isinstance(content, dict)]
    for media in [media for content in contents for media in content.values()]:
        examples = [each["value"] for each in media.get("examples", {}).values()]
        schema = {**media["schema"], "components": document["components"]} if "schema" in media else {}
        for example in [*examples, *([media["example"]] if "example" in media else [])]:
            jsonschema.validate(example, schema, cls=jsonschema.Draft202012Validator)
            seen.append(example)

    assert len(seen) > 15
    assert any(example.get("alert", ...) is None for example in seen if isinstance(example, dict))
    assert any(example["alert"]["variant"] is None for example in seen if example.get("alert"))


def test_a_tool_of_its_readers_accepts_it(document: dict[str, Any]) -> None:
    openapi_spec_validator.validate(document)


def test_the_file_in_the_repository_is_what_the_service_gives(document: dict[str, Any]) -> None:
    assert json.loads((ROOT / "docs/openapi.json").read_bytes()) == document


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = set(_references(document))
    assert references
    for reference in references:
        place: Any = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_the_limits_are_in_the_document(document: dict[str, Any]) -> None:
    """A client that is made from it refuses what we would refuse."""
    schemas = document["components"]["schemas"]
    request = schemas["AssessmentRequest"]
    assert set(request["required"]) == {"withdrawal_id", "user_id", "region"}
    assert request["additionalProperties"] is False
    assert request["properties"]["withdrawal_id"]["maxLength"] == 128
    lengths = {field: _length(schemas, field) for field in SHOWN}
    assert lengths == {"/amount": 128, "/asset": 128, "/network": 128, "/destination/address": 256}


def _length(schemas: dict[str, Any], field: str) -> int:
    *groups, last = field[1:].split("/")
    properties = schemas[groups[0].title() if groups else "AssessmentRequest"]["properties"]
    (length,) = (choice["maxLength"] for choice in properties[last]["anyOf"] if "maxLength" in choice)
    return int(length)
