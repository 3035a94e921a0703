"""`forewarn preview`: the local files as users will see them, in a browser or as files."""

import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import uvicorn

from app.bundle.revision import revision_of
from app.checks.output.text_output import report
from app.commands.colours import paint
from app.commands.rule_folders import Folders, checked
from app.commands.serve import require_free
from app.console.security_headers import SecurityHeaders
from app.domain.errors import ForewarnError
from app.preview import static_files
from app.preview.edition import Edition
from app.preview.local_rules import LocalRules, examples_in, today
from app.preview.preview_site import Site

HOST = "127.0.0.1"

Say = Callable[[str], None]


def write(folders: Folders, out: Path, say: Say) -> None:
    """Raises ForewarnError where the files have errors, after saying each."""
    found = checked(folders)
    if found.bundle is None:
        say(report(found, paint))
        raise ForewarnError("The rules or texts have errors; no preview was written")
    edition = Edition.of(revision_of(found.bundle), found.bundle, examples_in(found.texts))
    count = static_files.write(edition, out, today(), f"revision {edition.revision[:19]}")
    say(f"Wrote {count} pages: {out / 'index.html'}")


def serve(folders: Folders, port: int, say: Say, *, browser: bool) -> None:
    """Until Ctrl-C. Raises ForewarnError where the port is taken."""
    require_free(HOST, port)
    url = f"http://{HOST}:{port}/"
    site = Site(LocalRules(folders.rules, folders.locales, revision_of)).application()
    server = uvicorn.Server(
        uvicorn.Config(
            SecurityHeaders(site),
            host=HOST,
            port=port,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
    )
    say(f"Preview of {folders.rules} and {folders.locales}: {url}")
    say("It follows the files as they are saved. Ctrl-C stops it.")
    if browser:
        threading.Timer(0.5, webbrowser.open, [url]).start()
    with suppress(KeyboardInterrupt):  # uvicorn raises once more the signal that stopped it
        server.run()
