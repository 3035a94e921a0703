"""The OpenAPI document of the decision API: FastAPI's routes, and what operations.json says of each."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from app.api import connection_limits, problem_document, request_head, response_models
from app.api.handlers import ASSESSMENT_BYTES, OUTCOMES_LIMIT
from app.api.reply import Reply
from app.api.request_examples import examples
from app.api.request_models import ASSESSMENT, EXPLAIN, OUTCOME_ITEM, OUTCOME_REQUEST
from app.service.api_keys import ASSESS

_TAGS = [
    {"name": "withdrawals", "description": "What an exchange calls. Scope `assess`."},
    {"name": "rules", "description": "What the rules say, and why. Scope `rules`."},
    {"name": "operation", "description": "For load balancers and Prometheus. No key."},
]

_SERVERS = [
    {"url": "/", "description": "The host that this document comes from"},
    {"url": "http://127.0.0.1:8000", "description": "`forewarn up` on this machine"},
]

# What any call may be answered with, whatever it asks: most of it before its path is looked at.
_ANYWHERE = (400, 408, 414, 431, 500, 501, 503, 505)

_REFUSALS: Mapping[int, Reply] = {
    400: problem_document.not_json("unexpected end of data"),
    401: problem_document.unauthorized(),
    403: problem_document.forbidden(ASSESS),
    404: problem_document.not_issued(),
    408: connection_limits.too_slow(10).reply,
    413: problem_document.too_large(ASSESSMENT_BYTES),
    414: connection_limits.target_too_long().reply,
    415: problem_document.wrong_media_type(),
    422: problem_document.invalid([problem_document.FieldError("/amount", "expected text")]),
    431: connection_limits.head_too_large().reply,
    500: problem_document.fault(),
    501: request_head.unsupported_coding().reply,
    503: problem_document.no_rulebook(),
    505: request_head.unsupported_version().reply,
}

_HEADERS: Mapping[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"description": "How to send the key", "schema": {"type": "string"}, "required": True}},
    503: {
        "Retry-After": {
            "description": "After how many seconds to ask again",
            "schema": {"type": "integer", "minimum": 1},
        }
    },
}


@cache
def _operations() -> dict[str, dict[str, Any]]:
    return json.loads((files("app.api") / "operations.json").read_bytes())  # type: ignore[no-any-return]  # an object


def operation(name: str) -> dict[str, Any]:
    """What FastAPI takes for a route of what operations.json says of it. `document` adds the rest."""
    told = _operations()[name]
    return {"operation_id": name} | {
        part: told[part]
        for part in ("summary", "description", "response_description", "tags", "status_code")
        if part in told
    }


def document(app: FastAPI) -> dict[str, Any]:
    """FastAPI's document, with what FastAPI does not know: bodies that it does not read, examples and refusals."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
            tags=_TAGS,
            servers=_SERVERS,
            license_info=app.license_info,
        )
        for methods in made["paths"].values():
            for described in methods.values():
                _complete(described, _operations()[described["operationId"]])
        made["components"] = {
            "schemas": _schemas(made["components"]["schemas"]),
            "responses": {str(status): _refusal(status) for status in _REFUSALS},
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "A key that `forewarn keys new` made"}
            },
        }
        app.openapi_schema = made
    return app.openapi_schema


# FastAPI drops null from the examples that it is given, so they are put in here.
def _complete(described: dict[str, Any], told: Mapping[str, Any]) -> None:
    """Adds a call's body, examples, refusals and security."""
    status = str(told.get("status_code", 200))
    success = described["responses"][status]
    if "answer" in told:
        success["content"]["application/json"]["examples"] = _named(told["answer"])
    if "request" in told:
        content = {"schema": told["schema"], "examples": _named(told["request"])}
        described["requestBody"] = {"required": True, "content": {"application/json": content}}
    described["security"] = [{"key": []}] if "answer" in told else []
    described["responses"] = {status: success} | {
        str(other): {"$ref": f"#/components/responses/{other}"} for other in sorted({*_ANYWHERE, *told["problems"]})
    }
    if "not_ready" in told:  # the same report, with a status of its own
        refusal = _refusal(503)
        described["responses"]["503"] = refusal | {"content": success["content"] | refusal["content"]}


def _named(names: list[str]) -> dict[str, Any]:
    return {name: {"value": examples()[name]} for name in names}


def _refusal(status: int) -> dict[str, Any]:
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": json.loads(_REFUSALS[status].body)}
    return {
        "description": problem_document.TITLES[status],
        "headers": _HEADERS.get(status, {}),
        "content": {"application/problem+json": content},
    }


def _schemas(of_answers: dict[str, Any]) -> dict[str, Any]:
    """FastAPI's, without those of refusals that it would word itself, and the bodies of requests."""
    schemas = {name: schema for name, schema in of_answers.items() if "ValidationError" not in name}
    bodies = (ASSESSMENT, EXPLAIN, OUTCOME_REQUEST, OUTCOME_ITEM)
    for adapter in (*bodies, TypeAdapter(response_models.Problem)):
        schema = adapter.json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[schema["title"]] = schema
    outcomes = {"type": "array", "maxItems": OUTCOMES_LIMIT, "items": {"$ref": "#/components/schemas/OutcomeItem"}}
    schemas["OutcomeList"] = outcomes
    schemas["OutcomeBatch"] = {
        "type": "object",
        "description": "The same list in an object.",
        "properties": {"outcomes": {"$ref": "#/components/schemas/OutcomeList"}},
        "required": ["outcomes"],
        "additionalProperties": False,
    }
    return dict(sorted(schemas.items()))
