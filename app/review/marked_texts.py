"""The sentences that a person reads first: a scammer would write them so, or other words may turn them round."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.authoring.drafts import Drafts
from app.review.marked_sentences import MarkedSentence, marked_sentences, sentences_of
from app.review.reworded_sentences import reworded_sentences
from app.review.text_changes import BUTTON, TextChange, data_of
from app.review.yaml_diff import entry_changes

_PROCEED = f"{BUTTON} proceed"
# The texts about a contact; they are written in English or in a language of the region.
_ABOUT_CONTACTS = frozenset({"does", "does_not", "hours"})
_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A sentence. `place` is a message of a file, such as `hk/en: investment`, and `part` one of its texts.

    `before` is what a reworded sentence was; such a sentence needs no reason of its own.
    """

    place: str
    part: str
    language: str
    path: str
    sentence: MarkedSentence
    before: str | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.sentence.why if self.before is None else (f"reworded; it was: {self.before}",)


def marked_texts(before: Drafts, after: Drafts, texts: Iterable[TextChange]) -> list[MarkedText]:
    """By message; those with the most reasons first, so that many harmless ones cannot hide another.

    Reworded sentences come last.
    """
    changes = list(texts)
    messages: dict[str, list[MarkedText]] = {}
    for marked in (*_in_texts(after, changes), *_in_contacts(before, after)):
        messages.setdefault(marked.place, []).append(marked)
    ordered = sorted(messages.values(), key=lambda found: -max(len(each.sentence.why) for each in found))
    named = [marked for message in ordered for marked in message]
    known = {(marked.place, marked.sentence.text) for marked in named}
    return named + [
        MarkedText(_place(text), text.part, text.language, text.path, sentence, before)
        for text, before, sentence in reworded_sentences(changes)
        if (_place(text), sentence.text) not in known
    ]


def _in_texts(after: Drafts, texts: Sequence[TextChange]) -> Iterator[MarkedText]:
    """A sentence that moved within its message is not new."""
    known = {(_place(text), sentence) for text in texts for sentence in sentences_of(text.before or "")}
    for text in texts:
        place, proceeds = _place(text), text.part.endswith(_PROCEED)
        for sentence in marked_sentences(
            text.after or "", text.language, names=_names(after, text.region), proceeds=proceeds
        ):
            if (place, sentence.text) not in known:
                yield MarkedText(place, text.part, text.language, text.path, sentence)


def _in_contacts(before: Drafts, after: Drafts) -> Iterator[MarkedText]:
    for region, new in sorted(after.regions.items()):
        old = data_of(before.regions.get(region)).get("contacts", {})
        language = new.parts.languages[0] if new.parts is not None else _ENGLISH
        for change in entry_changes(old, data_of(new).get("contacts", {}), ("contacts",)):
            if change.where[-1] in _ABOUT_CONTACTS:
                known = set(sentences_of(change.before or ""))
                for sentence in marked_sentences(change.after or "", language, names=_names(after, region)):
                    if sentence.text not in known:
                        yield MarkedText(f"{region}: region.yaml", change.name, language, new.path, sentence)


def _place(text: TextChange) -> str:
    return f"{text.region}/{text.language}: {text.message or 'every message'}"


def _names(drafts: Drafts, region: str) -> list[str]:
    """What the region's partner is called."""
    draft = drafts.regions.get(region)
    if draft is None or draft.parts is None:
        return []
    partner = draft.parts.partner
    return [name for name in (partner.name, partner.unit) if name]
