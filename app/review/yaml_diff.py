"""The differences between two YAML documents, entry by entry."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.review.rule_sentences import format_as_typed

# A missing entry, as opposed to an empty one.
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class EntryChange:
    """`where` is the path of the entry, such as `contacts.helpline.phone`. None stands for a missing entry."""

    where: tuple[str, ...]
    before: str | None
    after: str | None

    @property
    def name(self) -> str:
        return ".".join(self.where)


def entry_changes(before: object, after: object, where: tuple[str, ...] = ()) -> Iterator[EntryChange]:
    """Every entry that differs between the documents, in their order."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from entry_changes(before.get(name, _ABSENT), after.get(name, _ABSENT), (*where, str(name)))
    elif isinstance(before, dict) and after is _ABSENT:
        yield from entry_changes(before, {}, where) if before else iter((EntryChange(where, "empty", None),))
    elif isinstance(after, dict) and before is _ABSENT:
        yield from entry_changes({}, after, where) if after else iter((EntryChange(where, None, "empty"),))
    elif type(before) is not type(after) or before != after:
        was, becomes = _format(before), _format(after)
        yield EntryChange(where, was, becomes) if was != becomes else EntryChange(where, *_typed(before, after))


def _typed(*values: object) -> Iterator[str]:
    """Values that look alike, such as `18222` with and without quotes."""
    yield from (f"{_format(value)} ({'in quotes' if isinstance(value, str) else 'without quotes'})" for value in values)


def _format(value: object) -> str | None:
    if value is _ABSENT:
        return None
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_format(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_format(item) or "" for item in value) or "none"
    return format_as_typed(value)
