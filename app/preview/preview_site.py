"""The preview of local files over HTTP, for one person on one machine."""

from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from app.preview.assets import Assets
from app.preview.local_rules import LocalRules, Look, today
from app.preview.preview_pages import Pages, Served

MOST_PROBLEMS = 20

_HOSTS = {"127.0.0.1", "localhost", "[::1]"}


class Site:
    """Every page begins with what is wrong in the files."""

    def __init__(self, local: LocalRules) -> None:
        self._local = local
        self._assets = Assets()
        where = f"{local.rules} and {local.locales}"
        self._pages = Pages(Served(self._assets.address), "standalone.html", {"where": where, "live": True})

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
        look = await self._look(request)
        if isinstance(look, Response):
            return look
        if look.edition is None:
            return self._nothing(look)
        return _page(self._pages.rules(look.edition, request.query_params, today(), **_about(look)))

    async def _rule(self, request: Request) -> Response:
        look = await self._look(request)
        if isinstance(look, Response):
            return look
        if look.edition is None:
            return self._nothing(look)
        rule_id = f"{request.path_params['region']}/{request.path_params['name']}"
        rule = look.edition.rule(rule_id)
        if rule is None:
            return _page(self._pages.notice("No such rule", f"There is no rule {rule_id}.", **_about(look)), 404)
        return _page(await run_in_threadpool(self._pages.rule, look.edition, rule, today(), **_about(look)))

    async def _try(self, request: Request) -> Response:
        look = await self._look(request)
        if isinstance(look, Response):
            return look
        if look.edition is None:
            return self._nothing(look)
        region = request.path_params["region"]
        if region not in look.edition.rulebook.content.regions:
            return _page(
                self._pages.notice("No such region", f"There is no folder rules/{region}.", **_about(look)), 404
            )
        asked = request.query_params.multi_items()
        made = await run_in_threadpool(
            self._pages.trial, look.edition, region, asked, datetime.now(UTC), **_about(look)
        )
        return _page(made)

    async def _version(self, request: Request) -> Response:
        if _from_elsewhere(request):
            return Response(status_code=403)
        return PlainTextResponse(await run_in_threadpool(self._local.version), headers={"cache-control": "no-store"})

    async def _static(self, request: Request) -> Response:
        return self._assets.respond(request, request.path_params["name"])

    async def _look(self, request: Request) -> Look | Response:
        if _from_elsewhere(request):
            return Response("Open the preview by the address that it printed.", 403)
        return await run_in_threadpool(self._local.current)

    def _nothing(self, look: Look) -> Response:
        says = "Once the errors above are mended, the rules appear here by themselves."
        return _page(self._pages.notice("Nothing to show yet", says, **_about(look)))


def _from_elsewhere(request: Request) -> bool:
    """Whether the address is another name for this machine: a site could give itself one to read the files."""
    host = request.headers.get("host", "")
    return (host.rpartition(":")[0] or host) not in _HOSTS and host not in _HOSTS


def _about(look: Look) -> dict[str, Any]:
    errors = sum(1 for one in look.problems if one.problem.level == "error")
    counts = [(errors, "error"), (len(look.problems) - errors, "warning")]
    told = [f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count]
    ordered = sorted(look.problems, key=lambda one: one.problem.level != "error")
    return {
        "version": look.version,
        "problems": ordered[:MOST_PROBLEMS],
        "more_problems": max(0, len(ordered) - MOST_PROBLEMS),
        "says_problems": " and ".join(told) + " in the files",
        "blocked": look.blocked,
    }


def _page(html: str, status: int = 200) -> Response:
    return HTMLResponse(html, status)
