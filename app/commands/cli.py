"""The command line. Each command does one thing and says what it did; every failure is one line and a non-zero code."""

import json
import logging
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO, NoReturn, TypeVar

import click

from app.domain.errors import ForewarnError

# Imports stand inside the commands: `forewarn keys list` should not wait for FastAPI to load.
# ruff: noqa: PLC0415

F = TypeVar("F", bound=Callable[..., Any])

_FOLDER = click.Path(path_type=Path, file_okay=False)


def main() -> NoReturn:
    """The `forewarn` command."""
    try:
        cli.main(prog_name="forewarn", standalone_mode=False)
    except click.exceptions.Abort:
        _fail("interrupted", 130)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.UsageError as error:
        where = f" (see `{error.ctx.command_path} --help`)" if error.ctx else ""
        _fail(error.format_message().rstrip(".") + where, error.exit_code)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except ForewarnError as error:
        _fail(str(error), 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error), 1)
    except Exception as error:
        if os.environ.get("FOREWARN_LOG_LEVEL") == "debug":
            raise
        _fail(f"a fault of our own ({type(error).__name__}: {error}); FOREWARN_LOG_LEVEL=debug shows where", 70)
    sys.exit(0)


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"{click.style('forewarn:', fg='red', bold=True)} {message}", err=True)
    sys.exit(code)


def _folders(command: F) -> F:
    command = click.option(
        "--locales", type=_FOLDER, help="Folder of the texts.  [default: ./locales, else the samples shipped]"
    )(command)
    return click.option(
        "--rules", type=_FOLDER, help="Folder of the rules.  [default: ./rules, else the samples shipped]"
    )(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="forewarn")
def cli() -> None:
    """Forewarn warns people at the moment they are about to send their money to a scammer.

    Settings come from FOREWARN_* variables; docs/settings.md lists them.
    """


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port of the service.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Worker processes.")
@click.option(
    "--console-port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="Port of the console."
)
@click.option("--demo", is_flag=True, help="Fill the dataset with six made-up weeks, and go on making withdrawals.")
@_folders
def up(port: int, workers: int, console_port: int, rules: Path | None, locales: Path | None, *, demo: bool) -> None:
    """Run everything on this machine: Redis, the rules, the service, the archiver, the console.

    Starts a Redis of its own unless FOREWARN_REDIS_URL names one, checks and publishes the rules, starts the service on
    127.0.0.1 and prints a request to try. State is kept in FOREWARN_STATE_DIR (default: var). Ctrl-C stops everything.
    """
    from app.commands import explain as explaining
    from app.commands import rule_folders
    from app.commands import up as everything

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    folders = rule_folders.find(rules, locales)
    book = explaining.rulebook(folders, click.echo) if demo else None
    everything.up(folders, everything.Ports(port, console_port), workers, click.echo, book)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes: one a core.")
def serve(host: str, port: int, workers: int) -> None:
    """Run the decision API until SIGTERM.

    Needs FOREWARN_SECRET, and FOREWARN_REDIS_URL or the Redis of a running `forewarn up`. Serves from memory: Redis may
    stop, the answers go on. A stopping worker ships what it recorded for up to ten seconds.
    """
    from app.commands import serve as serving

    _store()  # a URL that cannot be used is one line here, and a traceback in each worker
    # uvicorn raises the signal that stopped it once more: by default that ends us before our own cleaning up.
    signal.signal(signal.SIGTERM, _end)
    serving.serve(host, port, workers)


@cli.command()
@click.option("--interval", type=click.FloatRange(0.1, 300), default=5.0, show_default=True, help="Seconds a file.")
@click.option("--once", is_flag=True, help="Write what is in the stream and end; 1 if another is at work.")
@click.option("--metrics-port", type=click.IntRange(1, 65535), help="Serve Prometheus metrics on this port.")
def archive(interval: float, metrics_port: int | None, *, once: bool) -> None:
    """Write the event stream to the Parquet dataset until SIGTERM.

    FOREWARN_DATASET is a folder or an object store URL; FOREWARN_RETENTION_DAYS drops old days. A second archiver
    stands by until the first is gone; with --once it ends with code 1. docs/dataset.md describes files and columns.
    """
    from app import logs, settings, wiring
    from app.commands import archive as command

    loaded = settings.load()
    logs.configure(loaded.log_level)
    done = command.run(
        dataset=loaded.dataset_place,
        redis_url=wiring.redis_url(loaded),
        state_dir=loaded.state_dir,
        retention_days=loaded.retention_days,
        interval=interval,
        once=once,
        metrics_port=metrics_port,
    )
    if once:
        click.echo(f"Archived {done.events:,} events to {loaded.dataset_place}")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="Port to listen on.")
