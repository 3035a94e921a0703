"""Options of uvicorn, for the service, the console and the services that the benchmarks compare with."""

from collections.abc import Mapping
from typing import Any

from app.server.listener import BACKLOG

# Our own logs instead of uvicorn's, no header that names it, and no WebSocket.
QUIET: Mapping[str, Any] = {"access_log": False, "log_config": None, "server_header": False, "ws": "none"}

UVICORN: Mapping[str, Any] = {
    "loop": "uvloop",
    "http": "httptools",
    **QUIET,
    "backlog": BACKLOG,
    # Longer than the usual 60 s of load balancers, so that they close the connection, not we.
    "timeout_keep_alive": 75,
    "timeout_graceful_shutdown": 10,
}
