"""`forewarn contacts`: the contacts whose verification is due."""

import sys
from datetime import datetime
from pathlib import Path

import click

from app.authoring.drafts import draft
from app.authoring.source_files import read_sources
from app.commands import rule_folders
from app.commands.options import DAY, folder_options, out_file, output_format, write_output
from app.review import due_contacts


@click.command()
@click.option("--due", "days", type=click.IntRange(0, 3660), default=30, show_default=True, help="Days ahead.")
@click.option("--today", type=DAY, help="Pretend that it is this day.  [default: today, UTC]")
@output_format("text", "markdown")
@out_file
@folder_options
def contacts(
    *, days: int, today: datetime | None, form: str, out: Path | None, rules: Path | None, locales: Path | None
) -> None:
    """List the contacts that must be verified again soon.

    Fails if one is overdue.
    """
    folders = rule_folders.find(rules, locales)
    day = today.date() if today else rule_folders.today()
    found = due_contacts.due(draft(read_sources(folders.rules, folders.locales)), day, days)
    write_output(
        due_contacts.as_markdown(found, day) if form == "markdown" else due_contacts.as_text(found, day) + "\n", out
    )
    if due_contacts.overdue(found, day):
        sys.exit(1)
