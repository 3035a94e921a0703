"""`forewarn preview`: the local files as users will see them, in a browser or as files."""

import threading
import webbrowser
from contextlib import suppress
from pathlib import Path

import click
import uvicorn

from app.bundle.revision import revision_of
from app.checks.output.text_output import report
from app.commands.colours import paint
from app.commands.options import FOLDER, PORT, folder_options
from app.commands.rule_folders import Folders, checked, find
from app.console.security_headers import SecurityHeaders
from app.domain.errors import ForewarnError
from app.preview import static_files
from app.preview.local_rules import LocalRules, examples_in, today
from app.preview.preview_site import PreviewSite
from app.preview.rulebook_view import RulebookView
from app.server.listener import require_free
from app.server.uvicorn_options import QUIET

HOST = "127.0.0.1"


@click.command()
@click.option("--port", type=PORT, default=8002, show_default=True, help="Port of the preview.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option("--out", type=FOLDER, help="Write static pages to this folder and exit.")
@folder_options
def preview(port: int, out: Path | None, rules: Path | None, locales: Path | None, *, no_browser: bool) -> None:
    """Show every rule's alerts as users will see them.

    Opens a browser on 127.0.0.1, where withdrawals can be tried too. Uses the local files, without Redis. The page
    updates when a file is saved, and lists the errors in the files first.
    """
    folders = find(rules, locales)
    if out is not None:
        _write(folders, out)
    else:
        _serve(folders, port, browser=not no_browser)


def _write(folders: Folders, out: Path) -> None:
    """Raises ForewarnError after listing every error in the files."""
    found = checked(folders)
    if found.bundle is None:
        click.echo(report(found, paint))
        raise ForewarnError("The rules or texts have errors; no preview was written")
    view = RulebookView.of(revision_of(found.bundle), found.bundle, examples_in(found.texts), found.behind)
    count = static_files.write(view, out, today(), f"revision {view.revision[:19]}")
    click.echo(f"Wrote {count} pages: {out / 'index.html'}")


def _serve(folders: Folders, port: int, *, browser: bool) -> None:
    """Runs until Ctrl-C. Raises ForewarnError if the port is in use."""
    require_free(HOST, port)
    url = f"http://{HOST}:{port}/"
    site = PreviewSite(LocalRules(folders.rules, folders.locales, revision_of)).application()
    config = uvicorn.Config(SecurityHeaders(site), host=HOST, port=port, timeout_graceful_shutdown=1, **QUIET)
    server = uvicorn.Server(config)
    click.echo(f"Preview of {folders.rules} and {folders.locales}: {url}")
    click.echo("It updates when a file is saved. Ctrl-C stops it.")
    if browser:
        threading.Timer(0.5, webbrowser.open, [url]).start()
    with suppress(KeyboardInterrupt):  # uvicorn re-raises the signal that stopped it
        server.run()
