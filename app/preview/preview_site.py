"""Serves the preview of local files to one person on this machine."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from app.preview.assets import Assets
from app.preview.local_rules import LocalRules, LocalState, today
from app.preview.page_links import server_links
from app.preview.preview_pages import Pages
from app.preview.rulebook_view import RulebookView

MOST_PROBLEMS = 20

Make = Callable[[RulebookView, dict[str, Any]], Response]

_HOSTS = {"127.0.0.1", "localhost", "[::1]"}


class PreviewSite:
    """Every page begins with the problems in the files."""

    def __init__(self, local: LocalRules) -> None:
        self._local = local
        self._assets = Assets()
        where = f"{local.rules} and {local.locales}"
        self._pages = Pages(server_links(self._assets.address), "standalone.html", {"where": where, "live": True})

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", lambda _: RedirectResponse("/rules", 303)),
                Route("/rules", self._rules),
                Route("/preview/{region}/{name}", self._rule),
                Route("/try/{region}", self._try),
                Route("/version", self._version),
                Route("/static/{name:path}", self._static),
            ]
        )

    async def _rules(self, request: Request) -> Response:
        def make(view: RulebookView, about: dict[str, Any]) -> Response:
            return HTMLResponse(self._pages.rules(view, request.query_params, today(), **about))

        return await self._answer(request, make)

    async def _rule(self, request: Request) -> Response:
        rule_id = f"{request.path_params['region']}/{request.path_params['name']}"

        def make(view: RulebookView, about: dict[str, Any]) -> Response:
            rule = view.rule(rule_id)
            if rule is None:
                return self._notice(404, "No such rule", f"There is no rule {rule_id}.", about)
            return HTMLResponse(self._pages.rule(view, rule, today(), **about))

        return await self._answer(request, make)

    async def _try(self, request: Request) -> Response:
        region, pairs = request.path_params["region"], request.query_params.multi_items()

        def make(view: RulebookView, about: dict[str, Any]) -> Response:
            if region not in view.rulebook.content.regions:
                return self._notice(404, "No such region", f"There is no folder rules/{region}.", about)
            return HTMLResponse(self._pages.dry_run(view, region, pairs, datetime.now(UTC), **about))

        return await self._answer(request, make)

    async def _version(self, request: Request) -> Response:
        if _foreign_host(request):
            return Response(status_code=403)
        return PlainTextResponse(await run_in_threadpool(self._local.version), headers={"cache-control": "no-store"})

    async def _static(self, request: Request) -> Response:
        return self._assets.respond(request, request.path_params["name"])

    async def _answer(self, request: Request, make: Make) -> Response:
        if _foreign_host(request):
            return Response("Open the preview at the address it printed.", 403)
        return await run_in_threadpool(self._make, make)

    def _make(self, make: Make) -> Response:
        state = self._local.current()
        about = _about(state)
        if state.view is None:
            text = "Correct the errors above, and the rules appear here."
            return self._notice(200, "Nothing to show yet", text, about)
        return make(state.view, about)

    def _notice(self, status: int, heading: str, text: str, about: dict[str, Any]) -> Response:
        return HTMLResponse(self._pages.notice(heading, text, **about), status)


def _foreign_host(request: Request) -> bool:
    """Whether the Host header is foreign. DNS rebinding could otherwise let a website read the files."""
    host = request.headers.get("host", "")
    return (host.rpartition(":")[0] or host) not in _HOSTS and host not in _HOSTS


def _about(state: LocalState) -> dict[str, Any]:
    errors = sum(1 for one in state.problems if one.problem.level == "error")
    counts = [(errors, "error"), (len(state.problems) - errors, "warning")]
    totals = [f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count]
    ordered = sorted(state.problems, key=lambda one: one.problem.level != "error")
    return {
        "version": state.version,
        "problems": ordered[:MOST_PROBLEMS],
        "more_problems": max(0, len(ordered) - MOST_PROBLEMS),
        "says_problems": " and ".join(totals) + " in the files",
        "blocked": state.blocked,
    }
