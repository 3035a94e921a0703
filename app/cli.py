"""The command line. Each command does one thing and says what it did; every failure is one line and a non-zero code."""

import logging
import os
import signal
import sys
from collections.abc import Callable
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
@_folders
def up(port: int, workers: int, rules: Path | None, locales: Path | None) -> None:
    """Run everything on this machine: Redis, the rules, the service.

    Starts a Redis of its own unless FOREWARN_REDIS_URL names one, checks and publishes the rules, starts the service on
    127.0.0.1 and prints a request to try. State is kept in FOREWARN_STATE_DIR (default: var). Ctrl-C stops everything.
    """
    from app import sources
    from app import up as everything

    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    everything.up(sources.find(rules, locales), port, workers, click.echo)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes: one a core.")
def serve(host: str, port: int, workers: int) -> None:
    """Run the decision API until SIGTERM.

    Needs FOREWARN_SECRET, and FOREWARN_REDIS_URL or the Redis of a running `forewarn up`. Serves from memory: Redis may
    stop, the answers go on. A stopping worker ships what it recorded for up to ten seconds.
    """
    from app import serving

    _store()  # a URL that cannot be used is one line here, and a traceback in each worker
    # uvicorn raises the signal that stopped it once more: by default that ends us before our own cleaning up.
    signal.signal(signal.SIGTERM, _end)
    serving.serve(host, port, workers)


@cli.command()
@_folders
@click.option("--strict", is_flag=True, help="Fail on warnings too, as pull requests do.")
def check(rules: Path | None, locales: Path | None, *, strict: bool) -> None:
    """Check rules and texts: every problem at once, each with its place and what to write instead.

    Errors are what cannot be loaded or would show a user a wrong or empty text; they block `publish`. All else warns.
    """
    from app import sources
    from app.authoring.report import report
    from app.paint import paint

    found = sources.checked(sources.find(rules, locales))
    click.echo(report(found, paint))
    if found.errors or (strict and found.warnings):
        sys.exit(1)


@cli.command()
@_folders
@click.option("--by", help="Who publishes.  [default: git's user.email, else the user of this machine]")
def publish(rules: Path | None, locales: Path | None, by: str | None) -> None:
    """Check the rules and put them in force: live in every worker within a second.

    The bundle is stored under the hash of its content; the log says who, when and from which commit.
    """
    from app import settings, sources, wiring

    done = sources.publish(sources.find(rules, locales), wiring.redis_url(settings.load()), by=by, say=click.echo)
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
    from app import sources

    done = _store().rollback(revision, by=by or sources.author(), at=sources.now())
    click.echo(f"In force: {done.revision}" if done.changed else f"Nothing changed: {done.revision} is in force.")


@cli.command()
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many, newest first.")
def history(limit: int) -> None:
    """Who published or rolled back what, when, and from which commit. The one in force is marked."""
    entries = _store().history(limit)
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
    from app import explaining, sources

    explaining.explain(withdrawal.read(), sources.find(rules, locales), rule_id, as_json=as_json, say=click.echo)


@cli.command()
@click.option("--out", type=_FOLDER, required=True, help="Folder to write to.")
@_folders
def fallback(out: Path, rules: Path | None, locales: Path | None) -> None:
    """Write one default alert a region and language as JSON, for the exchange to show when we do not answer.

    The files are OUT/HK/zh-Hant.json and so on; OUT/index.json names each region's languages, the default first.
    """
    from app import explaining, sources
    from app import fallback as files

    written = files.write(explaining.rulebook(sources.find(rules, locales), click.echo), out)
    click.echo(f"Wrote {len(written)} files to {out}")


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
    from app import keyring, settings

    path = settings.load().keys_path
    key = keyring.add(path, name, scopes, test=test)
    click.echo(f"Key {name!r} added to {path}. It is shown this once:", err=True)
    click.echo(key)


@keys.command("list")
def keys_list() -> None:
    """Names, scopes and days of the keys."""
    from app import keyring, settings

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
    from app import keyring, settings

    keyring.revoke(settings.load().keys_path, name)
    click.echo(f"Key {name!r} revoked.")


def _end(_: int, __: FrameType | None) -> NoReturn:
    sys.exit(0)


def _store() -> Any:
    from app import settings, wiring
    from app.storage.bundles import BundleStore
    from app.storage.connection import connect_sync

    return BundleStore(connect_sync(wiring.redis_url(settings.load())))
