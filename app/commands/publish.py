"""`forewarn publish`: checks the local rules and puts them in force."""

from collections.abc import Callable
from pathlib import Path

import click

from app import settings
from app.checks.output.text_output import report
from app.commands import rule_folders
from app.commands.colours import paint
from app.commands.options import folder_options
from app.domain.errors import ForewarnError
from app.storage.bundle_store import BundleStore, Published
from app.storage.redis_client import connect_sync


class NotPublished(ForewarnError):
    """The rules have errors; nothing was changed."""


@click.command()
@folder_options
@click.option("--by", help="Who publishes.  [default: git's user.email, or else the user of this machine]")
def publish(rules: Path | None, locales: Path | None, by: str | None) -> None:
    """Check the rules and put them in force.

    Every worker uses them within a second. The bundle is stored under the hash of its content; the log records who
    published it, when and from which commit.
    """
    done = run(rule_folders.find(rules, locales), settings.redis_url(settings.load()), by=by, say=click.echo)
    if done.changed:
        click.echo(f"In force: {done.revision}" + (f"\nBefore:   {done.previous}" if done.previous else ""))
    else:
        click.echo(f"Nothing changed: {done.revision} is already in force; announced again.")


def run(folders: rule_folders.Folders, url: str, *, by: str | None, say: Callable[[str], None]) -> Published:
    """Checks and publishes. Raises NotPublished after listing every error; warnings are counted, not listed."""
    found = rule_folders.checked(folders)
    if found.bundle is None:
        say(report(found, paint))
        raise NotPublished(f"{_count(len(found.errors), 'error')} in the rules or texts; nothing was published")
    if found.warnings:
        say(f"Check      {_count(len(found.warnings), 'warning')}; `forewarn check` lists them")
    commit = rule_folders.commit_of(folders.rules)
    store = BundleStore(connect_sync(url))
    return store.publish(found.bundle, by=by or rule_folders.author(), commit=commit, at=rule_folders.now())


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
