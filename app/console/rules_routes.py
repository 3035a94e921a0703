"""The console's pages about the rules in force, for keys with the scope `rules`."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from jinja2 import FileSystemLoader
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse

from app.console.overdue_list import overdue_list
from app.console.principal import Authenticator, NotAllowed, Principal
from app.console.published_rules import PublishedRules
from app.preview.assets import Assets
from app.preview.page_links import server_links
from app.preview.preview_pages import Pages
from app.preview.rulebook_view import RulebookView
from app.service.api_keys import RULES

QUERY_LIMIT = 8_192

_TEMPLATES = Path(__file__).parent / "templates"

Make = Callable[[RulebookView, dict[str, Any]], Response]


class RulePages:
    def __init__(self, authenticator: Authenticator, rules: PublishedRules, assets: Assets) -> None:
        self._authenticator = authenticator
        self._rules = rules
        shared = {"live": False, "here": "rules"}
        self._pages = Pages(server_links(assets.address), "base.html", shared, FileSystemLoader(_TEMPLATES))

    async def listed(self, request: Request) -> Response:
        def make(view: RulebookView, about: dict[str, Any]) -> Response:
            overdue = overdue_list(view, about["principal"].regions, _today())
            return HTMLResponse(self._pages.rules(view, request.query_params, _today(), overdue=overdue, **about))

        return await self._answer(request, make)

    async def one(self, request: Request, region: str, name: str) -> Response:
        def make(view: RulebookView, about: dict[str, Any]) -> Response:
            rule = view.rule(f"{region}/{name}")
            if rule is None:
                return self._notice(404, "No such rule", "No rule with this name is in force.", about)
            return HTMLResponse(self._pages.rule(view, rule, _today(), **about))

        return await self._answer(request, make)

    async def trial(self, request: Request, region: str) -> Response:
        def make(view: RulebookView, about: dict[str, Any]) -> Response:
            if region not in view.rulebook.content.regions:
                return self._notice(404, "No such region", "No region with this name has rules in force.", about)
            asked = request.query_params.multi_items()
            return HTMLResponse(self._pages.dry_run(view, region, asked, datetime.now(UTC), **about))

        return await self._answer(request, make)

    async def _answer(self, request: Request, make: Make) -> Response:
        principal = self._principal(request)
        if isinstance(principal, Response):
            return principal
        if len(request.url.query) > QUERY_LIMIT:
            return self._notice(414, "Address too long", "Fill in fewer fields.", {"principal": principal})
        return await run_in_threadpool(self._make, principal, make)

    def _make(self, principal: Principal, make: Make) -> Response:
        now = self._rules.now()
        about = {"principal": principal, "notice": now.notice}
        if now.view is None:
            return self._notice(503, "No rules to show", now.notice or "", about)
        return make(now.view, about)

    def _principal(self, request: Request) -> Principal | Response:
        try:
            principal = self._authenticator.principal(request, RULES)
        except NotAllowed as refusal:
            says = "Your key cannot read rules: it needs the scope “rules”."
            return self._notice(403, "Not with this key", says, {"principal": refusal.principal})
        if principal is not None:
            return principal
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/login?{urlencode({'next': request.url.path + query})}", 303)

    def _notice(self, status: int, heading: str, says: str, about: dict[str, Any]) -> Response:
        return HTMLResponse(self._pages.notice(heading, says, **about), status)


def add_rule_pages(app: FastAPI, authenticator: Authenticator, rules: PublishedRules, assets: Assets) -> None:
    pages = RulePages(authenticator, rules, assets)
    app.get("/rules", include_in_schema=False)(pages.listed)
    app.get("/preview/{region}/{name}", include_in_schema=False)(pages.one)
    app.get("/try/{region}", include_in_schema=False)(pages.trial)


def _today() -> date:
    return datetime.now(UTC).date()
