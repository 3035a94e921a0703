"""The OpenAPI document of the decision API, and what each route adds to it."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from app.api import problem_document, response_models
from app.api.request_examples import examples
from app.api.request_models import ASSESSMENT, EXPLAIN, OUTCOME_ITEM, OUTCOME_REQUEST

_TAGS = [
    {"name": "withdrawals", "description": "What an exchange calls. Scope `assess`."},
    {"name": "rules", "description": "What the rules say, and why. Scope `rules`."},
    {"name": "operation", "description": "For load balancers and Prometheus. No key."},
]


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: {
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            "description": problem_document.TITLES[status],
        }
        for status in (401, 403, *statuses)
    }


@cache
def _operations() -> dict[str, dict[str, Any]]:
    return json.loads((files("app.api") / "operations.json").read_bytes())  # type: ignore[no-any-return]  # an object


def operation(name: str) -> dict[str, Any]:
    """What operations.json says of a call, as FastAPI takes it for a route; its examples are named there."""
    told = {"operation_id": name, **_operations()[name]}
    schema, request, answer = (told.pop(part, None) for part in ("schema", "request", "answer"))
    if answer is not None:
        success = {"content": {"application/json": {"example": examples()[answer]}}}
        told["responses"] = {told.get("status_code", 200): success, **_problems(*told.pop("problems"))}
        told["openapi_extra"] = {"security": [{"key": []}]}
    if request is not None:
        content = {"application/json": {"schema": schema, "example": examples()[request]}}
        told["openapi_extra"]["requestBody"] = {"required": True, "content": content}
    return told


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
