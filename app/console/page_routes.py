"""The dashboard's page and the static files."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from starlette.responses import RedirectResponse

from app.console import dashboard
from app.console.filter_form import FilterForm, selection_text
from app.console.login_routes import add_login
from app.console.page_templates import PageTemplates
from app.console.principal import Authenticator, NotAllowed, Principal
from app.console.query_pool import QueryPool
from app.console.reports_api import QUERY_LIMIT
from app.console.selection import asked_of, selected
from app.preview.assets import Assets
from app.reports.question import QuestionError


def add_pages(app: FastAPI, authenticator: Authenticator, queries: QueryPool, assets: Assets) -> None:
    templates = PageTemplates(assets)
    add_login(app, authenticator, templates)

    @app.get("/static/{name:path}", include_in_schema=False)
    async def static(request: Request, name: str) -> Response:
        return assets.respond(request, name)

    @app.get("/", include_in_schema=False)
    async def show_dashboard(request: Request) -> Response:
        try:
            principal = authenticator.principal(request)
        except NotAllowed as refusal:
            if refusal.principal is not None and refusal.principal.rules:
                return RedirectResponse("/rules", 303)
            principal = None
        if principal is None:
            query = request.url.query
            return RedirectResponse(f"/login?{urlencode({'next': f'/?{query}'})}" if query else "/login", 303)
        if len(request.url.query) > QUERY_LIMIT:
            return templates.page("notice.html", 414, heading="Address too long", says="Choose fewer filters.")
        return await _dashboard(request, principal, queries, templates)


async def _dashboard(request: Request, principal: Principal, queries: QueryPool, templates: PageTemplates) -> Response:
    pairs = request.query_params.multi_items()
    asked = asked_of(pairs)
    if any(not value.strip() for _, value in pairs):
        # A form also sends its empty fields; redirect to an address short enough to share.
        return RedirectResponse(f"/?{urlencode(asked, doseq=True)}" if asked else "/", 303)
    try:
        selection = selected(asked, principal, datetime.now(UTC))
    except QuestionError as error:
        return templates.page(
            "mistaken.html",
            422,
            principal=principal,
            mistakes=error.mistakes,
            sentence="This selection cannot be answered",
            form=FilterForm(asked, {}, principal),
        )
    page = await dashboard.page(queries, selection, principal)
    return templates.page(
        "dashboard.html",
        principal=principal,
        selection=selection,
        page=page,
        sentence=selection_text(selection),
        form=FilterForm({**asked, **selection.asked}, page.offered, principal),
        mistakes=(),
    )
