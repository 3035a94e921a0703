"""Colours of the terminal, by the role of a text. click leaves them out where the output is no terminal."""

import click

_STYLES = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "hint": {"fg": "cyan"},
    "place": {"bold": True},
    "caret": {"fg": "red", "bold": True},
    "removed": {"fg": "red"},
    "added": {"fg": "green"},
    "title": {"bold": True},
    "call": {"fg": "yellow", "bold": True},
}


def paint(text: str, role: str) -> str:
    return click.style(text, **_STYLES[role])  # type: ignore[arg-type]  # one style has no booleans
