"""`forewarn diff`: what a change to rules and texts means, and what it would have done to recent withdrawals."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import click
import orjson

from app import settings
from app.checks.output.text_output import Paint, unpainted
from app.commands import rule_folders
from app.commands.colours import paint
from app.commands.compared_revisions import Compared, Revisions, changed_rule_ids, compare
from app.commands.options import FILE, folder_options, out_file, output_format
from app.dataset.dataset_errors import DatasetError
from app.dataset.dataset_url import store_of
from app.dataset.file_listing import listing
from app.dataset.recorded_events import DatasetUnreadable, DataSource
from app.review.alerts_page import alerts_page
from app.review.backtest import backtest
from app.review.backtest_figures import Backtest
from app.review.callout_kinds import CalloutKind
from app.review.change_review import Review
from app.review.review_comment import COMMENT_LIMIT, as_markdown
from app.review.review_text import as_text


@dataclass(frozen=True, slots=True)
class Dataset:
    """Where the recorded events are. `named`: by an option or a setting. `required`: its absence is an error."""

    url: str
    cache: Path
    days: int
    named: bool
    required: bool


@click.command()
@click.argument("base", required=False)
@click.option("--head", help="Compare this revision.  [default: the files as they are here]")
@click.option("--dataset", help="Folder or s3:// URL of the events to replay.  [default: FOREWARN_DATASET]")
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="How many days to replay.")
@output_format("text", "markdown", "json", help="Output format; markdown is for a comment on GitHub.")
@click.option(
    "--comment", type=FILE, help="Also write markdown to this file, shortened to what a comment on GitHub can hold."
)
@click.option("--preview", type=FILE, help="Also draw the alerts that change in this HTML file, as users get them.")
@out_file
@folder_options
def diff(
    *,
    base: str | None,
    head: str | None,
    dataset: str | None,
    days: int,
    form: str,
    comment: Path | None,
    preview: Path | None,
    out: Path | None,
    rules: Path | None,
    locales: Path | None,
) -> None:
    """Say in words what a change to rules and texts means.

    Compares with BASE, a branch, a tag or a commit; without it, with the commit where the default branch was left.
    Contacts, official texts and whatever removes warnings come first. If there is a dataset, the withdrawals of the
    last days are replayed.
    """
    folders = rule_folders.find(rules, locales)
    today = rule_folders.today()
    loaded = settings.load()
    compared = compare(Revisions(folders.rules, folders.locales, base, head), today)
    record = Dataset(
        dataset or loaded.dataset_place,
        loaded.state_dir / "console",
        days,
        bool(dataset or loaded.dataset),
        bool(dataset),
    )
    found = replace(with_backtest(compared, record, today), dataset_named=record.named)
    if comment is not None:
        comment.write_text(as_markdown(found, COMMENT_LIMIT), encoding="utf-8")
    if preview is not None:
        drawn = alerts_page(
            found.cards, f"Compared with {found.base}", blocked=found.has_errors, decides=found.decides_otherwise
        )
        preview.write_text(drawn, encoding="utf-8")
    text = written(found, form, paint=unpainted if out else paint)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=form != "markdown")


def with_backtest(compared: Compared, dataset: Dataset, today: date) -> Review:
    """The review with figures from the recorded events, or with the reason why there are none.

    Raises ForewarnError if a dataset was named and cannot be read.
    """
    why_not = _nothing_to_replay(compared)
    if why_not is not None:
        return replace(compared.review, no_backtest=why_not)
    try:
        found = _backtest(compared, dataset, today)
    except DatasetUnreadable as error:
        reason = f"The dataset {_named(dataset.url)} cannot be read: {' '.join(str(error.__cause__ or error).split())}"
        if dataset.required:
            raise DatasetError(reason) from error
        return replace(compared.review, no_backtest=f"Nothing was replayed. {reason}")
    if found is None:
        missing = f"no files of a dataset in {_named(dataset.url)}"
        if dataset.required:
            raise DatasetError(f"--dataset: {missing}")
        return replace(compared.review, no_backtest=f"Nothing was replayed: {missing}.")
    return replace(compared.review, backtest=found)


def _nothing_to_replay(compared: Compared) -> str | None:
    if compared.before.book is None or compared.after.book is None:
        return "Nothing was replayed: rules that cannot be loaded decide nothing."
    if not changed_rule_ids(compared.review) and not any(
        each.about is CalloutKind.GLOBAL for each in compared.review.callouts
    ):
        return "Nothing was replayed: no rule and no alert changed."
    return None


def _backtest(compared: Compared, dataset: Dataset, today: date) -> Backtest | None:
    before, after = compared.before.book, compared.after.book
    store = store_of(dataset.url)
    try:
        files = listing(store)
    except OSError as error:
        raise DatasetUnreadable(str(error)) from error
    if not files or before is None or after is None:
        return None
    data = DataSource(store, None, cache=dataset.cache).current()
    return backtest(
        data.sources,
        before,
        after,
        changed_rule_ids(compared.review),
        days=dataset.days,
        as_of=data.archived_to or datetime.now(UTC),
        today=today,
    )


def _named(url: str) -> str:
    """The URL without its options."""
    return url.partition("?")[0]


def written(found: Review, form: str, *, paint: Paint = unpainted) -> str:
    """As text, markdown or json."""
    if form == "json":
        return orjson.dumps(asdict(found), option=orjson.OPT_INDENT_2).decode()
    return as_markdown(found) if form == "markdown" else as_text(found, paint)
