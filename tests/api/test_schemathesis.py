"""What a generator of requests finds that follows the document, or breaks it on purpose."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.deployment import Deployment, a_withdrawal

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Of the others, an item may fail alone, and a query parameter that nobody knows is ignored.
REFUSES_WHOLE = {"/v1/assessments", "/v1/assessments/{assessment_id}/outcomes"}
CALLS = [
    ("POST", "/v1/assessments"),
    ("POST", "/v1/assessments/{assessment_id}/outcomes"),
    ("POST", "/v1/outcomes"),
    ("GET", "/v1/rules"),
    ("GET", "/v1/rules/{rule_id}"),
    ("POST", "/v1/explain"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
]


@pytest.fixture(scope="module")
def api(service: Deployment) -> Any:
    return schemathesis.openapi.from_url(f"{service.url}/openapi.json")


@pytest.fixture(scope="module")
def issued(service: Deployment) -> str:
    with service.client() as client:
        id_: str = client.post("/v1/assessments", json=a_withdrawal()).json()["assessment_id"]
        return id_


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_no_request_meets_a_fault_or_an_undocumented_answer(
    service: Deployment, api: Any, issued: str, call: tuple[str, str], mode: GenerationMode
) -> None:
    """Requests that follow the schema are answered as documented; those that do not are refused."""
    method, path = call
    operation = api[path][method]
    if mode.is_negative and not (operation.body or operation.query or operation.path_parameters):
        return
    checks = [*CHECKS, negative_data_rejection] if path in REFUSES_WHOLE else CHECKS

    @settings(
        max_examples=80 if operation.body or operation.query else 5,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if "assessment_id" in case.path_parameters and data.draw(st.booleans()):
            case.path_parameters["assessment_id"] = issued
        answer = case.call(headers={"Authorization": f"Bearer {service.key}"})
        case.validate_response(answer, checks=checks)

    ask()
