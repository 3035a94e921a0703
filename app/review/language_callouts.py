"""Callouts of languages without a word list: `check` finds nothing in their texts, so somebody must read them."""

from collections import Counter
from collections.abc import Iterator

from app.authoring.drafts import Drafts
from app.authoring.fields import is_language
from app.checks.lexicon import lexicon
from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.rule_sentences import plural
from app.review.text_changes import data_of
from app.review.yaml_diff import entry_changes

_READERS = "readers"


def language_callouts(found: Difference) -> Iterator[Callout]:
    yield from _readers(found)
    yield from _texts(found)


def _readers(found: Difference) -> Iterator[Callout]:
    """Whoever is named here is trusted with every text of a language."""
    before, after = (data_of(side.drafts.languages) for side in (found.before, found.after))
    for change in entry_changes(before, after):
        if change.where[0] == _READERS:
            yield Callout(CalloutKind.UNGUARDED, f"languages.yaml: {change.name}", change.before, change.after)


def _texts(found: Difference) -> Iterator[Callout]:
    counts = Counter(
        (text.region, text.language, text.path)
        for text in found.texts
        if text.after is not None and is_language(text.language) and lexicon(text.language) is None
    )
    for (region, language, path), count in counts.items():
        reader = _reader(found.after.drafts, language)
        read = f"read by {reader}" if reader else "read by nobody who is named in languages.yaml"
        yield Callout(CalloutKind.UNGUARDED, f"{region}/{language}: {plural(count, 'changed text')}, {read}", path=path)


def _reader(drafts: Drafts, language: str) -> str | None:
    languages = drafts.languages
    return languages.parts.reader(language) if languages is not None and languages.parts is not None else None
