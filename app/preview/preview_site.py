"""Serves the preview of local files to one person on this machine."""

from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from app.preview.assets import Assets
from app.preview.local_rules import LocalRules, LocalState, today
from app.preview.page_links import ServerLinks
from app.preview.preview_pages import Pages

MOST_PROBLEMS = 20

_HOSTS = {"127.0.0.1", "localhost", "[::1]"}


class PreviewSite:
    """Every page begins with the problems in the files."""

    def __init__(self, local: LocalRules) -> None:
        self._local = local
        self._assets = Assets()
        where = f"{local.rules} and {local.locales}"
        self._pages = Pages(ServerLinks(self._assets.address), "standalone.html", {"where": where, "live": True})

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
        state = await self._state(request)
        if isinstance(state, Response):
            return state
        if state.view is None:
            return self._nothing(state)
        return _page(self._pages.rules(state.view, request.query_params, today(), **_about(state)))

    async def _rule(self, request: Request) -> Response:
        state = await self._state(request)
        if isinstance(state, Response):
            return state
        if state.view is None:
            return self._nothing(state)
        rule_id = f"{request.path_params['region']}/{request.path_params['name']}"
        rule = state.view.rule(rule_id)
        if rule is None:
            return _page(self._pages.notice("No such rule", f"There is no rule {rule_id}.", **_about(state)), 404)
        return _page(await run_in_threadpool(self._pages.rule, state.view, rule, today(), **_about(state)))

    async def _try(self, request: Request) -> Response:
        state = await self._state(request)
        if isinstance(state, Response):
            return state
        if state.view is None:
            return self._nothing(state)
        region = request.path_params["region"]
        if region not in state.view.rulebook.content.regions:
            return _page(
                self._pages.notice("No such region", f"There is no folder rules/{region}.", **_about(state)), 404
            )
        pairs = request.query_params.multi_items()
        made = await run_in_threadpool(
            self._pages.dry_run, state.view, region, pairs, datetime.now(UTC), **_about(state)
        )
        return _page(made)

    async def _version(self, request: Request) -> Response:
        if _foreign_host(request):
            return Response(status_code=403)
        return PlainTextResponse(await run_in_threadpool(self._local.version), headers={"cache-control": "no-store"})

    async def _static(self, request: Request) -> Response:
        return self._assets.respond(request, request.path_params["name"])

    async def _state(self, request: Request) -> LocalState | Response:
        if _foreign_host(request):
            return Response("Open the preview at the address it printed.", 403)
        return await run_in_threadpool(self._local.current)

    def _nothing(self, state: LocalState) -> Response:
        text = "Correct the errors above, and the rules appear here."
        return _page(self._pages.notice("Nothing to show yet", text, **_about(state)))


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


def _page(html: str, status: int = 200) -> Response:
    return HTMLResponse(html, status)
