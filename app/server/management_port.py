"""Health and metrics on a port of their own, so that only the operator's network reaches them."""

from starlette.types import ASGIApp, Receive, Scope, Send

from app.api import problem_document
from app.api.health import MANAGEMENT, METRICS, PATHS
from app.api.service_app import response


class ManagementPort:
    """Answers a request of the other port with 404. The state of a connection says from which port it came.

    The public port keeps all but the metrics: a load balancer asks the port that it sends traffic to.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            hidden = path not in PATHS if scope["state"][MANAGEMENT] else path == METRICS
            if hidden:
                await response(problem_document.unrouted(404))(scope, receive, send)
                return
        await self._app(scope, receive, send)
