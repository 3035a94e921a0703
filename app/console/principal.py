"""Who asks, and what they may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from app.api.reloading_keys import Keys
from app.console.login_sessions import Sessions
from app.service.api_keys import REPORTS, RULES, Client

COOKIE = "forewarn_console"
SECURE_COOKIE = "__Host-forewarn_console"  # over HTTPS: the prefix keeps other hosts from setting it


@dataclass(frozen=True, slots=True)
class Visitor:
    """The owner of a key. `regions` is what its reports are limited to; empty is no limit."""

    name: str
    regions: Sequence[str]
    reports: bool = True
    rules: bool = False

    def may(self, scope: str) -> bool:
        return self.rules if scope == RULES else self.reports


class NotAllowed(Exception):
    """The key is known and lacks the scope. `visitor` has others; None where it has none for the console."""

    def __init__(self, visitor: Visitor | None = None) -> None:
        super().__init__()
        self.visitor = visitor


class Visitors:
    """Knows a request by its Authorization header or its session cookie."""

    def __init__(self, keys: Keys, sessions: Sessions) -> None:
        self._keys = keys
        self._sessions = sessions

    def of(self, request: Request, scope: str = REPORTS) -> Visitor | None:
        """None where nobody is known by the request. Raises NotAllowed."""
        visitor = self._asking(request)
        if visitor is not None and not visitor.may(scope):
            raise NotAllowed(visitor)
        return visitor

    def _asking(self, request: Request) -> Visitor | None:
        header = request.headers.get("authorization")
        if header is not None:
            return self._known(header.encode("latin-1"))
        session = self._sessions.find(cookie_of(request))
        return self._known(session.authorization) if session else None

    def sign_in(self, key: str) -> str | None:
        """A session for a key; None where it is none of ours. Raises NotAllowed."""
        authorization = b"Bearer " + key.strip().encode()
        return self._sessions.begin(authorization) if self._known(authorization) else None

    def sign_out(self, request: Request) -> None:
        self._sessions.end(cookie_of(request))

    def _known(self, authorization: bytes) -> Visitor | None:
        self._keys.refresh()  # a look at the file's date: 2 microseconds
        client = self._keys.authenticate(authorization)
        return visitor_of(client) if client else None


def visitor_of(client: Client) -> Visitor:
    rules = RULES in client.scopes
    if REPORTS in client.scopes:
        return Visitor(client.name, (), rules=rules)
    regions = sorted(scope.removeprefix(f"{REPORTS}:") for scope in client.scopes if scope.startswith(f"{REPORTS}:"))
    if not regions and not rules:
        raise NotAllowed
    return Visitor(client.name, regions, reports=bool(regions), rules=rules)


def secure(request: Request) -> bool:
    return request.url.scheme == "https"


def cookie_name(request: Request) -> str:
    return SECURE_COOKIE if secure(request) else COOKIE


def cookie_of(request: Request) -> str | None:
    return request.cookies.get(cookie_name(request))


def from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site's page made it send this. What is not a browser says nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is not None and origin != f"{request.url.scheme}://{request.headers.get('host', '')}"
