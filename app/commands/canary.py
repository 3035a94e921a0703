"""`forewarn canary`: whether a running service serves the rules that changed."""

import sys
from datetime import date
from pathlib import Path

import click

from app.commands import rule_folders
from app.commands.compared_revisions import Revisions, changed_rule_ids, compare
from app.commands.options import EXISTING_FILE, folder_options, out_file, output_format, write_output
from app.domain.errors import ForewarnError
from app.review.assessment_client import AssessmentClient
from app.review.canary_report import as_markdown, as_text
from app.review.canary_run import CanaryRun, run_canary
from app.review.change_review import Review


@click.command()
@click.argument("base", required=False)
@click.option("--url", required=True, help="The running service, such as https://forewarn.example.")
@click.option(
    "--key-file",
    type=EXISTING_FILE,
    required=True,
    help="File with a key made with --scope assess --test, so that nothing counts.",
)
@click.option("--rule", "only", multiple=True, help="Check this rule instead; repeatable.")
@click.option("--within", type=click.FloatRange(0, 3600), default=60.0, show_default=True, help="Seconds to wait.")
@output_format("text", "markdown")
@out_file
@folder_options
def canary(
    *,
    base: str | None,
    url: str,
    key_file: Path,
    only: tuple[str, ...],
    within: float,
    form: str,
    out: Path | None,
    rules: Path | None,
    locales: Path | None,
) -> None:
    """Check that a running service serves the changed rules.

    The rules are those that changed since BASE. Waits until the service answers with the revision of the local files,
    sends one withdrawal per rule, made from the rule's own example, and compares the alert word for word. Fails if
    the revision is not live or an alert differs.
    """
    folders = rule_folders.find(rules, locales)
    client = AssessmentClient(url.rstrip("/"), key_file.read_text().strip())
    revisions = Revisions(folders.rules, folders.locales, base)
    done = run(revisions, client, today=rule_folders.today(), within=within, only=list(only))
    write_output(as_markdown(done) if form == "markdown" else as_text(done) + "\n", out)
    if not done.passed:
        sys.exit(1)


def run(revisions: Revisions, client: AssessmentClient, *, today: date, within: float, only: list[str]) -> CanaryRun:
    """Compares what the service answers for each changed rule with the local files. Raises ForewarnError."""
    compared = compare(revisions, today)
    book = compared.after.book
    if book is None:
        raise ForewarnError("The rules have errors; `forewarn check` lists them")
    if unknown := [rule_id for rule_id in only if rule_id not in book.by_id]:
        raise ForewarnError(f"--rule: no rule {', '.join(unknown)} here")
    targets = [(rule_id, None) for rule_id in only] if only else _targets(compared.review)
    return run_canary(compared.after, book, targets, client.assess, today=today, within=within)


def _targets(found: Review) -> list[tuple[str, str | None]]:
    """Each changed rule with every language whose alert changed, or with None if no alert did."""
    changed: dict[str, dict[str | None, None]] = {rule_id: {} for rule_id in changed_rule_ids(found)}
    for card in found.cards:
        changed[card.rule_id][card.language] = None
    return [(rule_id, language) for rule_id, languages in changed.items() for language in languages or (None,)]
