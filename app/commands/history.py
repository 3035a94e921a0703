"""`forewarn history`: the log of publications and rollbacks."""

import json
from dataclasses import asdict

import click

from app import settings
from app.domain.invisible import visible
from app.reports.text_table import text_table
from app.storage.bundle_store import BundleStore
from app.storage.redis_client import connect_sync


@click.command()
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Entries, newest first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; `current` is true for the revision in force.")
def history(limit: int, *, as_json: bool) -> None:
    """List who published or rolled back which revision, and when.

    Each entry names the commit that was published. The revision in force is marked.
    """
    entries = BundleStore(connect_sync(settings.redis_url(settings.load()))).history(limit)
    if as_json:
        click.echo(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=2))
        return
    if not entries:
        click.echo("Nothing has been published yet.")
        return
    rows = [
        [
            visible(entry.at),
            visible(entry.action),
            visible(entry.revision[:19]),
            visible(entry.by),
            visible(f"commit {entry.commit[:12]}{entry.commit[40:]}") if entry.commit else "",
            click.style("* in force", fg="green") if entry.current else "",
        ]
        for entry in entries
    ]
    click.echo(text_table([], rows))
