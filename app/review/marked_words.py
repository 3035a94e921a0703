"""The words by which a sentence is marked for its reader, from `marked-words.yaml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.authoring.data_file import data_file
from app.checks.lexicon import Phrases, language_code, phrases_of

_EVERYWHERE, _ENGLISH = "everywhere", "en"
# These do not mark: in every language they are its own.
_LEAD, _APART = "lead", "apart"


@dataclass(frozen=True, slots=True)
class MarkedWords:
    """Phrases for folded texts. `kinds` by the kind that they mark; `lead` and `apart` as the file explains them."""

    kinds: Mapping[str, tuple[Phrases, ...]]
    lead: Phrases | None
    apart: Phrases | None

    def found(self, folded: str) -> frozenset[str]:
        """The kinds of which a word occurs."""
        return frozenset(kind for kind in self.kinds if any(phrases.first(folded) for phrases in self.kinds[kind]))

    def places(self, folded: str, kind: str) -> Iterator[tuple[int, int]]:
        """Where the words of a kind stand."""
        for phrases in self.kinds.get(kind, ()):
            yield from (match.span() for match in phrases.pattern.finditer(folded))

    def leads(self, folded: str) -> bool:
        return self.lead is not None and self.lead.first(folded) is not None

    def without_ordinary(self, folded: str) -> str:
        """The text with spaces in the place of ordinary phrases."""
        if self.apart is None or not self.apart.possible(folded):
            return folded
        return self.apart.pattern.sub(lambda match: " " * len(match.group()), folded)


@lru_cache(maxsize=1024)
def marked_words(language: str) -> MarkedWords:
    """Only the words of English and of `everywhere` for a language without its own, or for no language."""
    return _marked_words(language_code(language))


@lru_cache(maxsize=64)
def _marked_words(code: str) -> MarkedWords:
    listed = _listed()
    own, whole = listed.get(code, {}), code not in listed["joined"]
    kinds = [name for name in listed[_ENGLISH] if name not in {_LEAD, _APART}]
    lead, apart = (phrases_of(own[name], whole=whole) if name in own else None for name in (_LEAD, _APART))
    return MarkedWords({kind: tuple(_phrases(listed, own, kind, whole=whole)) for kind in kinds}, lead, apart)


@lru_cache(maxsize=1)
def _listed() -> dict[str, Any]:
    listed: dict[str, Any] = data_file("app.review", "marked-words.yaml")
    return listed


def _phrases(listed: Mapping[str, Any], own: Mapping[str, list[str]], kind: str, *, whole: bool) -> Iterator[Phrases]:
    """A text in any language may name a Telegram account, or say something in English."""
    if phrases := [*own.get(kind, ()), *listed[_EVERYWHERE].get(kind, ())]:
        yield phrases_of(phrases, whole=whole)
    yield phrases_of(listed[_ENGLISH][kind], whole=True)
