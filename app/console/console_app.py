"""The console's application: pages, the reports API, health. It opens nothing and closes nothing: `lifespan` does."""

import logging
from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, Response
from starlette.types import ASGIApp, Lifespan

from app.api import problem_document
from app.console.page_routes import add_pages
from app.console.principal import Visitors
from app.console.published_rules import RulesInForce
from app.console.query_pool import Answers
from app.console.reports_api import add_reports, response
from app.console.rules_routes import add_rule_pages
from app.console.security_headers import SecurityHeaders
from app.preview.assets import Assets

STATIC = Path(__file__).parent / "static"

log = logging.getLogger(__name__)


def build(
    *,
    visitors: Visitors,
    answers: Answers,
    rules: RulesInForce,
    ready: Callable[[], dict[str, object]],
    lifespan: Lifespan[FastAPI],
) -> ASGIApp:
    """`ready` says what /readyz says."""
    app = FastAPI(
        title="Forewarn console",
        version="1",
        description="Warnings and what people did after them. Keys carry the scope `reports`, `reports:XX` or `rules`.",
        docs_url=None,  # its page needs inline scripts, which our policy forbids
        redoc_url=None,
        lifespan=lifespan,
    )
    _handle_errors(app)
    add_reports(app, visitors, answers)
    assets = Assets(STATIC)
    add_pages(app, visitors, answers, assets)
    add_rule_pages(app, visitors, rules, assets)

    @app.get("/healthz", include_in_schema=False)
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", include_in_schema=False)
    def is_ready(answer: Response) -> dict[str, object]:
        says = ready()
        answer.status_code = 503 if says["status"] == "not ready" else 200
        return says

    return SecurityHeaders(app)


def _handle_errors(app: FastAPI) -> None:
    @app.exception_handler(HTTPException)
    @app.exception_handler(404)
    @app.exception_handler(405)
    async def http_error(_: Request, error: HTTPException) -> Response:
        details = {404: "There is nothing here.", 405: "This path does not answer this method."}
        made = response(problem_document.problem(error.status_code, details.get(error.status_code, str(error.detail))))
        made.headers.update(error.headers or {})
        return made

    @app.exception_handler(500)
    async def fault(_: Request, error: Exception) -> Response:
        log.error("A fault of our own", exc_info=error)
        return response(problem_document.problem(500, "A fault of our own."))
