"""Which texts differ, side by side: title, paragraphs, questions, buttons, in every language and variant."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.authoring.drafts import Draft, Drafts
from app.review.list_alignment import matching
from app.review.rule_sentences import shown

Entries = Mapping[str, Any]
Sections = dict[str, list[str]]

# The message of the labels that all others inherit.
DEFAULTS = ""

# What a part is called that is the label of a button.
BUTTON = "button"


@dataclass(frozen=True, slots=True)
class TextChange:
    """One text. `message` is empty for what every message of the file inherits; None is a text that is not there."""

    region: str
    language: str
    message: str
    part: str
    before: str | None
    after: str | None
    status_before: str | None
    status_after: str | None

    @property
    def official(self) -> bool:
        return "official" in {self.status_before, self.status_after}


def text_changes(before: Drafts, after: Drafts) -> list[TextChange]:
    """By region and message, then language, then place in the text.

    Compared as they are written, whether or not they could be shown: a title that is too long is a change too.
    """
    found: list[TextChange] = []
    for place in sorted(before.texts.keys() | after.texts.keys()):
        old, new = before.texts.get(place), after.texts.get(place)
        if not _unreadable(old) and not _unreadable(new):
            found.extend(_in_file(*place, data_of(old), data_of(new)))
    return sorted(found, key=lambda change: (change.region, change.message, change.language))


def _unreadable(draft: Draft[Any] | None) -> bool:
    """A file that is no YAML: `check` says so; that all of its texts are gone would be wrong."""
    return draft is not None and not isinstance(draft.document.data, dict)


def data_of(draft: Draft[Any] | None) -> Entries:
    return _entries(draft.document.data) if draft is not None else {}


def _entries(value: object) -> Entries:
    return value if isinstance(value, dict) else {}


def _in_file(region: str, language: str, old: Entries, new: Entries) -> Iterator[TextChange]:
    status = _text(old.get("status")), _text(new.get("status"))
    names = (*_entries(old.get("messages")), *_entries(new.get("messages")))
    for name in dict.fromkeys((DEFAULTS, *names)):
        for part, before, after in _in_message(_sections(old, name), _sections(new, name)):
            yield TextChange(region, language, name, part, before, after, *status)


def _sections(texts: Entries, name: str) -> Sections:
    """The texts of a message under the names of their parts; none where there is no such message."""
    if name == DEFAULTS:
        return _labels("", _entries(texts.get("defaults")))
    message = _entries(_entries(texts.get("messages")).get(name))
    sections = _wording("", message)
    for variant, form in _entries(message.get("variants")).items():
        sections |= _wording(f"variant {variant}: ", _entries(form))
    return sections


def _wording(prefix: str, form: Entries) -> Sections:
    title = _text(form.get("title"))
    return {
        f"{prefix}title": [] if title is None else [title],
        f"{prefix}paragraph": _texts(form.get("body")),
        f"{prefix}question": _texts(form.get("questions")),
        **_labels(prefix, form),
    }


def _labels(prefix: str, form: Entries) -> Sections:
    return {f"{prefix}{BUTTON} {action}": _texts([label]) for action, label in _entries(form.get("actions")).items()}


def _texts(value: object) -> list[str]:
    return [shown(item) for item in value if item is not None] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return None if value is None else shown(value)


def _in_message(before: Sections, after: Sections) -> Iterator[tuple[str, str | None, str | None]]:
    for part in dict.fromkeys((*before, *after)):
        old, new = before.get(part, []), after.get(part, [])
        several = max(len(old), len(new)) > 1
        for i, j in _aligned(old, new):
            number = f" {(i if j is None else j) + 1}" if several else ""  # type: ignore[operator]  # one of them is there
            yield part + number, None if i is None else old[i], None if j is None else new[j]


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int | None, int | None]]:
    """Which paragraph became which: a new one in the middle does not make all that follow look changed."""
    for tag, i, j, k, m in matching(old, new):
        if tag == "equal":
            continue
        for step in range(max(j - i, m - k)):
            yield (i + step if i + step < j else None), (k + step if k + step < m else None)
