"""What differs between two YAML files, entry by entry."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.review.rule_sentences import shown

# An entry that is not there, which is something else than one that is empty.
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class EntryChange:
    """`where` is the way to the entry, such as `contacts.helpline.phone`. None is an entry that is not there."""

    where: tuple[str, ...]
    before: str | None
    after: str | None

    @property
    def name(self) -> str:
        return ".".join(self.where)


def entry_changes(before: object, after: object, where: tuple[str, ...] = ()) -> Iterator[EntryChange]:
    """Every entry of the two documents that is not the same in both, in the order in which they stand."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from entry_changes(before.get(name, _ABSENT), after.get(name, _ABSENT), (*where, str(name)))
    elif isinstance(before, dict) and after is _ABSENT:
        yield from entry_changes(before, {}, where) if before else iter((EntryChange(where, "empty", None),))
    elif isinstance(after, dict) and before is _ABSENT:
        yield from entry_changes({}, after, where) if after else iter((EntryChange(where, None, "empty"),))
    elif type(before) is not type(after) or before != after:
        yield EntryChange(where, _words(before), _words(after))


def _words(value: object) -> str | None:
    if value is _ABSENT:
        return None
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_words(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_words(item) or "" for item in value) or "none"
    return shown(value)
