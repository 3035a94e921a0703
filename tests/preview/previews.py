"""A preview of local files, over real HTTP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from app.bundle.revision import revision_of
from app.console.security_headers import SecurityHeaders
from app.preview.local_rules import LocalRules
from app.preview.preview_site import PreviewSite
from tests.deployment import free_port
from tests.waiting import wait_until


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a preview of `rules` and `locales` in this folder."""
    port = free_port()
    site = PreviewSite(LocalRules(folder / "rules", folder / "locales", revision_of)).application()
    settings = uvicorn.Config(SecurityHeaders(site), "127.0.0.1", port, log_config=None, access_log=False)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)
