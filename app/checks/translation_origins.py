"""Checks what a text says about the text that it was translated from."""

from collections.abc import Iterator, Sequence

from app.authoring.problem import Finding
from app.authoring.problem_codes import Code
from app.authoring.suggestions import listing, quoted
from app.authoring.text_file import TextFile
from app.authoring.translation_state import Translation

TO_TRANSLATE = "compare the two, change this one where it differs, then put here: "


def behind(translation: Translation) -> Finding:
    """What the author of the translation has to do, with the line that then says so."""
    source = translation.origin.language
    message = f"the text in `{source}` has changed since {quoted(translation.message)} was translated from it"
    hint = f"{TO_TRANSLATE}`{translation.origin.line}`"
    return Finding(Code.TRANSLATION_BEHIND, ("messages", translation.message, "from"), message, hint)


def unknown_origins(texts: TextFile, languages: Sequence[str]) -> Iterator[Finding]:
    others = [language for language in languages if language != texts.language]
    for name, message in texts.messages.items():
        if message.from_ is not None and message.from_.language not in others:
            said = f"{quoted(message.from_.language)} is no other language of this region"
            hint = f"name the one that this text was translated from: {listing(others)}" if others else "delete `from`"
            yield Finding(Code.BAD_VALUE, ("messages", name, "from", "language"), said, hint)