def console(host: str, port: int) -> None:
    """Run the analysts' console until SIGTERM: the dashboard, the reports, the rules in force.

    Reads the dataset and, where Redis is there, what is not in it yet. Sign in with a key of scope reports or rules.
    """
    from app import logs, settings, wiring
    from app.api.reloading_keys import Keys
    from app.commands import console as command
    from app.commands import serve as serving

    loaded = settings.load()
    logs.configure(loaded.log_level)
    serving.require_free(host, port)
    signal.signal(signal.SIGTERM, _end)
    command.serve(
        host=host,
        port=port,
        dataset=loaded.dataset_place,
        redis_url=wiring.redis_url_or_none(loaded),
        state_dir=loaded.state_dir,
        keys=Keys(wiring.KeyFileRing(loaded.keys_path)),
    )


_PERIOD = "2026-11-01, or 2026-11-01T00:00:00Z."


@cli.command()
@click.option("--since", help=f"First moment: {_PERIOD}  [default: four weeks before --until]")
@click.option(
    "--until", help=f"First moment that no longer counts: {_PERIOD}  [default: a midnight whose alerts have matured]"
)
@click.option("--window", help="How long an outcome counts after its alert: 1h to 30d.  [default: 24h]")
@click.option("--group-by", help="Such as region,rule_id; a wrong name lists all.")
@click.option("--where", "filters", multiple=True, help="Such as region=HK,SG or severity=high; repeatable.")
@click.option("--exposed-by", type=click.Choice(["answered", "shown"]), help="What counts as exposed.")
@click.option("--unit", type=click.Choice(["user", "alert"]), help="What is counted.")
@click.option("--maturity", type=click.Choice(["matured", "all"]), help="Whether alerts whose window runs count too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv", "parquet"]),
    default="text",
    show_default=True,
    help="How it is written.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
def report(filters: tuple[str, ...], form: str, out: Path | None, **asked: str | None) -> None:
    """How many people reconsidered, and how sure that is: every rate with its numerator, denominator and interval.

    Reads the dataset and what is not in it yet. docs/measurement.md defines every figure.
    """
    from app import settings, wiring
    from app.commands import console as command
    from app.reports.question import QuestionError

    loaded = settings.load()
    wanted: dict[str, str | list[str]] = {name: value for name, value in asked.items() if value is not None}
    for name, value in map(_filter, filters):
        wanted[name] = [*wanted.get(name, []), value]
    try:
        answer = command.report(
            dataset=loaded.dataset_place,
            redis_url=wiring.redis_url_or_none(loaded),
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
        click.echo(answer, nl=form != "csv")  # its lines have their ends


def _filter(pair: str) -> tuple[str, str]:
    """A `--where`. Every other word that reports know is an option of its own."""
    from app.reports.question import Dimension

    name, given, value = pair.partition("=")
    if not given:
        raise click.UsageError(f"--where: {pair!r} is not NAME=VALUE, such as region=HK")
    if name not in list(Dimension):
        near = get_close_matches(name, list(Dimension), n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise click.UsageError(f"--where: {name!r} is not one of {', '.join(Dimension)}{hint}")
    return name, value


def _option(field: str) -> str:
    from app.reports.question import Dimension

    return f"--where {field}" if field in list(Dimension) else f"--{field.replace('_', '-')}"


@cli.command()
@click.argument("query")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="How it is written.",
)
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=1_000, show_default=True, help="Rows at most.")
@click.option("--timeout", type=click.FloatRange(0.1, 3600), default=60.0, show_default=True, help="Seconds.")
def sql(query: str, form: str, limit: int, timeout: float) -> None:
    """Ask the recorded events with one SELECT, read-only: views assessments, outcomes and exposures.

    docs/measurement.md lists their columns; docs/questions.md answers five questions.
    """
    from app import settings, wiring
    from app.commands import console as command

    loaded = settings.load()
    result = command.query(
        dataset=loaded.dataset_place,
        redis_url=wiring.redis_url_or_none(loaded),
        state_dir=loaded.state_dir,
        text=query,
        timeout=timeout,
        limit=limit,
    )
    if form == "text":
        click.echo(result.as_table())
    elif form == "json":
        click.echo(result.as_json())
    else:
        click.echo(result.as_csv(), nl=False)


