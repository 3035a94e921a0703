"""The words of one language by which texts are judged: `words/xx.yaml`. In them, a `*` stands for any ending."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import langcodes
import yaml

# What a text must not ask for.
ASKED_FOR = {
    "secret": "a code, a password or recovery words",
    "control": "control of their device",
    "transfer": "a transfer",
}

_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Order:
    """A sentence is one where `to` and `of` stand near each other; `stems` are in every text that has an `of`."""

    to: re.Pattern[str]
    of: re.Pattern[str]
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    pattern: re.Pattern[str]
    stems: tuple[str, ...]

    def first(self, text: str) -> str | None:
        """The first of the phrases in a folded text."""
        if not any(stem in text for stem in self.stems):
            return None
        match = self.pattern.search(text)
        return match.group().strip() if match else None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`silent` says no or who says it: never, nobody, scammers, they ask. `decoys` are no such words, though alike."""

    orders: Mapping[str, Order]
    silent: re.Pattern[str]
    decoys: re.Pattern[str]
    safe: Phrases
    blame: Phrases
    promise: Phrases


def fold(text: str) -> str:
    """A text as it is compared: without case, with one kind of apostrophe."""
    return text.casefold().replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")


@lru_cache(maxsize=1024)
def lexicon(language: str) -> Lexicon | None:
    """None for a language without a file."""
    return _lexicon(langcodes.Language.get(language).language or "")


@lru_cache(maxsize=64)
def _lexicon(language: str) -> Lexicon | None:
    raw = _read(language)
    if raw is None:
        return None
    shared, whole = _read("everywhere") or {}, bool(raw["whole_words"])
    return Lexicon(
        {kind: _order(raw, kind, shared.get(kind, ())) for kind in ASKED_FOR},
        _either(raw["silent"], whole=whole),
        _either(raw["decoys"], whole=whole),
        *(_phrases(raw[key], whole=whole) for key in ("safe", "blame", "promise")),
    )


def _read(name: str) -> dict[str, Any] | None:
    file = files("app.authoring").joinpath("words", f"{name}.yaml")
    return yaml.load(file.read_bytes(), yaml.CSafeLoader) if file.is_file() else None


def _order(raw: Mapping[str, Any], kind: str, shared: Iterable[str]) -> Order:
    whole = bool(raw["whole_words"])
    verbs = _either(raw[kind]["to"], whole=whole or bool(raw.get("whole_orders"))).pattern
    if raw["openers"]:
        # Only the opening of a clause is an order: `enter the code`, `please enter the code`, `you must enter it`.
        modals = raw["modals"] if kind != "transfer" and "modals" in raw else []
        openers = _either([*raw["openers"], *modals], whole=True).pattern
        verbs = rf"(?:{_opening(verbs)}|{openers}\s+){verbs}"
    things = [*raw[kind]["of"], *shared]
    return Order(re.compile(verbs), _either(things, whole=whole), _stems(things))


def _opening(verbs: str) -> str:
    """Where a clause opens: at the start, after a sign, after a short first part (`To go on, ...`).

    Any other comma may only part the items of a list: `they have you install an app, share your screen`.
    """
    other = rf"(?!{verbs})[^\s,]+"
    return rf"^\W*|[:;–—]\s*|^(?:{other}\s+){{0,6}}{other},\s*"


def _phrases(phrases: Iterable[str], *, whole: bool) -> Phrases:
    listed = list(phrases)
    return Phrases(_either(listed, whole=whole), _stems(listed))


def _either(phrases: Iterable[str], *, whole: bool) -> re.Pattern[str]:
    options = sorted({_phrase(each, whole=whole) for each in phrases}, key=len, reverse=True)
    return re.compile("(?:" + "|".join(options) + ")") if options else _NEVER


def _phrase(phrase: str, *, whole: bool) -> str:
    escaped = re.escape(fold(phrase)).replace(r"\*", r"\w*").replace(r"\ ", r"\s+" if whole else r"\s")
    if not whole:
        return escaped
    first, last = phrase[0], phrase[-1]
    return (r"(?<!\w)" if first.isalnum() else "") + escaped + (r"(?!\w)" if last.isalnum() else "")


def _stems(phrases: Iterable[str]) -> tuple[str, ...]:
    """The first part of each phrase, for a quick look whether a text can have it."""
    return tuple(sorted({re.split(r"[*\s]", fold(each).strip())[0] for each in phrases}))
