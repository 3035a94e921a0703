"""Adds a message to a text file; every other byte stays as it is."""

from collections.abc import Iterable

import yaml


def insert_message(text: str, message: Iterable[str]) -> str | None:
    """The file's text with the lines of a message after its last one.

    `text` is valid YAML with an entry `messages`. None where that does not hold each message on lines of its own.
    """
    node = _messages(text)
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
        return None
    end = _last_line(node) + 1
    lines = text.splitlines(keepends=True)
    while not lines[end - 1].strip():
        end -= 1
    indent = node.value[0][0].start_mark.column
    newline = "\r\n" if "\r\n" in text else "\n"
    before, after = "".join(lines[:end]), "".join(lines[end:])
    before += "" if before.endswith("\n") else newline
    added = "".join(f"{' ' * indent}{line}{newline}" for line in message)
    return f"{before}{newline}{added}{after}"


def _messages(text: str) -> yaml.Node:
    root = yaml.compose(text.removeprefix("\ufeff"), Loader=yaml.CSafeLoader)
    entries = root.value if isinstance(root, yaml.MappingNode) else []
    node: yaml.Node = next(value for key, value in entries if key.value == "messages")
    return node


def _last_line(node: yaml.Node) -> int:
    """The last line of an entry, from 0; it may end with blank lines."""
    if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        inner = node.value[-1]
        return _last_line(inner[1] if isinstance(inner, tuple) else inner)
    end = node.end_mark
    return end.line - 1 if end.column == 0 and end.line > node.start_mark.line else int(end.line)
