"""Checks that a region's languages agree: same variants, same placeholders, each in its own words."""

from collections.abc import Iterator

import langcodes

from app.authoring.problem import Finding, Spot
from app.authoring.problem_codes import Code
from app.authoring.suggestions import listing
from app.authoring.text_file import MessageForm, TextFile
from app.checks.message_texts import placeholders
from app.checks.prose import prose_of
from app.checks.readability import NAME_COLUMNS, plain_words
from app.checks.safe_text import readable
from app.checks.screen_limits import columns
from app.checks.stray_placeholders import stray_placeholders


def variant_errors(ours: TextFile, first: TextFile) -> Iterator[Finding]:
    """The variant is chosen before the language, so every language must have it."""
    for name in sorted(ours.messages.keys() & first.messages.keys()):
        here, there = ours.messages[name].variants, first.messages[name].variants
        if here.keys() != there.keys():
            message = f"`{name}` has {_variants(here)} here and {_variants(there)} in {first.language}"
            yield Finding(Code.VARIANTS_DIFFER, ("messages", name), message, "every language has the same", Spot.KEY)


def placeholder_warnings(ours: TextFile, first: TextFile, known: frozenset[str]) -> Iterator[Finding]:
    """A message with an unknown name or a stray brace is skipped, as is one of another keyboard: it has an error."""
    for name in sorted(ours.messages.keys() & first.messages.keys()):
        texts = [*_texts(ours.messages[name]), *_texts(first.messages[name])]
        if not all(map(readable, texts)) or any(any(stray_placeholders(text, known)) for text in texts):
            continue
        here, there = _named(ours.messages[name]), _named(first.messages[name])
        if not here | there <= known:
            continue
        lacking, added = sorted(there - here), sorted(here - there)
        differences = [
            f"{'lacks' if names is lacking else 'adds'} {listing(f'{{{name}}}' for name in names)}"
            for names in (lacking, added)
            if names
        ]
        if differences:
            message = f"`{name}` {' and '.join(differences)}, compared with {first.language}"
            yield Finding(Code.PLACEHOLDERS_DIFFER, ("messages", name), message, None, Spot.KEY)


def copied_texts(ours: TextFile, theirs: TextFile) -> Iterator[Finding]:
    """Texts that are the same in another language, except names and short labels."""
    if langcodes.Language.get(ours.language).language == langcodes.Language.get(theirs.language).language:
        return
    there = {prose.where: prose.text for prose in prose_of(theirs)}
    for prose in prose_of(ours):
        if there.get(prose.where) == prose.text and columns(plain_words(prose.text)) >= NAME_COLUMNS:
            message = f"the same words as in {theirs.language}"
            yield Finding(Code.UNTRANSLATED, prose.where, message, f"translate it into `{ours.language}`")


def _variants(names: dict[str, object] | object) -> str:
    return f"the variants {listing(sorted(names))}" if isinstance(names, dict) and names else "no variants"


def _texts(message: MessageForm) -> list[str]:
    texts = [message.title, *message.body, *message.questions]
    for variant in message.variants.values():
        texts += [variant.title or "", *(variant.body or ()), *(variant.questions or ())]
    return [text for text in texts if "{" in text or "}" in text]


def _named(message: MessageForm) -> set[str]:
    return {name for text in _texts(message) for name in placeholders(text)}
