"""`forewarn sql`: one SELECT over the recorded events."""

import sys

import click

from app import settings
from app.commands import query_process
from app.commands.options import keep_files_private, output_format


@click.command()
@click.argument("query")
@output_format("text", "json", "csv")
@click.option(
    "--limit", type=click.IntRange(1, 1_000_000), default=1_000, show_default=True, help="Maximum number of rows."
)
@click.option("--timeout", type=click.FloatRange(0.1, 3600), default=60.0, show_default=True, help="Seconds.")
def sql(query: str, form: str, limit: int, timeout: float) -> None:
    """Query the recorded events with one read-only SELECT.

    The views are assessments, outcomes and exposures. docs/measurement.md lists their columns; docs/questions.md
    answers five questions. A query that is not finished in time ends with exit code 124.
    """
    if not query_process.is_child():
        command = ["sql", "--format", form, "--limit", str(limit), "--", query]
        sys.exit(query_process.run(command, sys.stdout.buffer, timeout=timeout))
    keep_files_private()  # the copies of a bucket's files
    _answer(query, form, limit)


def _answer(query: str, form: str, limit: int) -> None:
    # DuckDB and Arrow start threads, beside which the parent could not fork safely.
    from app.commands.open_dataset import data_source, recorded  # noqa: PLC0415  # see above
    from app.reports import sql_output  # noqa: PLC0415  # see above
    from app.reports.analyst_sql import rows_of  # noqa: PLC0415  # see above

    loaded = settings.load()
    dataset, redis_url = loaded.dataset_place, settings.redis_url_or_none(loaded)
    with data_source(dataset, redis_url, loaded.state_dir) as source:
        sources = recorded(source, dataset, redis_url).sources
    with query_process.begun(), rows_of(query, sources, limit=limit) as rows:
        sql_output.write(rows, form, sys.stdout)
        sys.stdout.flush()
