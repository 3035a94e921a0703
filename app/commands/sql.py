"""`forewarn sql`: one SELECT over the recorded events."""

from pathlib import Path

import click

from app import settings
from app.commands.open_dataset import data_source, recorded
from app.commands.options import output_format
from app.reports import analyst_sql


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
    answers five questions.
    """
    loaded = settings.load()
    result = run(
        dataset=loaded.dataset_place,
        redis_url=settings.redis_url_or_none(loaded),
        state_dir=loaded.state_dir,
        query=query,
        timeout=timeout,
        limit=limit,
    )
    if form == "text":
        click.echo(result.as_table())
    elif form == "json":
        click.echo(result.as_json())
    else:
        click.echo(result.as_csv(), nl=False)


def run(
    *, dataset: str, redis_url: str | None, state_dir: Path, query: str, timeout: float, limit: int
) -> analyst_sql.Result:
    """Raises ForewarnError."""
    with data_source(dataset, redis_url, state_dir) as source:
        return analyst_sql.run(query, recorded(source, dataset, redis_url).sources, timeout=timeout, limit=limit)
