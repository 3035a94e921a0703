"""The console's application: pages, the reports API, health. `lifespan` opens and closes its resources."""

import logging
from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, Response
from starlette.types import ASGIApp, Lifespan

from app.api import problem_document
from app.console.console_metrics import ConsoleMetrics
from app.console.page_routes import add_pages
from app.console.principal import Authenticator, NotAllowed
from app.console.published_rules import PublishedRules
from app.console.query_pool import QueryPool
from app.console.reports_api import add_reports, response
from app.console.rules_routes import add_rule_pages
from app.console.security_headers import SecurityHeaders
from app.console.wrong_keys import TooManyWrongKeys
from app.preview.assets import Assets
from app.service.api_keys import REPORTS

STATIC = Path(__file__).parent / "static"

log = logging.getLogger(__name__)


def build(
    *,
    authenticator: Authenticator,
    queries: QueryPool,
    rules: PublishedRules,
    ready: Callable[[], dict[str, object]],
    metrics: ConsoleMetrics,
    lifespan: Lifespan[FastAPI],
) -> ASGIApp:
    """`ready` gives the body of /readyz."""
    app = FastAPI(
        title="Forewarn console",
        version="1",
        description="Warnings and what people did after them. Keys need the scope `reports`, `reports:XX` or `rules`.",
        docs_url=None,  # its page needs inline scripts, which the content security policy forbids
        redoc_url=None,
        lifespan=lifespan,
    )
    _handle_errors(app)
    add_reports(app, authenticator, queries)
    assets = Assets(STATIC)
    add_pages(app, authenticator, queries, assets)
    add_rule_pages(app, authenticator, rules, assets)

    @app.get("/healthz", include_in_schema=False)
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", include_in_schema=False)
    def is_ready(answer: Response) -> dict[str, object]:
        status = ready()
        answer.status_code = 503 if status["status"] == "not ready" else 200
        return status

    @app.get("/metrics", include_in_schema=False)
    async def show_metrics(request: Request) -> Response:
        """For keys that may read every region's reports: partners reach the console too."""
        try:
            principal = authenticator.principal(request)
        except NotAllowed:
            return response(problem_document.forbidden(REPORTS))
        if principal is None:
            return response(problem_document.unauthorized())
        if principal.regions:
            return response(problem_document.forbidden(REPORTS))
        return Response(metrics.page(), media_type="text/plain; version=0.0.4")

    return SecurityHeaders(app)


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(HTTPException)
    @app.exception_handler(404)
    @app.exception_handler(405)
    async def http_error(_: Request, error: HTTPException) -> Response:
        made = response(problem_document.unrouted(error.status_code, str(error.detail)))
        made.headers.update(error.headers or {})
        return made

    @app.exception_handler(TooManyWrongKeys)
    async def too_many(_: Request, error: TooManyWrongKeys) -> Response:
        waits = ((b"retry-after", str(error.wait).encode()),)
        return response(problem_document.problem(429, "This key is unknown: too many wrong keys.", headers=waits))

    @app.exception_handler(500)
    async def fault(_: Request, error: Exception) -> Response:
        log.error("Internal error", exc_info=error)
        return response(problem_document.problem(500, "A fault of our own."))
