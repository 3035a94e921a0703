"""`forewarn rollback`: puts an earlier revision of the rules back in force."""

import click

from app import settings
from app.commands import rule_folders
from app.storage.bundle_store import BundleStore
from app.storage.redis_client import connect_sync


@click.command()
@click.argument("revision", required=False)
@click.option("--by", help="Who rolls back.  [default: git's user.email, or else the user of this machine]")
def rollback(revision: str | None, by: str | None) -> None:
    """Put an earlier revision of the rules back in force.

    REVISION is a revision or its first digits; without it, the one before the present. `forewarn history` lists them;
    the last 50 are kept.
    """
    store = BundleStore(connect_sync(settings.redis_url(settings.load())))
    done = store.rollback(revision, by=by or rule_folders.author(), at=rule_folders.now())
    click.echo(f"In force: {done.revision}" if done.changed else f"Nothing changed: {done.revision} is in force.")
