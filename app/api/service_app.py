"""The decision API as a FastAPI application. The fast lane answers two of its calls first."""

from collections.abc import Callable
from typing import Annotated

import orjson
from fastapi import FastAPI, HTTPException, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import Lifespan

from app.api import problem_document, response_models
from app.api.handlers import ASSESSMENT_BYTES
from app.api.health import Health
from app.api.openapi_document import document, operation
from app.api.reloading_keys import Keys
from app.api.reply import Reply
from app.api.request_body import field_text, read
from app.api.request_examples import examples
from app.api.request_models import EXPLAIN, REGION_OR_GLOBAL
from app.api.withdrawal_routes import WithdrawalPath, body_of, is_json
from app.domain.cooperative import in_slices
from app.service.active_rulebook import ActiveRulebook
from app.service.api_keys import RULES, Client
from app.service.match_explanation import explanation
from app.service.rule_listing import describe, page
from app.service.rulebook import Rulebook

PAGE_LIMIT = 200
EXPLAIN_LIMIT = 1_000

_DESCRIPTION = """\
Warns people at the moment they are about to send their money to a scammer.

Send `POST /v1/assessments` for every withdrawal, show the alert, report what became of it.
Errors are problem documents (RFC 9457) and never echo a value. Ignore answer fields that you do not know.
"""

_LICENSE = {"name": "Apache License 2.0", "identifier": "Apache-2.0"}