@cli.command()
@_folders
@click.option("--strict", is_flag=True, help="Fail on warnings too, as pull requests do.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "json", "sarif"]),
    default="text",
    show_default=True,
    help="How it is written; github is for annotations on a pull request.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.option("--accepted", is_flag=True, help="List the warnings that the files accept too, with the reasons.")
@click.option("--explain", "code", metavar="CODE", help="Say what one check is for, such as missing-example, and end.")
def check(
    rules: Path | None,
    locales: Path | None,
    form: str,
    out: Path | None,
    code: str | None,
    *,
    strict: bool,
    accepted: bool,
) -> None:
    """Check rules and texts: every problem at once, each with its place and what to write instead.

    Errors are what cannot be loaded or would show a user a wrong or empty text; they block `publish`. All else warns.
    docs/checks.md says of each check what it is for.
    """
    from app.checks.output import checks_page
    from app.commands import check as checking
    from app.commands import rule_folders
    from app.commands.colours import paint

    if code is not None:
        click.echo(checks_page.in_terminal(code, paint))
        return
    folders = rule_folders.find(rules, locales)
    found = rule_folders.checked(folders)
    checking.tell(found, folders, form, out, accepted=accepted, say=click.echo)
    if found.errors or (strict and found.warnings):
        sys.exit(1)


@cli.command()
@click.argument("rule_id", metavar="REGION/NAME")
@click.option("--typology", help="The kind of scam, such as investment; rules/typologies.yaml lists them.")
@_folders
def new(rule_id: str, typology: str | None, rules: Path | None, locales: Path | None) -> None:
    """Begin a rule, such as hk/parcel-scam: a file that explains itself, and a place for its text in each language.

    What is yours to write is marked FILL IN; until it is written, nothing can be published.
    """
    from app.commands import new as beginning

    beginning.begin(rule_id, typology, beginning.folders(rules, locales), click.echo)


@cli.command()
@_folders
@click.option("--by", help="Who publishes.  [default: git's user.email, else the user of this machine]")
def publish(rules: Path | None, locales: Path | None, by: str | None) -> None:
    """Check the rules and put them in force: live in every worker within a second.

    The bundle is stored under the hash of its content; the log says who, when and from which commit.
    """
    from app import settings, wiring
    from app.commands import rule_folders

    done = rule_folders.publish(
        rule_folders.find(rules, locales), wiring.redis_url(settings.load()), by=by, say=click.echo
    )
    if done.changed:
        click.echo(f"In force: {done.revision}" + (f"\nBefore:   {done.previous}" if done.previous else ""))
    else:
        click.echo(f"Nothing changed: {done.revision} is already in force; announced again.")


@cli.command()
@click.argument("revision", required=False)
@click.option("--by", help="Who rolls back.  [default: git's user.email, else the user of this machine]")
def rollback(revision: str | None, by: str | None) -> None:
    """Put an earlier revision in force: REVISION (its first digits will do), else the one before the present.

    `forewarn history` lists them; the last 50 are kept.
    """
    from app.commands import rule_folders

    done = _store().rollback(revision, by=by or rule_folders.author(), at=rule_folders.now())
    click.echo(f"In force: {done.revision}" if done.changed else f"Nothing changed: {done.revision} is in force.")


@cli.command()
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True, help="The entries as JSON; `current` is true for the one in force.")
def history(limit: int, *, as_json: bool) -> None:
    """Who published or rolled back what, when, and from which commit. The one in force is marked."""
    entries = _store().history(limit)
    if as_json:
        click.echo(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=2))
        return
    if not entries:
        click.echo("Nothing has been published yet.")
    for entry in entries:
        mark = click.style("* in force", fg="green") if entry.current else ""
        commit = f"commit {entry.commit[:12]}{entry.commit[40:]}" if entry.commit else ""
        click.echo(f"{entry.at}  {entry.action:8}  {entry.revision[:19]}  {entry.by:24}  {commit}  {mark}".rstrip())


