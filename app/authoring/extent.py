"""Where each value ends in its file, so that a problem can mark the whole of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import yaml

from app.authoring.problem import Place


@dataclass(frozen=True, slots=True)
class Extents:
    """The end of each value by its beginning. A block of several lines has none: it ends where the next begins."""

    scalars: dict[Place, Place] = field(default_factory=dict)
    collections: dict[Place, Place] = field(default_factory=dict)


@lru_cache(maxsize=16)  # the checks look at one file after the other, each several times
def extents(text: str) -> Extents:
    """Stops at the first syntax error, if there is one."""
    found = Extents()
    opened: list[Any] = []
    for event in events(text):
        if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            if getattr(event, "style", None) not in {"|", ">"}:
                _keep(found.scalars, event, event)
        elif isinstance(event, yaml.CollectionStartEvent):
            opened.append(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            start = opened.pop()
            if start.flow_style:
                _keep(found.collections, start, event)
    return found


def events(text: str) -> Iterator[Any]:
    """The parser's events, to the end or to the first syntax error."""
    parser = yaml.CSafeLoader(text)
    try:
        while not isinstance(event := parser.get_event(), yaml.StreamEndEvent):
            yield event
    except yaml.YAMLError:
        return
    finally:
        parser.dispose()


def _keep(ends: dict[Place, Place], first: Any, last: Any) -> None:
    start = first.start_mark.line + 1, first.start_mark.column + 1
    end = last.end_mark.line + 1, last.end_mark.column + 1
    if end > start:
        ends[start] = end