class Refused(Exception):
    """A reply that ends the handling of a request."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def build(
    *,
    path: WithdrawalPath,
    keys: Keys,
    active: ActiveRulebook,
    health: Health,
    set_gauges: Callable[[], None],
    metrics_page: Callable[[], bytes],
    clock: Callable[[], float],
    lifespan: Lifespan[FastAPI],
) -> FastAPI:
    """The application with every route. Only `lifespan` opens and closes anything."""
    app = FastAPIOffline(
        title="Forewarn",
        version="1",
        description=_DESCRIPTION,
        license_info=_LICENSE,
        redoc_url=None,
        lifespan=lifespan,
    )
    _handle_errors(app)
    _add_withdrawal_path(app, path)
    _add_rules(app, keys, active, clock)
    _add_health(app, health, set_gauges, metrics_page)
    _answer_head(app)
    # No redirect for a trailing slash: some clients follow a 307 without the body.
    app.router.redirect_slashes = False
    app.openapi = lambda: document(app)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def response(reply: Reply) -> Response:
    headers = {name.decode(): value.decode() for name, value in reply.headers}
    return Response(reply.body, reply.status, headers, reply.content_type.decode())


def authorize(keys: Keys, request: Request, scope: str) -> Client:
    """The client of a request; Refused with 401 or 403."""
    header = request.headers.get("authorization")
    client = keys.authenticate(header.encode("latin-1") if header is not None else None)
    if client is None:
        raise Refused(problem_document.unauthorized())
    if scope not in client.scopes:
        raise Refused(problem_document.forbidden(scope))
    return client


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(Refused)
    async def refused(_: Request, error: Refused) -> Response:
        return response(error.reply)

    @app.exception_handler(HTTPException)
    @app.exception_handler(404)
    @app.exception_handler(405)
    async def http_error(_: Request, error: HTTPException) -> Response:
        made = response(problem_document.unrouted(error.status_code, str(error.detail)))
        made.headers.update(error.headers or {})
        if made.headers.get("allow") == "GET":
            made.headers["allow"] = "GET, HEAD"
        return made

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        # FastAPI validates only query parameters; `request_body.read` reads the bodies.
        errors = [
            problem_document.FieldError("", f"the query parameter {detail['loc'][-1]} {field_text(detail)}")
            for detail in error.errors()
        ]
        return response(problem_document.invalid(errors))

    @app.exception_handler(500)
    async def fault(_: Request, __: Exception) -> Response:
        return response(problem_document.problem(500, "A fault of our own."))


def _add_withdrawal_path(app: FastAPI, path: WithdrawalPath) -> None:
    async def answer(call: str, request: Request) -> Response:
        return response(await path.answer(call, request.scope, request.receive))

    @app.post("/v1/assessments", response_model=response_models.Assessment, **operation("assess"))
    async def assess(request: Request) -> Response:
        return await answer("assess", request)

    @app.post(
        "/v1/assessments/{assessment_id}/outcomes",
        response_model=response_models.Recorded,
        **operation("recordOutcome"),
    )
    async def record_outcome(
        request: Request, assessment_id: Annotated[str, Path(examples=[examples()["answer"]["assessment_id"]])]
    ) -> Response:
        return await answer("outcome", request)

    @app.post("/v1/outcomes", response_model=response_models.Results, **operation("recordOutcomes"))
    async def record_outcomes(request: Request) -> Response:
        return await answer("outcomes", request)


def _add_rules(app: FastAPI, keys: Keys, active: ActiveRulebook, clock: Callable[[], float]) -> None:
    def rulebook_for(request: Request) -> Rulebook:
        authorize(keys, request, RULES)
        if active.rulebook is None:
            raise Refused(problem_document.no_rulebook())
        return active.rulebook

    @app.get("/v1/rules", response_model=response_models.RulePage, **operation("listRules"))
    async def list_rules(
        request: Request,
        limit: Annotated[int, Query(ge=1, le=PAGE_LIMIT)] = PAGE_LIMIT,
        cursor: Annotated[str, Query(max_length=256, description="`next_cursor` of the page before")] = "",
        region: Annotated[str | None, Query(pattern=REGION_OR_GLOBAL, description="HK, or global")] = None,
    ) -> Response:
        rulebook = rulebook_for(request)
        listed = await in_slices(page(rulebook, cursor, limit, region.lower() if region else None))
        return _json(revision=rulebook.revision, rules=listed.rules, next_cursor=listed.next_cursor)

    @app.get("/v1/rules/{rule_id:path}", response_model=response_models.Rule, **operation("getRule"))
    async def get_rule(
        request: Request, rule_id: Annotated[str, Path(examples=[examples()["answer"]["matched"][-1]])]
    ) -> Response:
        rulebook = rulebook_for(request)
        if rule_id not in rulebook.by_id:
            return response(problem_document.problem(404, "The revision in force has no such rule."))
        return _json(revision=rulebook.revision, rule=describe(rulebook, rulebook.rule(rule_id)))

    @app.post("/v1/explain", response_model=response_models.Explanation, **operation("explain"))
    async def explain(
        request: Request,
        rule_id: Annotated[str | None, Query(max_length=256)] = None,
        limit: Annotated[int, Query(ge=1, le=EXPLAIN_LIMIT)] = PAGE_LIMIT,
    ) -> Response:
        rulebook = rulebook_for(request)
        asked = read(EXPLAIN, await _explain_body(request))
        if isinstance(asked, Reply):
            return response(asked)
        only = asked.get("rule_id") or rule_id
        explained = await in_slices(explanation(rulebook, asked, clock(), only, limit))
        if only is not None and not explained["rules"]:
            return response(problem_document.problem(404, "No such rule is asked about a withdrawal of this region."))
        return _json(**explained)


async def _explain_body(request: Request) -> bytes:
    content_type = request.headers.get("content-type")
    if not is_json(None if content_type is None else content_type.encode("latin-1")):
        raise Refused(problem_document.wrong_media_type())
    body = await body_of(request.scope, request.receive, ASSESSMENT_BYTES)
    if isinstance(body, Reply):
        raise Refused(body)
    return body


def _add_health(
    app: FastAPI, health: Health, set_gauges: Callable[[], None], metrics_page: Callable[[], bytes]
) -> None:
    @app.get("/healthz", **operation("healthz"))
    async def healthz() -> response_models.Alive:
        return response_models.Alive(status="alive")

    @app.get("/readyz", response_model=response_models.Readiness, **operation("readyz"))
    async def readyz() -> Response:
        return JSONResponse(health.report(), 200 if health.ready else 503)

    @app.get("/metrics", response_class=PlainTextResponse, **operation("metrics"))
    async def metrics() -> Response:
        set_gauges()
        page = await run_in_threadpool(metrics_page)  # it reads files
        return Response(page, media_type=CONTENT_TYPE_LATEST)


def _answer_head(app: FastAPI) -> None:
    """HEAD wherever GET is answered (RFC 9110, section 9.1). The OpenAPI document does not repeat each call for it."""
    for route in [route for route in app.routes if isinstance(route, APIRoute) and "GET" in (route.methods or ())]:
        app.add_api_route(route.path, route.endpoint, methods=["HEAD"], include_in_schema=False, response_model=None)


def _json(**content: object) -> Response:
    # orjson: 800 KB of rules take a millisecond of the loop, the standard library four.
    return Response(orjson.dumps(content), media_type="application/json")
