"""Who makes a request, and what they may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from app.api.reloading_keys import Keys
from app.console.login_sessions import LoginSessions
from app.console.wrong_keys import WrongKeys
from app.service.api_keys import REPORTS, RULES, Client

COOKIE = "forewarn_console"
SECURE_COOKIE = "__Host-forewarn_console"  # over HTTPS; the prefix keeps other hosts from setting it


@dataclass(frozen=True, slots=True)
class Principal:
    """The owner of a key. `regions` limits their reports; empty means no limit."""

    name: str
    regions: Sequence[str]
    reports: bool = True
    rules: bool = False

    def may(self, scope: str) -> bool:
        return self.rules if scope == RULES else self.reports


class NotAllowed(Exception):
    """The key is known but lacks the scope. `principal` is None where the key has no scope for the console at all."""

    def __init__(self, principal: Principal | None = None) -> None:
        super().__init__()
        self.principal = principal


class Authenticator:
    """Identifies requests by their Authorization header or their session cookie."""

    def __init__(self, keys: Keys, sessions: LoginSessions, wrong: WrongKeys) -> None:
        self._keys = keys
        self._sessions = sessions
        self._wrong = wrong
        self.sign_ins = 0

    def principal(self, request: Request, scope: str = REPORTS) -> Principal | None:
        """None where the request carries no known key or session.

        Raises NotAllowed where the scope is missing, and TooManyWrongKeys.
        """
        principal = self._identified(request)
        if principal is not None and not principal.may(scope):
            raise NotAllowed(principal)
        return principal

    def _identified(self, request: Request) -> Principal | None:
        header = request.headers.get("authorization")
        if header is not None:
            owner = self._owner(header.encode("latin-1"))
            if owner is None:
                self._wrong.add(_host(request))
            return owner
        session = self._sessions.find(cookie_of(request))
        return self._owner(session.authorization) if session else None

    def sign_in(self, request: Request, key: str) -> str | None:
        """The id of a new session, in the place of the request's; None for an unknown key.

        Raises NotAllowed and TooManyWrongKeys.
        """
        authorization = b"Bearer " + key.strip().encode(errors="replace")
        if self._owner(authorization) is None:
            self._wrong.add(_host(request))
            return None
        self._sessions.end(cookie_of(request))
        self.sign_ins += 1
        return self._sessions.begin(authorization)

    def sign_out(self, request: Request) -> None:
        self._sessions.end(cookie_of(request))

    def _owner(self, authorization: bytes) -> Principal | None:
        self._keys.refresh()  # checks the file's date, which takes 2 microseconds
        client = self._keys.authenticate(authorization)
        return principal_of(client) if client else None


def principal_of(client: Client) -> Principal:
    """Raises NotAllowed where the key has no scope for the console."""
    rules = RULES in client.scopes
    if REPORTS in client.scopes:
        return Principal(client.name, (), rules=rules)
    regions = sorted(scope.removeprefix(f"{REPORTS}:") for scope in client.scopes if scope.startswith(f"{REPORTS}:"))
    if not regions and not rules:
        raise NotAllowed
    return Principal(client.name, regions, reports=bool(regions), rules=rules)


def _host(request: Request) -> str | None:
    return request.client.host if request.client else None


def is_https(request: Request) -> bool:
    return request.url.scheme == "https"


def cookie_name(request: Request) -> str:
    return SECURE_COOKIE if is_https(request) else COOKIE


def cookie_of(request: Request) -> str | None:
    return request.cookies.get(cookie_name(request))
