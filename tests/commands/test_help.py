"""Every command describes itself and each of its options."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.commands.cli import COMMANDS as TABLE
from app.commands.cli import cli
from tests.commands.commands import Run, environment, succeeded
from tests.deployment import ROOT


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(_commands(cli))


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "forewarn")
def test_help_has_a_sentence_and_every_option_a_meaning(run: Run, path: tuple[str, ...]) -> None:
    printed = succeeded(run(*path, "--help"))

    assert printed.startswith(" ".join(["Usage: forewarn", *path]))
    command = COMMANDS[path]
    assert command.help is not None
    assert command.help.split("\n")[0].rstrip(":").endswith(".")
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.opts[0] in printed
            assert option.help


@pytest.mark.parametrize("path", [(), ("keys",)])
def test_a_group_lists_its_commands(run: Run, path: tuple[str, ...]) -> None:
    """Also when it is called without one, which is an error."""
    printed = succeeded(run(*path, "--help"))
    alone = run(*path)

    assert alone.returncode == 2
    for name, *rest in (known[len(path) :] for known in COMMANDS if known[: len(path)] == path and known != path):
        if not rest:
            assert f"\n  {name} " in printed
            assert f"\n  {name} " in alone.stdout + alone.stderr


@pytest.mark.parametrize("name", TABLE)
def test_the_table_has_the_first_sentence_of_each_command(name: str) -> None:
    assert TABLE[name] == COMMANDS[name,].get_short_help_str(limit=200)


def test_the_table_has_every_command_of_the_folder() -> None:
    texts = {path.stem: path.read_text() for path in (ROOT / "app/commands").glob("*.py")}
    found = {name for name, text in texts.items() if re.search(r"^@click\.", text, re.MULTILINE)}

    assert found - {"cli"} == set(TABLE)


def test_the_table_is_in_the_order_of_the_alphabet() -> None:
    assert list(TABLE) == sorted(TABLE)


@pytest.mark.parametrize(
    ("arguments", "slow"),
    [
        ("--help", "app.settings fastapi orjson pydantic redis yaml"),
        ("keys list", "duckdb fastapi numpy pyarrow redis uvicorn"),
        ("check --help", "duckdb fastapi pyarrow redis uvicorn"),
        ("history --help", "duckdb fastapi pyarrow uvicorn"),
        ("archive --help", "fastapi uvicorn"),
        ("sql --help", "fastapi uvicorn"),
    ],
)
def test_a_command_imports_only_what_it_needs(state: Path, arguments: str, slow: str) -> None:
    code = f"""
import sys
from app.commands.cli import cli
cli.main({arguments.split()}, standalone_mode=False)
print(sorted(set({slow.split()}) & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(state), capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stderr.strip() == "[]"


def test_the_version_is_printed(run: Run) -> None:
    assert succeeded(run("--version")).startswith("forewarn")
