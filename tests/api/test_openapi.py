"""The document that clients are made from says what is really answered."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from app.api import response_models
from app.api.request_examples import examples
from tests.api.bodies import REFUSED, SHOWN
from tests.api.problems import VALUE
from tests.api.test_rules_calls import REGIONS
from tests.deployment import a_withdrawal

Operation = tuple[str, str, dict[str, Any]]

MODELS: dict[str, type[BaseModel]] = {
    "assess": response_models.Assessment,
    "recordOutcome": response_models.Recorded,
    "recordOutcomes": response_models.Results,
    "listRules": response_models.RulePage,
    "getRule": response_models.Rule,
    "explain": response_models.Explanation,
}
OPERATIONS = (*MODELS, "healthz", "readyz", "metrics")


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
    assert set(operations) == set(OPERATIONS)


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
    sent: dict[str, Any] = {}
    if method == "post":
        body = operation["requestBody"]["content"]["application/json"]
        assert body["schema"]
        sent = {"json": with_real_ids(body["example"], issued)}

    answer = client.request(method, path, **sent)
    assert str(answer.status_code) in operation["responses"]
    assert 200 <= answer.status_code < 300
    if name in MODELS:
        assert answer.headers["content-type"] in operation["responses"][str(answer.status_code)]["content"]
        MODELS[name].model_validate(answer.json())


def test_the_example_of_many_outcomes_is_recorded(
    client: httpx.Client, operations: dict[str, Operation], issued: str
) -> None:
    example = operations["recordOutcomes"][2]["requestBody"]["content"]["application/json"]["example"]
    answer = client.post("/v1/outcomes", json=with_real_ids(example, issued)).json()

    assert answer["results"] == [{"recorded": True}] * len(example)


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
                response_models.Assessment.model_validate(answer)
                seen.add((answer["alert"]["region"], answer["alert"]["language"]))
    assert seen >= {(region, language) for region, rules in regions.items() for language in rules[0]["texts"]}


def test_every_refusal_is_of_its_model(client: httpx.Client) -> None:
    refusals = [client.post("/v1/assessments", content=body.content) for body in REFUSED[::10]]
    refusals += [client.get("/v1/rules/none"), client.get("/v1/rules?limit=0"), client.get("/nothing")]
    refusals += [httpx.get(f"{client.base_url}/v1/rules"), client.post("/v1/rules"), client.post("/v1/explain")]
    many = client.post("/v1/outcomes", json=[{}, 7, {"outcome": VALUE}])

    for answer in refusals:
        response_models.Problem.model_validate(answer.json())
    response_models.Results.model_validate(many.json())


def test_every_call_documents_its_refusals(operations: dict[str, Operation]) -> None:
    """As problem documents; those of a body where there is one, no key where none is asked for."""
    for name, (method, _, operation) in operations.items():
        documented = {status for status in operation["responses"] if status >= "4"}
        if name in {"healthz", "readyz", "metrics"}:
            assert documented <= {"503"}
            continue
        assert documented >= {"401", "403", "503"} | ({"400", "413", "415", "422"} if method == "post" else set())
        assert all(list(operation["responses"][s]["content"]) == ["application/problem+json"] for s in documented)
        assert operation["security"]


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


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (response_models.Assessment, "answer"),
        (response_models.Recorded, "recorded"),
        (response_models.Results, "results"),
        (response_models.Rule, "rule"),
        (response_models.RulePage, "rules"),
        (response_models.Explanation, "explanation"),
    ],
)
def test_examples_of_answers_have_the_shape_of_answers(model: type[BaseModel], name: str) -> None:
    model.model_validate(examples()[name])
