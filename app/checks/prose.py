"""Every text of a file that users read, with its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.authoring.problem import Path
from app.authoring.text_file import Labels, MessageForm, TextFile, VariantForm


class Part(StrEnum):
    """What a text is in an alert."""

    TITLE = "title"
    PARAGRAPH = "paragraph"
    QUESTION = "question"
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Prose:
    where: Path
    part: Part
    text: str


def prose_of(texts: TextFile) -> Iterator[Prose]:
    yield from _labels(texts.defaults.actions, ("defaults", "actions"))
    for name, message in texts.messages.items():
        where: Path = ("messages", name)
        yield from _wording(message, where)
        for variant, wording in message.variants.items():
            yield from _wording(wording, (*where, "variants", variant))


def _wording(wording: MessageForm | VariantForm, where: Path) -> Iterator[Prose]:
    if wording.title is not None:
        yield Prose((*where, "title"), Part.TITLE, wording.title)
    for i, text in enumerate(wording.body or ()):
        yield Prose((*where, "body", i), Part.PARAGRAPH, text)
    for i, text in enumerate(wording.questions or ()):
        yield Prose((*where, "questions", i), Part.QUESTION, text)
    yield from _labels(wording.actions, (*where, "actions"))


def _labels(labels: Labels, where: Path) -> Iterator[Prose]:
    for action, label in labels.given().items():
        yield Prose((*where, action), Part.LABEL, label)