@cli.command()
@click.argument("withdrawal", type=click.File("rb"))
@click.option("--rule", "rule_id", help="Only this rule, such as hk/every-withdrawal.")
@click.option("--json", "as_json", is_flag=True, help="The explanation as JSON.")
@_folders
def explain(
    withdrawal: BinaryIO, rule_id: str | None, rules: Path | None, locales: Path | None, *, as_json: bool
) -> None:
    """Explain which rules match a WITHDRAWAL and why the others do not.

    WITHDRAWAL is a file with the JSON body of an assessment, or - for standard input. Uses the local files, needs no
    Redis, records nothing.
    """
    from app.commands import explain as explaining
    from app.commands import rule_folders

    explaining.explain(withdrawal.read(), rule_folders.find(rules, locales), rule_id, as_json=as_json, say=click.echo)


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8002, show_default=True, help="Port of the preview.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option("--out", type=_FOLDER, help="Write it to this folder as pages that open from a disk, and end.")
@_folders
def preview(port: int, out: Path | None, rules: Path | None, locales: Path | None, *, no_browser: bool) -> None:
    """See every rule's alerts as users will, and try withdrawals: on the local files, without Redis.

    Opens a browser on 127.0.0.1. The page follows the files as they are saved, and says first what is wrong in them.
    """
    from app.commands import preview as previewing
    from app.commands import rule_folders

    folders = rule_folders.find(rules, locales)
    if out is not None:
        previewing.write(folders, out, click.echo)
    else:
        previewing.serve(folders, port, click.echo, browser=not no_browser)


@cli.command()
@click.option("--out", type=_FOLDER, required=True, help="Folder to write to.")
@_folders
def fallback(out: Path, rules: Path | None, locales: Path | None) -> None:
    """Write one default alert a region and language as JSON, for the exchange to show when we do not answer.

    The files are OUT/HK/zh-Hant.json and so on; OUT/index.json names each region's languages, the default first.
    """
    from app.commands import explain as explaining
    from app.commands import fallback as files
    from app.commands import rule_folders

    written = files.write(explaining.rulebook(rule_folders.find(rules, locales), click.echo), out)
    click.echo(f"Wrote {len(written)} files to {out}")


