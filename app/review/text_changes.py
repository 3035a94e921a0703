"""Which texts differ: titles, paragraphs, questions and buttons, in every language and variant."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.authoring.drafts import Draft, Drafts
from app.review.list_alignment import align, pairs
from app.review.rule_sentences import format_as_typed
from app.review.word_diff import tokens

Entries = Mapping[str, Any]
Sections = dict[str, list[str]]

# The name that stands for the labels every message inherits.
DEFAULTS = ""

# Parts that are the label of a button begin with this.
BUTTON = "button"
_VARIANT = "variant "


@dataclass(frozen=True, slots=True)
class TextChange:
    """One text of the file `path`. `message` is empty for labels that every message inherits.

    None stands for a missing text.
    """

    region: str
    language: str
    message: str
    part: str
    before: str | None
    after: str | None
    status_before: str | None
    status_after: str | None
    path: str

    @property
    def official(self) -> bool:
        return "official" in {self.status_before, self.status_after}


def text_changes(before: Drafts, after: Drafts) -> list[TextChange]:
    """By region and message, then language, then position in the text.

    Compares texts as written, whether or not they could be shown: a title that is too long is a change too.
    """
    found: list[TextChange] = []
    for place in sorted(before.texts.keys() | after.texts.keys()):
        old, new = before.texts.get(place), after.texts.get(place)
        if not _unreadable(old) and not _unreadable(new):
            found.extend(_in_file(*place, old, new))
    return sorted(found, key=lambda change: (change.region, change.message, change.language))


def _unreadable(draft: Draft[Any] | None) -> bool:
    """A file that is not YAML. `check` reports it; its texts must not be listed as removed."""
    return draft is not None and not isinstance(draft.document.data, dict)


def data_of(draft: Draft[Any] | None) -> Entries:
    return _entries(draft.document.data) if draft is not None else {}


def _entries(value: object) -> Entries:
    return value if isinstance(value, dict) else {}


def _in_file(
    region: str, language: str, before_file: Draft[Any] | None, after_file: Draft[Any] | None
) -> Iterator[TextChange]:
    old, new = data_of(before_file), data_of(after_file)
    path = (after_file or before_file).path  # type: ignore[union-attr]  # one of them is there
    status = _text(old.get("status")), _text(new.get("status"))
    names = (*_entries(old.get("messages")), *_entries(new.get("messages")))
    for name in dict.fromkeys((DEFAULTS, *names)):
        for part, before, after in _in_message(sections_of(old, name), sections_of(new, name)):
            yield TextChange(region, language, name, part, before, after, *status, path)


def sections_of(texts: Entries, name: str) -> Sections:
    """The texts of a message by the names of their parts; empty where there is no such message."""
    if name == DEFAULTS:
        return _labels("", _entries(texts.get("defaults")))
    message = _entries(_entries(texts.get("messages")).get(name))
    sections = _wording("", message)
    for variant, form in _entries(message.get("variants")).items():
        sections |= _wording(f"{_VARIANT}{variant}: ", _entries(form))
    return {part: texts for part, texts in sections.items() if texts}


def variant_of(part: str) -> str | None:
    """The variant to which a part belongs; None for the message itself.

    >>> variant_of("variant b: paragraph 2")
    'b'
    """
    beginning, separator, _ = part.partition(": ")
    return beginning.removeprefix(_VARIANT) if separator and beginning.startswith(_VARIANT) else None


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
    return [format_as_typed(item) for item in value if item is not None] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return None if value is None else format_as_typed(value)


def _in_message(before: Sections, after: Sections) -> Iterator[tuple[str, str | None, str | None]]:
    for part in dict.fromkeys((*before, *after)):
        old, new = before.get(part, []), after.get(part, [])
        several = max(len(old), len(new)) > 1
        for i, j in _aligned(old, new):
            number = f" {(i if j is None else j) + 1}" if several else ""  # type: ignore[operator]  # one of them is there
            yield part + number, None if i is None else old[i], None if j is None else new[j]


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int | None, int | None]]:
    """Pairs the paragraphs that differ, so that a new one in the middle does not make all later ones look changed."""
    for tag, i, j, k, m in align(old, new):
        if tag == "equal":
            continue
        for was, becomes in pairs(old[i:j], new[k:m], _alike):
            yield None if was is None else i + was, None if becomes is None else k + becomes


def _alike(before: str, after: str) -> float:
    """The share of their words that both texts have."""
    old, new = Counter(tokens(before)), Counter(tokens(after))
    return 2 * (old & new).total() / (old.total() + new.total() or 1)
