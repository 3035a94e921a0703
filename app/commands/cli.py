"""The `forewarn` command: finds the command that was named, and turns every failure into one line and an exit code."""

import os
import sys
from importlib import import_module
from typing import NoReturn, cast

import click

from app.domain.errors import ForewarnError
from app.logs import one_line

# Every command with the first sentence of its help. `forewarn NAME` is `app.commands.NAME`, imported when it is called:
# `forewarn keys list` should not wait for FastAPI to load, nor `--help` for anything.
COMMANDS = {
    "archive": "Write the event stream to the Parquet dataset until SIGTERM.",
    "canary": "Check that a running service serves the changed rules.",
    "check": "Report every problem in the rules and texts.",
    "codeowners": "Print .github/CODEOWNERS for the regions.",
    "console": "Run the analysts' console until SIGTERM.",
    "contacts": "List the contacts that must be verified again soon, and the rules whose period ends.",
    "diff": "Say in words what a change to rules and texts means.",
    "explain": "Explain why each rule matches a WITHDRAWAL or not.",
    "fallback": "Write one default alert per region and language as JSON.",
    "history": "List who published or rolled back which revision, and when.",
    "keys": "Create, rotate, list and revoke API keys.",
    "new": "Start a rule from a template.",
    "preview": "Show every rule's alerts as users will see them.",
    "publish": "Check the rules and put them in force.",
    "report": "Report how many people reconsidered, with confidence intervals.",
    "rollback": "Put an earlier revision of the rules back in force.",
    "serve": "Run the decision API until SIGTERM.",
    "simulate": "Simulate an exchange whose true rates are known.",
    "sql": "Query the recorded events with one read-only SELECT.",
    "translations": "List which texts have fallen behind the text that they were translated from.",
    "up": "Run everything on this machine.",
}


class CommandTable(click.Group):
    """A group that imports a command only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return cast("click.Command", getattr(import_module(f"app.commands.{cmd_name}"), cmd_name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=CommandTable, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="forewarn")
def cli() -> None:
    """Forewarn warns people at the moment they are about to send their money to a scammer.

    Settings come from FOREWARN_* variables; docs/settings.md lists them.
    """


def main() -> NoReturn:
    """Runs the command line and exits."""
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
    click.echo(f"{click.style('forewarn:', fg='red', bold=True)} {one_line(message)}", err=True)
    sys.exit(code)
