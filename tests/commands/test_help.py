"""Every command says what it does, and what each of its options means."""

from collections.abc import Iterator

import click
import pytest

from app.commands.cli import cli
from tests.commands.commands import Run, succeeded


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, group
    for name, command in group.commands.items():
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
    """Also where it is called without one, which is a mistake."""
    printed = succeeded(run(*path, "--help"))
    alone = run(*path)

    assert alone.returncode == 2
    for name, *rest in (known[len(path) :] for known in COMMANDS if known[: len(path)] == path and known != path):
        if not rest:
            assert f"\n  {name} " in printed
            assert f"\n  {name} " in alone.stdout + alone.stderr


def test_the_version_is_printed(run: Run) -> None:
    assert succeeded(run("--version")).startswith("forewarn")
