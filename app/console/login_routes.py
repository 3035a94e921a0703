"""Signing in and out."""

from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from starlette.responses import RedirectResponse

from app.console.login_sessions import LIFETIME
from app.console.page_templates import PageTemplates
from app.console.principal import Authenticator, NotAllowed, cookie_name, is_https
from app.console.wrong_keys import TooManyWrongKeys

FORM_LIMIT = 4_096  # bytes; a key has 46 characters
FIELDS_LIMIT = 8

_CROSS_SITE = "Sign in and out on this console’s own page."
_WRONG_KEY = "This key is unknown, or has neither the scope reports nor the scope rules."
_TOO_MANY = "This key is unknown, and too many wrong keys were tried. Try again in {} s. A right key works at once."
_PAGES = ("/?", "/rules", "/preview/", "/try/")


def add_login(app: FastAPI, authenticator: Authenticator, templates: PageTemplates) -> None:
    @app.get("/login", include_in_schema=False)
    async def ask_for_key(request: Request) -> Response:
        return templates.page("login.html", next=_own_page(request.query_params.get("next")))

    @app.post("/login", include_in_schema=False)
    async def sign_in(request: Request) -> Response:
        form = await _form(request)
        if form is None or is_cross_site(request):
            return templates.page("notice.html", 403, heading="Not from here", says=_CROSS_SITE)
        following = _own_page(form.get("next"))
        try:
            session_id = authenticator.sign_in(request, form.get("key", ""))
        except NotAllowed:
            session_id = None
        except TooManyWrongKeys as refusal:
            slowed = templates.page("login.html", 429, next=following, error=_TOO_MANY.format(refusal.wait))
            slowed.headers["retry-after"] = str(refusal.wait)
            return slowed
        if session_id is None:
            return templates.page("login.html", 401, next=following, error=_WRONG_KEY)
        answer = RedirectResponse(following, 303)
        name, secure = cookie_name(request), is_https(request)
        answer.set_cookie(name, session_id, int(LIFETIME), path="/", secure=secure, httponly=True, samesite="strict")
        return answer

    @app.post("/logout", include_in_schema=False)
    async def sign_out(request: Request) -> Response:
        if is_cross_site(request):
            return templates.page("notice.html", 403, heading="Not from here", says=_CROSS_SITE)
        authenticator.sign_out(request)
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(cookie_name(request), path="/", secure=is_https(request), httponly=True, samesite="strict")
        answer.headers["clear-site-data"] = '"cache"'
        return answer


def is_cross_site(request: Request) -> bool:
    """Whether the browser says that another site's page sent this request. Other clients say nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is not None and origin != f"{request.url.scheme}://{request.headers.get('host', '')}"


def _own_page(address: str | None) -> str:
    """Where to go after signing in: this console's page, never another site's."""
    own = address is not None and address.startswith(_PAGES) and not any(mark in address for mark in "\\\r\n")
    return address if address is not None and own else "/"


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a form; None where the body is no form or exceeds a limit."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM_LIMIT:
            return None
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=FIELDS_LIMIT)
    except ValueError:
        return None
    return {name: values[-1] for name, values in fields.items()}
