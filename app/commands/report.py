"""`forewarn report`: answers a question about the recorded events, as text, JSON, CSV or Parquet."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

import click
import duckdb
import orjson

from app import settings
from app.commands.open_dataset import data_source, recorded
from app.commands.options import out_file, output_format, private_files
from app.console.reports_api import data_of, work_of
from app.dataset.recorded_events import RecordedEvents, naming_damage
from app.dataset.stream_gaps import DESCRIPTIONS
from app.domain.errors import ForewarnError
from app.reports import answer_export, answer_text
from app.reports.event_connection import open_events
from app.reports.question import QuestionError, question
from app.reports.question_options import Dimension

_TIME = "2026-11-01, or 2026-11-01T00:00:00Z."


@click.command()
@click.option("--since", help=f"Start of the period: {_TIME}  [default: four weeks before --until]")
@click.option(
    "--until", help=f"End of the period, exclusive: {_TIME}  [default: the last midnight whose alerts have matured]"
)
@click.option("--window", help="How long after its alert an outcome counts: 1h to 30d.  [default: 24h]")
@click.option("--group-by", help="Dimensions, such as region,rule_id; a wrong name lists all.")
@click.option("--where", "filters", multiple=True, help="Filter, such as region=HK,SG or severity=high; repeatable.")
@click.option("--exposed-by", type=click.Choice(["answered", "shown"]), help="What counts as an exposure.")
@click.option("--unit", type=click.Choice(["user", "alert"]), help="What is counted.")
@click.option(
    "--maturity", type=click.Choice(["matured", "all"]), help="Whether to count alerts whose window is still open."
)
@output_format("text", "json", "csv", "parquet")
@out_file
def report(filters: tuple[str, ...], form: str, out: Path | None, **asked: str | None) -> None:
    """Report how many people reconsidered, with confidence intervals.

    Every rate comes with its numerator and denominator. Reads the dataset and the events that are not in it yet.
    docs/measurement.md defines every figure.
    """
    loaded = settings.load()
    wanted: dict[str, str | list[str]] = {name: value for name, value in asked.items() if value is not None}
    for name, value in map(_filter, filters):
        wanted[name] = [*wanted.get(name, []), value]
    try:
        with private_files():  # the copies of a bucket's files
            answer = run(
                dataset=loaded.dataset_place,
                redis_url=settings.redis_url_or_none(loaded),
                state_dir=loaded.state_dir,
                asked=wanted,
                form=form,
            )
    except QuestionError as error:
        raise click.UsageError("; ".join(f"{_option(one.field)}: {one.says}" for one in error.mistakes)) from None
    if out is not None:
        out.write_bytes(answer if isinstance(answer, bytes) else answer.encode())
    elif isinstance(answer, bytes):
        sys.stdout.buffer.write(answer)
    else:
        click.echo(answer, nl=form != "csv")  # CSV ends with a newline already


def _filter(pair: str) -> tuple[str, str]:
    """The name and value of a `--where`."""
    name, given, value = pair.partition("=")
    if not given:
        raise click.UsageError(f"--where: {pair!r} is not NAME=VALUE, such as region=HK")
    if name not in list(Dimension):
        near = get_close_matches(name, list(Dimension), n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise click.UsageError(f"--where: {name!r} is not one of {', '.join(Dimension)}{hint}")
    return name, value


def _option(field: str) -> str:
    return f"--where {field}" if field in list(Dimension) else f"--{field.replace('_', '-')}"


def run(
    *,
    dataset: str,
    redis_url: str | None,
    state_dir: Path,
    asked: Mapping[str, str | Sequence[str]],
    form: str = "text",
) -> str | bytes:
    """The answer to a question as text, json, csv or parquet. Raises ForewarnError."""
    built = question(asked, datetime.now(UTC))
    with data_source(dataset, redis_url, state_dir) as source:
        data = recorded(source, dataset, redis_url)
        try:
            with naming_damage(data), open_events(data.sources) as events:
                found = work_of(built, None)(events, data)
        except duckdb.OutOfMemoryException:
            raise ForewarnError(
                "the report needs more memory or disk than there is: choose a shorter period, or fewer dimensions"
            ) from None
    if form == "json":
        return orjson.dumps(answer_export.as_dict(found) | {"data": data_of(data)}, option=orjson.OPT_INDENT_2).decode()
    if form == "csv":
        return answer_export.as_csv(found)
    if form == "parquet":
        return answer_export.as_parquet(found)
    return "\n".join([answer_text.as_text(found), *(f"* {line}" for line in _sources(data))])


def _sources(data: RecordedEvents) -> Iterator[str]:
    """Lines that say which events the answer covers."""
    known = data_of(data)
    dataset = f"the dataset, which goes to {known['archived_to']}" if data.archived_to else "no dataset"
    stream = f"not the stream ({data.live_error})" if data.live_error else f"the stream ({data.live_events:,} events)"
    yield f"Read at {known['as_of']}: {dataset}; {stream}."
    if not data.complete:
        yield "The archiver is far behind: the newest events are not in it."
    for lost, says in zip(known["gaps"], (DESCRIPTIONS[gap.kind] for gap in data.gaps), strict=True):
        entries = "" if lost["entries"] is None else f", {lost['entries']:,} entries"
        yield f"Events may be missing: {says}; found {lost['found_at']}{entries}."
