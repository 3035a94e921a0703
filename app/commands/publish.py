"""`forewarn publish`: checks the local rules and puts them in force."""

from collections.abc import Callable
from pathlib import Path

import click

from app import settings
from app.bundle.decode import decode_all
from app.bundle.refusal import BundleError
from app.checks.output.text_output import report
from app.commands import rule_folders
from app.commands.colours import paint
from app.commands.options import folder_options
from app.domain.bundle import Bundle
from app.domain.errors import ForewarnError
from app.storage.bundle_store import BundleStore, Published
from app.storage.redis_client import connect_sync
from app.storage.storage_errors import BundleMissing, PointerError


class NotPublished(ForewarnError):
    """The rules have errors, or leave a region without any; nothing was changed."""


@click.command()
@folder_options
@click.option("--by", help="Who publishes.  [default: git's user.email, or else the user of this machine]")
@click.option("--without", multiple=True, help="A region that may lose all of its rules, such as hk; repeatable.")
def publish(rules: Path | None, locales: Path | None, by: str | None, without: tuple[str, ...]) -> None:
    """Check the rules and put them in force.

    Every worker uses them within a second. The bundle is stored under the hash of its content; the log records who
    published it, when and from which commit. If a region would lose all of its rules, nothing is published unless you
    name it with --without.
    """
    url = settings.redis_url(settings.load())
    done = run(rule_folders.find(rules, locales), url, by=by, say=click.echo, without=frozenset(without))
    if done.changed:
        click.echo(f"In force: {done.revision}" + (f"\nBefore:   {done.previous}" if done.previous else ""))
    else:
        click.echo(f"Nothing changed: {done.revision} is already in force; announced again.")


def run(
    folders: rule_folders.Folders,
    url: str,
    *,
    by: str | None,
    say: Callable[[str], None],
    without: frozenset[str] | None = None,
) -> Published:
    """Checks and publishes. Raises NotPublished after listing every error; warnings are counted, not listed.

    `without` has the regions that may lose all of their rules; None stands for every region.
    """
    found = rule_folders.checked(folders)
    if found.bundle is None or found.content is None:
        say(report(found, paint))
        raise NotPublished(f"{_count(len(found.errors), 'error')} in the rules or texts; nothing was published")
    if found.warnings:
        say(f"Check      {_count(len(found.warnings), 'warning')}; `forewarn check` lists them")
    commit = rule_folders.commit_of(folders.rules)
    store = BundleStore(connect_sync(url))
    emptied = sorted(_with_rules_in_force(store) - _with_rules(found.content))
    if without is not None and not without.issuperset(emptied):
        raise NotPublished(
            f"In force are rules for {', '.join(emptied)}, and there would be none; nothing was published. "
            f"If you mean it: forewarn publish{''.join(f' --without {region}' for region in emptied)}"
        )
    if emptied:
        say(f"Rules      none any more for {', '.join(emptied)}")
    return store.publish(found.bundle, by=by or rule_folders.author(), commit=commit, at=rule_folders.now())


def _with_rules_in_force(store: BundleStore) -> set[str]:
    """Empty where no bundle is in force, or none that can be read: publishing is what mends that."""
    try:
        revision = store.current()
        return _with_rules(decode_all(store.fetch(revision))) if revision else set()
    except (BundleError, BundleMissing, PointerError):
        return set()


def _with_rules(content: Bundle) -> set[str]:
    return {rule.region for rule in content.rules if rule.enabled}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
