"""Options that several commands share, the output that they direct, and who may read what they keep."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)
EXISTING_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
PORT = click.IntRange(1, 65535)
DAY = click.DateTime(["%Y-%m-%d"])

out_file = click.option("--out", type=FILE, help="Write to this file instead of standard output.")


def folder_options(command: F) -> F:
    """`--rules` and `--locales`."""
    locales = click.option(
        "--locales", type=FOLDER, help="Folder of the texts.  [default: ./locales, or else the bundled samples]"
    )
    rules = click.option(
        "--rules", type=FOLDER, help="Folder of the rules.  [default: ./rules, or else the bundled samples]"
    )
    return rules(locales(command))


def output_format(*names: str, help: str = "Output format.") -> Callable[[F], F]:  # noqa: A002  click's own name
    """`--format`, given to the command as `form`. The first name is the default."""
    return click.option("--format", "form", type=click.Choice(names), default=names[0], show_default=True, help=help)


def write_output(text: str, out: Path | None) -> None:
    """Writes the text as it is to the file, or to standard output where there is none."""
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def keep_files_private() -> None:
    """From here on this process and its children make folders of mode 0700 and files of mode 0600, whatever the umask.

    The state folder has the keys' hashes and every event. Commands whose output is for others use `private_files`.
    """
    os.umask(0o077)


@contextmanager
def private_files() -> Iterator[None]:
    """Within it, `keep_files_private` holds."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def octal_mode(_: click.Context, __: click.Parameter, value: str) -> int:
    """A callback of an option: permissions, written as 660 or 0660."""
    if not re.fullmatch("0?[0-7]{3}", value):
        raise click.BadParameter(f"{value!r} is not three octal digits such as 660")
    return int(value, 8)


def root_path_option(_: click.Context, __: click.Parameter, value: str) -> str:
    """A callback of an option: the path that a proxy strips, or nothing."""
    if not re.fullmatch(r"(/[\w.~-]+)*", value):
        raise click.BadParameter(f"{value!r} is not a path such as /forewarn, without a slash at its end")
    return value
