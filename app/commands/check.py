"""`forewarn check`: every problem in rules and texts, as text, GitHub annotations, JSON or SARIF."""

import os
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import click

from app.authoring.problem_codes import Level
from app.checks.checker import Checked
from app.checks.output import checks_page
from app.checks.output.github_annotations import annotations, step_summary
from app.checks.output.json_output import as_json
from app.checks.output.relocation import seen_from
from app.checks.output.sarif import as_sarif
from app.checks.output.text_output import report, summary, unpainted
from app.commands import change_check, rule_folders
from app.commands.colours import paint
from app.commands.options import DAY, folder_options, out_file, output_format
from app.commands.rule_folders import Folders

_PAGE = "docs/checks.md"


@click.command()
@folder_options
@click.option("--strict", is_flag=True, help="Fail on warnings too, as pull requests do.")
@click.option("--since", "base", metavar="BASE", help="Count only what changed since this branch left BASE.")
@click.option("--today", type=DAY, help="Pretend that it is this day.  [default: today, UTC]")
@output_format("text", "github", "json", "sarif", help="Output format; github annotates a pull request.")
@out_file
@click.option("--accepted", is_flag=True, help="Also list the warnings that the files accept, with their reasons.")
@click.option("--explain", "code", metavar="CODE", help="Explain one check, such as missing-example, and exit.")
def check(
    *,
    rules: Path | None,
    locales: Path | None,
    form: str,
    out: Path | None,
    code: str | None,
    base: str | None,
    today: datetime | None,
    strict: bool,
    accepted: bool,
) -> None:
    """Report every problem in the rules and texts.

    Each problem comes with its place and what to write instead. An error is something that cannot be loaded, or that
    would show a user a wrong or empty text; errors block `publish`. Everything else is a warning. docs/checks.md
    explains each check.

    BASE is a branch, a tag or a commit. What was wrong there already is listed, but fails nobody: a contact that is
    overdue in one region must not stop a sentence of another.
    """
    if code is not None:
        click.echo(checks_page.in_terminal(code, paint))
        return
    folders = rule_folders.find(rules, locales)
    day = today.date() if today else rule_folders.today()
    found = rule_folders.checked(folders, day)
    if base is not None:
        found = change_check.since(base, folders, found, day)
    written = _written(found, folders, form, accepted=accepted, coloured=out is None)
    if out is None:
        click.echo(written)
    else:
        out.write_text(written + "\n", encoding="utf-8")
        click.echo(summary(found, paint))
    if any(strict or problem.level is Level.ERROR for problem in found.counted):
        sys.exit(1)


def _written(found: Checked, folders: Folders, form: str, *, accepted: bool, coloured: bool) -> str:
    """The problems in this format.

    `github` also appends every problem to the file that GITHUB_STEP_SUMMARY names: annotations show only the first few.
    """
    if form == "text":
        return report(found, paint if coloured else unpainted, accepted=accepted)
    seen = seen_from(rule_folders.repository(folders) or Path.cwd(), found)
    if form == "json":
        return as_json(seen)
    if form == "sarif":
        return as_sarif(seen, version("forewarn"), _page_url())
    if step := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(step).open("a", encoding="utf-8") as file:
            file.write(step_summary(seen, _page_url()))
    return annotations(seen)


def _page_url() -> str | None:
    """The address of docs/checks.md where GitHub's variables name the repository and the commit."""
    parts = [os.environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")]
    return f"{parts[0]}/{parts[1]}/blob/{parts[2]}/{_PAGE}" if all(parts) else None
