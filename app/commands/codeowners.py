"""`forewarn codeowners`: who must approve a change to which files."""

from pathlib import Path

import click

from app.authoring.drafts import draft
from app.authoring.source_files import read_sources
from app.commands import rule_folders
from app.commands.options import folder_options
from app.review import approvers


@click.command()
@click.option("--organisation", required=True, help="The GitHub organisation whose teams own the files.")
@folder_options
def codeowners(organisation: str, rules: Path | None, locales: Path | None) -> None:
    """Print .github/CODEOWNERS for the regions.

    Each region's folders go to its partner's team, its contacts to another team.
    """
    folders = rule_folders.find(rules, locales)
    regions = draft(read_sources(folders.rules, folders.locales)).regions
    click.echo(approvers.codeowners(regions, organisation), nl=False)
