"""The phrases by which texts of one language are judged, from `words/xx.yaml`.

In a phrase, `*` matches any ending, and `…` up to forty letters of a clause, which are a group of the match.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import langcodes

from app.authoring.data_file import data_file

# What a text must not ask for.
ASKED_FOR = {
    "secret": "a code, a password or recovery words",
    "control": "control of their device",
    "transfer": "a transfer",
    "contact": "a contact in a messenger, where anybody can take any name",
}


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases to search for. A folded text that contains one also contains one of the `stems`, a quick test."""

    source: str
    stems: tuple[str, ...]

    @property
    def pattern(self) -> re.Pattern[str]:
        return _compiled(self.source)

    def possible(self, folded: str) -> bool:
        return any(stem in folded for stem in self.stems)

    def first(self, folded: str) -> str | None:
        match = self.pattern.search(folded) if self.possible(folded) else None
        return match.group().strip() if match else None


@dataclass(frozen=True, slots=True)
class Order:
    """A sentence is an order if `of` (the object) stands near `to` (the verb), on the side that the language puts it.

    With `openers`, the verb must open a clause or follow an opener. Without, its form alone makes an order, and so does
    that of `must`: `you must enter`.
    """

    to: Phrases
    must: Phrases | None
    of: Phrases
    openers: Phrases | None
    verb_first: bool
    object_first: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`silent` phrases negate or attribute a sentence: never, nobody, scammers. `decoys` only look like them."""

    orders: Mapping[str, Order]
    verb_first: bool
    silent: Phrases
    decoys: Phrases
    safe: Phrases
    blame: Phrases
    promise: Phrases

    def silences(self, folded: str) -> bool:
        """Whether a sentence says what others say or want, or denies it."""
        return bool(self.silent.pattern.search(self.decoys.pattern.sub(" ", folded)))

    def silenced(self, folded: str) -> int:
        """How many words of the sentence do so."""
        return sum(1 for _ in self.silent.pattern.finditer(self.decoys.pattern.sub(" ", folded)))


def fold(text: str) -> str:
    """A text for comparison: without case, with one kind of apostrophe and one kind of space."""
    plain = text.casefold().replace("’", "'").replace("ʼ", "'").replace("\u00a0", " ").replace("\u202f", " ")
    return plain.replace("i\u0307", "i")  # the Turkish İ in lower case


def language_code(name: str) -> str:
    """The language of a tag, without script and region; empty for what is no tag, such as the name of a stray file.

    >>> language_code("zh-Hant"), language_code("notes_1")
    ('zh', '')
    """
    return langcodes.Language.get(name).language or "" if langcodes.tag_is_valid(name) else ""


@lru_cache(maxsize=1024)
def lexicon(language: str) -> Lexicon | None:
    """None for a language without a file."""
    return _lexicon(language_code(language))


@lru_cache(maxsize=1024)
def coercive_phrases(language: str) -> Phrases | None:
    """Phrases that urge a reader to go on; None for a language without words."""
    return _listed("coercion", language_code(language))


@lru_cache(maxsize=1024)
def claimed_phrases(language: str) -> Phrases | None:
    """Phrases that calm a reader; None for a language without words."""
    return _listed("claims", language_code(language))


def _listed(name: str, language: str) -> Phrases | None:
    raw, phrases = _read(language), (_read(name) or {}).get(language)
    return phrases_of(phrases, whole=bool(raw["whole_words"])) if raw is not None and phrases else None


@lru_cache(maxsize=64)
def _lexicon(language: str) -> Lexicon | None:
    raw = _read(language)
    if raw is None:
        return None
    shared, whole = _read("everywhere") or {}, bool(raw["whole_words"])
    return Lexicon(
        {kind: _order(raw, kind, shared[kind]) for kind in ASKED_FOR},
        raw["order"] == "verb-first",
        *(phrases_of(raw[key], whole=whole) for key in ("silent", "decoys", "safe", "blame", "promise")),
    )


@lru_cache(maxsize=64)
def _read(name: str) -> dict[str, Any] | None:
    raw: dict[str, Any] | None = data_file("app.checks", "words", f"{name}.yaml")
    return raw


def _order(raw: Mapping[str, Any], kind: str, shared: Iterable[str]) -> Order:
    whole, words = bool(raw["whole_words"]), raw[kind]
    # `You must pay a fee` describes what scammers do; `you must enter the code` is an order.
    modals = raw.get("modals", []) if kind != "transfer" else []
    must = [f"{modal} {verb}" for modal in modals for verb in words.get("infinitives", words["to"])]
    return Order(
        phrases_of(words["to"], whole=whole or bool(raw.get("whole_orders"))),
        phrases_of(must, whole=whole) if must else None,
        phrases_of([*words["of"], *shared], whole=whole),
        phrases_of(raw["openers"], whole=whole) if raw["openers"] else None,
        raw["order"] != "object-first",
        raw["order"] != "verb-first",
    )


def phrases_of(phrases: Iterable[str], *, whole: bool) -> Phrases:
    listed = list(phrases)
    by_edges: dict[tuple[str, str], list[str]] = {}
    for each in sorted(set(listed), key=len, reverse=True):
        by_edges.setdefault(_edges(each, whole=whole), []).append(_phrase(each, whole=whole))
    # Written once for all phrases, the edges take half the time to compile.
    source = "|".join(f"{before}(?:{'|'.join(inner)}){after}" for (before, after), inner in by_edges.items())
    return Phrases(source, _stems(listed))


def _edges(phrase: str, *, whole: bool) -> tuple[str, str]:
    """What must not stand beside a phrase. Latin letters are words in every language: `line` is not in `online`."""
    letter = r"\w" if whole else "[a-z]"
    ends = (phrase[0], phrase.rstrip("*")[-1])
    first, last = (char.isalnum() and (whole or char.isascii()) for char in ends)
    return f"(?<!{letter})" if first else "", f"(?!{letter})" if last else ""


def _phrase(phrase: str, *, whole: bool) -> str:
    gap = r"(?!\w)([^。，；？！]{1,40})(?<!\w)" if whole else r"([^。，；？！]{1,40})"
    return (
        re.escape(fold(phrase).replace(" … ", "…"))
        .replace(r"\*", r"\w*")
        .replace(r"\ ", r"\s+" if whole else r"\s")
        .replace("…", gap)
    )


def _stems(phrases: Iterable[str]) -> tuple[str, ...]:
    """The first part of each phrase, for a quick test whether a text can contain it."""
    return tuple(sorted({re.split(r"[*\s…]", fold(each).strip())[0] for each in phrases}))


@lru_cache(maxsize=1024)
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)
