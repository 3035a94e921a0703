"""`forewarn new`: writes a new rule and its texts from a template, and says what to do next."""

from pathlib import Path

import click

from app.authoring.new_rule import new_rule
from app.commands.options import folder_options
from app.storage.atomic_file import write_atomically


@click.command()
@click.argument("rule_id", metavar="REGION/NAME")
@click.option("--typology", help="The kind of scam, such as investment; rules/typologies.yaml lists them.")
@folder_options
def new(rule_id: str, typology: str | None, rules: Path | None, locales: Path | None) -> None:
    """Start a rule from a template.

    For REGION/NAME, such as hk/parcel-scam, it writes a rule file with explanations and an entry for the text in each
    language. Write what is marked FILL IN; until then nothing can be published.
    """
    # Never into the bundled samples: a rule there would be lost with the next upgrade.
    made = new_rule(rules or Path("rules"), locales or Path("locales"), rule_id, typology)
    _write(dict(made.files))
    click.echo(f"New rule   {made.rule_file}")
    for path in made.text_files:
        click.echo(f"Its text   {path}")
    click.echo("\nNext:")
    click.echo("  1. Write what is marked FILL IN in each of these files.")
    click.echo("  2. Run `forewarn preview`: it lists what is missing as you save, then shows the alerts.")
    click.echo("  3. When `forewarn check --strict` reports nothing, open a pull request.")


def _write(files: dict[Path, bytes]) -> None:
    """Raises OSError where one cannot be written; then every file is as it was."""
    before = {path: path.read_bytes() if path.exists() else None for path in files}
    try:
        for path, content in files.items():
            write_atomically(path, content)
    except OSError:
        for path, content_before in before.items():
            if content_before is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != content_before:
                write_atomically(path, content_before)
        raise
