"""What a text would do to its readers: fool them, or leave them more afraid than before."""

from collections.abc import Iterator

from app.authoring.asking import requests
from app.authoring.letters import look_alikes
from app.authoring.problem import Finding
from app.authoring.prose import Part, prose_of
from app.authoring.text_file import TextFile


def reader_faults(texts: TextFile) -> Iterator[Finding]:
    """What would fool a reader."""
    for prose in prose_of(texts):
        asked = requests(prose.text, texts.language, button=prose.part is Part.LABEL)
        for code, message, hint in (*look_alikes(prose.text, texts.language), *asked):
            yield Finding(code, prose.where, message, hint)
