"""The checks of one file of texts, by itself and against the region's other languages."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.authoring.drafts import Drafts, TextDraft
from app.authoring.problem import Finding
from app.authoring.problem_codes import Code
from app.authoring.text_file import TextFile
from app.authoring.translation_state import State, translations_in
from app.checks.blank import has_blank
from app.checks.language_parity import copied_texts, placeholder_warnings, variant_errors
from app.checks.lexicon import lexicon
from app.checks.message_texts import Scope, label_errors, message_errors, missing_label, missing_labels
from app.checks.readability import deceptions, readability_warnings
from app.checks.translation_origins import behind, unknown_origins
from app.domain.message import TEXT_FACTS

_READERS = "locales/languages.yaml"
_DEFAULT_LABELS = ("defaults", "actions")


@dataclass(frozen=True, slots=True)
class TextContext:
    """`scope` is None where the region's contacts are not known."""

    draft: TextDraft
    parts: TextFile
    drafts: Drafts
    scope: Scope | None

    def unwritten(self) -> frozenset[tuple[str | int, ...]]:
        """The messages that are still to be written, in part or as a whole."""
        return frozenset(("messages", name) for name, message in self.parts.messages.items() if has_blank(message))


def _labels(texts: TextContext) -> Iterable[Finding]:
    return label_errors(texts.parts.defaults.actions, _DEFAULT_LABELS, texts.scope)


def _messages(texts: TextContext) -> Iterator[Finding]:
    for name, message in texts.parts.messages.items():
        for part in message_errors(message, ("messages", name), texts.scope):
            yield from part


def _deceptions(texts: TextContext) -> Iterable[Finding]:
    return _of_readers(texts, deceptions(texts.parts))


def _readability(texts: TextContext) -> Iterable[Finding]:
    """What to do cannot be found in a message that is still in another language; that has a warning of its own."""
    found = [each for each in _of_readers(texts, readability_warnings(texts.parts)) if texts.draft.certain(each.where)]
    unordered = {each.where[:2] for each in found if each.code is Code.ACTION_NOT_FIRST}
    copied = {each.where[:2] for each in _copied_texts(texts)} if unordered else set()
    return (each for each in found if each.code is not Code.ACTION_NOT_FIRST or each.where[:2] not in copied)


def _unguarded(texts: TextContext) -> Iterator[Finding]:
    """A language has a word list, or somebody who reads each text in it."""
    language, readers = texts.draft.language, texts.drafts.languages
    if texts.parts.language != language or lexicon(language) is not None:
        return
    if readers is None or readers.parts is None or readers.parts.reader(language) is None:
        message = f"there is no word list for `{language}`, so nothing that a scammer would ask for is found here"
        hint = f"name a person or team who reads every text in it, as `{language}` under `readers` in {_READERS}"
        maintainers = "; maintainers can add its words to app/checks/words instead"
        yield Finding(Code.UNGUARDED_LANGUAGE, ("language",), message, hint + maintainers)


def _copied_texts(texts: TextContext) -> Iterator[Finding]:
    """Compared with the region's languages before this one."""
    region, here = texts.drafts.regions.get(texts.draft.region), texts.draft.language
    languages = region.parts.languages if region is not None and region.parts is not None else []
    for language in languages[: languages.index(here)] if here in languages else ():
        other = texts.drafts.texts.get((texts.draft.region, language))
        if other is not None and other.parts is not None:
            yield from _of_readers(texts, copied_texts(texts.parts, other.parts))


def _of_readers(texts: TextContext, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Of texts that somebody has written, in the language that the file and its name agree on."""
    if texts.parts.language == texts.draft.language:
        unwritten = texts.unwritten()
        yield from (each for each in findings if each.where[:2] not in unwritten)


def _missing_labels(texts: TextContext) -> Iterator[Finding]:
    """A label that no message has is missing once, not in every message."""
    draft, parts, scope = texts.draft, texts.parts, texts.scope
    if scope is None or draft.stands_in(_DEFAULT_LABELS):
        return
    lacking = {
        name: missing_labels(parts.defaults.actions, message, scope)
        for name, message in parts.messages.items()
        if not draft.stands_in(("messages", name, "actions"))
    }
    everywhere = set.intersection(*map(set, lacking.values())) if lacking else set()
    if everywhere:
        yield missing_label([label for label in next(iter(lacking.values())) if label in everywhere], ("defaults",))
    for name, labels in lacking.items():
        if own := [label for label in labels if label not in everywhere]:
            yield missing_label(own, ("messages", name))


def _variants(texts: TextContext) -> Iterator[Finding]:
    first = _first_language(texts)
    if first is None:
        return
    for finding in _written_in_both(texts, first, variant_errors(texts.parts, first.parts)):
        variants = (*finding.where, "variants")
        if not any(each.stands_in(variants) or each.names_lost(variants) for each in (texts.draft, first.draft)):
            yield finding


def _placeholders(texts: TextContext) -> Iterator[Finding]:
    first = _first_language(texts)
    if first is None:
        return
    known = frozenset(TEXT_FACTS) | (texts.scope.verified if texts.scope is not None else frozenset())
    for finding in _written_in_both(texts, first, placeholder_warnings(texts.parts, first.parts, known)):
        if texts.draft.certain(finding.where) and first.draft.certain(finding.where):
            yield finding


def _translations(texts: TextContext) -> Iterator[Finding]:
    for translation in translations_in(texts.drafts, texts.draft):
        if translation.state is State.BEHIND and texts.draft.certain(("messages", translation.message, "from")):
            yield behind(translation)


def _origins(texts: TextContext) -> Iterable[Finding]:
    region = texts.drafts.regions.get(texts.draft.region)
    if region is None or region.parts is None or not region.certain(("languages",)):
        return ()
    return unknown_origins(texts.parts, region.parts.languages)


def _written_in_both(texts: TextContext, first: TextContext, findings: Iterable[Finding]) -> Iterator[Finding]:
    unwritten = texts.unwritten() | first.unwritten()
    return (each for each in findings if each.where[:2] not in unwritten)


def _first_language(texts: TextContext) -> TextContext | None:
    """The texts in the region's first language; None where these are the first."""
    region = texts.drafts.regions.get(texts.draft.region)
    if region is None or region.parts is None or region.stands_in(("languages", 0)):
        return None
    first = texts.drafts.texts.get((texts.draft.region, region.parts.languages[0]))
    if first is None or first.parts is None or first is texts.draft:
        return None
    return TextContext(first, first.parts, texts.drafts, texts.scope)


TEXT_CHECKS: Sequence[Callable[[TextContext], Iterable[Finding]]] = (
    _labels,
    _messages,
    _deceptions,
    _readability,
    _unguarded,
    _copied_texts,
    _missing_labels,
    _variants,
    _placeholders,
    _translations,
    _origins,
)
