"""The OpenAPI document of the decision API, and what each route adds to it."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from app.api import problem_document, response_models
from app.api.request_models import ASSESSMENT, EXPLAIN, OUTCOME_ITEM, OUTCOME_REQUEST

_TAGS = [
    {"name": "withdrawals", "description": "What an exchange calls. Scope `assess`."},
    {"name": "rules", "description": "What the rules say, and why. Scope `rules`."},
    {"name": "operation", "description": "For load balancers and Prometheus. No key."},
]

OUTCOME_LIST = {"type": "array", "maxItems": 1000, "items": {"$ref": "#/components/schemas/OutcomeItem"}}


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: {
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            "description": problem_document.TITLES[status],
        }
        for status in (401, 403, *statuses)
    }


def answers(example: object, *problems: int, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """The answers of a call: an example of success, and its problems."""
    return {status: {"content": {"application/json": {"example": example}}}, **_problems(*problems)}


def request_body(name: str, example: object, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    reference = schema or {"$ref": f"#/components/schemas/{name}"}
    content = {"application/json": {"schema": reference, "example": example}}
    return {"requestBody": {"required": True, "content": content}, "security": [{"key": []}]}


def document(app: FastAPI) -> dict[str, Any]:
    """FastAPI's document, with the schemas of problems and of the bodies that FastAPI does not read itself."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes, tags=_TAGS
        )
        components = made.setdefault("components", {})
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        schemas = components.setdefault("schemas", {})
        bodies = (ASSESSMENT, EXPLAIN, OUTCOME_REQUEST, OUTCOME_ITEM)
        for adapter in (*bodies, TypeAdapter(response_models.Problem)):
            schema = adapter.json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(schema.pop("$defs", {}))
            schemas[schema["title"]] = schema
        app.openapi_schema = made
    return app.openapi_schema
