"""`forewarn contacts`: what time brings, for whoever owns it: contacts to verify again, and rules whose period ends."""

import sys
from datetime import datetime
from pathlib import Path

import click

from app.authoring.drafts import draft
from app.authoring.source_files import read_sources
from app.commands import rule_folders
from app.commands.options import DAY, folder_options, out_file, output_format, write_output
from app.commands.rule_folders import Folders
from app.review import approvers, due_list

_CODEOWNERS = ".github/CODEOWNERS"


@click.command()
@click.option("--due", "days", type=click.IntRange(0, 3660), default=30, show_default=True, help="Days ahead.")
@click.option("--today", type=DAY, help="Pretend that it is this day.  [default: today, UTC]")
@output_format("text", "markdown")
@out_file
@folder_options
def contacts(
    *, days: int, today: datetime | None, form: str, out: Path | None, rules: Path | None, locales: Path | None
) -> None:
    """List the contacts that must be verified again soon, and the rules whose period ends.

    By region, with the owners that .github/CODEOWNERS names. Fails if a contact is overdue or a period is over: unlike
    `check`, which must not stop a change because of a day.
    """
    folders = rule_folders.find(rules, locales)
    day = today.date() if today else rule_folders.today()
    found = due_list.due(draft(read_sources(folders.rules, folders.locales)), day, days)
    written = due_list.as_markdown if form == "markdown" else due_list.as_text
    write_output(written(found, day, _owners(folders)).rstrip("\n") + "\n", out)
    if any(each.is_over(day) for each in found):
        sys.exit(1)


def _owners(folders: Folders) -> due_list.Owners:
    """By the CODEOWNERS of the repository with the rules; nobody where there is none."""
    root = rule_folders.repository(folders)
    file = root / _CODEOWNERS if root else None
    if root is None or file is None or not file.is_file():
        return lambda _: ()
    lines = file.read_text(encoding="utf-8")
    top = root.resolve()

    def owners(path: str) -> list[str]:
        return approvers.owners_of(Path(path).resolve().relative_to(top).as_posix(), lines)

    return owners
