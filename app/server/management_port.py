"""Health and metrics on a port of their own, so that only the operator's network reaches them."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.api import problem_document
from app.api.health import MANAGEMENT
from app.api.service_app import response

# What the management port answers. The public one keeps the first two for load balancers.
_HEALTH = ("/healthz", "/readyz")
_PATHS = (*_HEALTH, "/metrics")


class ManagementPort:
    """Answers a request of the other port with 404. The state of a connection says from which port it came."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            hidden = path not in _PATHS if scope["state"][MANAGEMENT] else path == "/metrics"
            if hidden:
                await response(problem_document.problem(404, "There is nothing here."))(scope, receive, send)
                return
        await self._app(scope, receive, send)