@cli.command()
@click.option("--history", "length", metavar="LENGTH", help="Write so much history, such as 90d or 12w, to --dataset.")
@click.option("--dataset", help="Folder or s3:// URL to write to.")
@click.option("--per-day", type=click.IntRange(1, 200_000), default=1000, show_default=True, help="Withdrawals a day.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="First day after the history.  [default: today, UTC]")
@click.option("--url", help="Drive the service there instead; on this machine only.")
@click.option("--key", help="API key with scope assess. --key-file keeps it out of the list of processes.")
@click.option("--key-file", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="File with the key.")
@click.option("--rate", type=float, default=10.0, show_default=True, help="Withdrawals a second.")
@click.option("--count", type=click.IntRange(1, 1_000_000), help="How many withdrawals.")
@click.option("--duration", type=float, help="Or for how many seconds.  [default: 60]")
@click.option("--speed", type=float, default=600.0, show_default=True, help="How much faster than real its time runs.")
@click.option("--users", type=click.IntRange(1, 10_000_000), help="How many users.  [default: by the rate]")
@click.option(
    "--truth",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("truth.json"),
    show_default=True,
    help="Where the truth of a drive goes; a history's lies in its dataset.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same story.")
@_folders
def simulate(
    *,
    length: str | None,
    dataset: str | None,
    per_day: int,
    until: datetime | None,
    url: str | None,
    key: str | None,
    key_file: Path | None,
    rate: float,
    count: int | None,
    duration: float | None,
    speed: float,
    users: int | None,
    truth: Path,
    seed: int,
    rules: Path | None,
    locales: Path | None,
) -> None:
    """Simulate an exchange whose true rates are known: users, habits, scams, and how people respond to warnings.

    \b
    forewarn simulate --history 90d --dataset DIR     months of events, straight into a dataset
    forewarn simulate --url URL --key-file FILE       calls a running service, at a set pace

    The truth (every probability, what came of it, what the events show of it) is written beside the data as JSON.
    Simulated events count like real ones: a service must be on this machine, a dataset must have no others.
    docs/simulation.md tells what is made up.
    """
    from app.commands import simulate as command

    if (length is None) == (url is None):
        raise click.UsageError("expected one of --history and --url")
    if count is not None and duration is not None:
        raise click.UsageError("expected one of --count and --duration")
    if length is not None:
        from app.commands import explain as explaining
        from app.commands import rule_folders

        days = command.days_of(length)
        if dataset is None:
            raise click.UsageError("--history: expected --dataset too, where it is written to")
        command.history(
            dataset=dataset,
            days=days,
            per_day=per_day,
            seed=seed,
            until=until.date() if until else None,
            secret=None,
            book=explaining.rulebook(rule_folders.find(rules, locales), click.echo),
            say=click.echo,
        )
    elif url is not None:
        command.drive(
            url=url,
            key=command.key_of(key, key_file),
            rate=rate,
            count=count,
            duration=duration,
            seed=seed,
            speed=speed,
            users=users,
            truth=truth,
            say=click.echo,
        )


@cli.command()
@click.argument("base", required=False)
@click.option("--head", help="Compare this revision.  [default: the files as they are here]")
@click.option("--dataset", help="Folder or s3:// URL of the record to replay.  [default: FOREWARN_DATASET]")
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="How many days to replay.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How it is written; markdown is for a comment on GitHub.",
)
@click.option(
    "--comment",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write markdown to this file, shortened to what a comment on GitHub can hold.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@_folders
def diff(
    *,
    base: str | None,
    head: str | None,
    dataset: str | None,
    days: int,
    form: str,
    comment: Path | None,
    out: Path | None,
    rules: Path | None,
    locales: Path | None,
) -> None:
    """Say in words what a change of rules and texts means, compared with the revision BASE.

    BASE is a branch, a tag or a commit; without it, where the default branch was left. Contacts, official texts and
    what takes warnings away come first. Where there is a dataset, the withdrawals of the last days are replayed.
    """
    from app import settings
    from app.commands import diff as command
    from app.commands import rule_folders
    from app.commands.colours import paint
    from app.review import review_comment

    folders = rule_folders.find(rules, locales)
    today = rule_folders.today()
    loaded = settings.load()
    compared = command.compare(command.Asked(folders.rules, folders.locales, base, head), today)
    record = command.Dataset(dataset or loaded.dataset_place, loaded.state_dir / "console", days, bool(dataset))
    found = command.with_backtest(compared, record, today)
    if comment is not None:
        comment.write_text(review_comment.as_markdown(found, review_comment.COMMENT_LIMIT), encoding="utf-8")
    text = command.written(found, form, **({} if out else {"paint": paint}))
    if out is not None:
        out.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=form != "markdown")


@cli.command()
@click.argument("base", required=False)
@click.option("--url", required=True, help="The running service, such as https://forewarn.example.")
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    help="File with a key made with --scope assess --test, so that nothing counts.",
)
@click.option("--rule", "only", multiple=True, help="Ask for this rule instead; repeatable.")
@click.option("--within", type=click.FloatRange(0, 3600), default=60.0, show_default=True, help="Seconds to wait.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="How it is said.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@_folders
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
    """Ask the running service whether the rules changed since BASE are live, and what users get.

    Waits until it answers with the revision that the files here make, sends one withdrawal a rule, made of the rule's
    own example, and compares the alert word for word. Fails where it is not live, or not as published.
    """
    from app.commands import diff as command
    from app.commands import rule_folders
    from app.review import canary_report
    from app.review.assessment_client import AssessmentClient

    folders = rule_folders.find(rules, locales)
    client = AssessmentClient(url.rstrip("/"), key_file.read_text().strip())
    asked = command.Asked(folders.rules, folders.locales, base)
    run = command.canary(asked, client, today=rule_folders.today(), within=within, only=list(only))
    text = canary_report.as_markdown(run) if form == "markdown" else canary_report.as_text(run) + "\n"
    if out is not None:
        out.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)
    if not run.passed:
        sys.exit(1)


@cli.command()
@click.option("--due", "days", type=click.IntRange(0, 3660), default=30, show_default=True, help="Days ahead.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="As if it were this day.  [default: today, UTC]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="How it is said.",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@_folders
def contacts(
    *, days: int, today: datetime | None, form: str, out: Path | None, rules: Path | None, locales: Path | None
) -> None:
    """List the contacts that are to be checked again soon. Fails where the day of one has passed."""
    from app.commands import diff as command
    from app.commands import rule_folders
    from app.review import due_contacts

    folders = rule_folders.find(rules, locales)
    day = today.date() if today else rule_folders.today()
    found = due_contacts.due(command.contacts(folders.rules, folders.locales), day, days)
    text = due_contacts.as_markdown(found, day) if form == "markdown" else due_contacts.as_text(found, day) + "\n"
    if out is not None:
        out.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)
    if due_contacts.overdue(found, day):
        sys.exit(1)


@cli.command()
@click.option("--organisation", required=True, help="The organisation on GitHub whose teams own the files.")
@_folders
def codeowners(organisation: str, rules: Path | None, locales: Path | None) -> None:
    """Print .github/CODEOWNERS: each region's folders for its partner's team, its contacts for another."""
    from app.commands import diff as command
    from app.commands import rule_folders
    from app.review import approvers as owners

    folders = rule_folders.find(rules, locales)
    regions = command.contacts(folders.rules, folders.locales).regions
    click.echo(owners.codeowners(regions, organisation), nl=False)


@cli.group()
def keys() -> None:
    """API keys: make, list, revoke. The service reads the key file again when it changes."""


@keys.command("new")
@click.option("--name", required=True, help="Whose key it is; events name it.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="assess, rules, reports or reports:XX; repeatable."
)
@click.option("--test", is_flag=True, help="Mark its events as tests, which no figure counts.")
def keys_new(name: str, scopes: tuple[str, ...], *, test: bool) -> None:
    """Make a key and print it once, alone on the last line. Only its SHA-256 is kept."""
    from app import settings
    from app.commands import keys as keyring

    path = settings.load().keys_path
    key = keyring.add(path, name, scopes, test=test)
    click.echo(f"Key {name!r} added to {path}. It is shown this once:", err=True)
    click.echo(key)


@keys.command("list")
def keys_list() -> None:
    """Names, scopes and days of the keys."""
    from app import settings
    from app.commands import keys as keyring

    path = settings.load().keys_path
    records = keyring.listed(path)
    if not records:
        click.echo(f"No keys in {path}.")
    for record in records:
        mark = "  test" if record.test else ""
        click.echo(f"{record.name:24}  {','.join(record.scopes):24}  {record.created}  {record.sha256[:12]}{mark}")


@keys.command("revoke")
@click.argument("name")
def keys_revoke(name: str) -> None:
    """Revoke the key called NAME: within a second no worker takes it."""
    from app import settings
    from app.commands import keys as keyring

    keyring.revoke(settings.load().keys_path, name)
    click.echo(f"Key {name!r} revoked.")


def _end(_: int, __: FrameType | None) -> NoReturn:
    sys.exit(0)


def _store() -> Any:
    from app import settings, wiring
    from app.storage.bundle_store import BundleStore
    from app.storage.redis_client import connect_sync

    return BundleStore(connect_sync(wiring.redis_url(settings.load())))
