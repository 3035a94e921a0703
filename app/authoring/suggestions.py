"""Values in plain words, and what the author probably meant."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from math import isfinite

from app.authoring.data_file import data_file
from app.authoring.scalar import NotFinite, resolve
from app.domain.invisible import hidden_places

# How many characters of a value a message repeats.
_SHOWN = 40

# `1,000` and `1 000.50`; not `1,5`, where the comma may be a decimal point.
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:[,'’ \u00a0\u202f][0-9]{3})+(?:\.[0-9]+)?")
_PIECE = re.compile(r"U\+(?P<code>[0-9A-F]{4,6}) |`(?P<quoted>[^`…]+)…?`")
_WITH_UNIT = re.compile(r"([1-9][0-9]*) ?([A-Za-z]{1,8})")
_PER_CENT = re.compile(r"([0-9]{1,3}) ?%")
_COMPARISON = re.compile(r"(>=|<=|>|<|≥|≤) ?(.*)")
_COMPARED = {">=": "gte", "≥": "gte", "<=": "lte", "≤": "lte", ">": "gt", "<": "lt"}
_COLON = re.compile(r"\s*([\w.-]+)\s*[:\uff1a\ufe55\ua789]")
_WIDE_COMMA = re.compile("[\uff0c\u3001\u060c\uff1b]")
_BETWEEN_GROUPS = re.compile(r"[,'’ \u00a0\u202f]")
# Dashes that a word processor makes of a minus.
_NUMBER_SIGNS = re.compile("^[‐‑‒–—−－]")


def found(value: object) -> str:
    """A value in words: "the number 18222", "a list"."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int | float):
        shown = str(value)
        return f"the number {shown}" if len(shown) <= _SHOWN else f"the number {shown[:_SHOWN]}…"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    return "a list" if isinstance(value, list | tuple) else "a mapping"


def as_number(text: str) -> str:
    """How to write the number that the author probably meant."""
    try:
        if isinstance(resolve(text), float | int) and text not in {"true", "false"}:
            return "write it without quotes"
    except NotFinite:
        pass
    if match := _PER_CENT.fullmatch(text):
        return f"write {int(match[1]) / 100:g}: 1 is everything"
    if match := _COMPARISON.match(text):
        return f"to compare, write {{{_COMPARED[match[1]]}: {_digits(match[2]) or 1000}}}"
    digits = _digits(_NUMBER_SIGNS.sub("-", unicodedata.normalize("NFKC", text)).strip("$€£¥“”„«»‘’\"' "))
    return f"digits only: {digits}" if digits else "digits only, such as 1000"


def comparison(sign: str) -> str | None:
    """The operator for a sign such as ≥."""
    return f"write `{_COMPARED[sign]}`" if sign in _COMPARED else None


def _digits(text: str) -> str | None:
    """`1_000`, `0x10`, `012` and `1,000` in plain digits."""
    if match := _WITH_UNIT.fullmatch(text):
        thousands = 1000 if match[2].lower() == "k" else 1
        return str(int(match[1]) * thousands)
    if _GROUPED.fullmatch(text):
        text = _BETWEEN_GROUPS.sub("", text)
    for base in (10, 0):
        try:
            return str(int(text, base))
        except ValueError:
            continue
    try:
        number = float(text)
    except ValueError:
        return None
    return str(number) if isfinite(number) else None


def as_flag(value: object) -> str:
    """How to write the `true` or `false` that the author probably meant."""
    word = unicodedata.normalize("NFKC", str(value)).strip("“”„\"'«»‘’ ").lower()
    known = data_file("app.authoring", "yes-no.yaml")
    meant = "`true`" if word in known["yes"] else "`false`" if word in known["no"] else "`true` or `false`"
    return f"write {meant}, without quotes"


def quoted(text: str) -> str:
    """A text as messages quote it: shortened, without hidden characters and those that could disturb a terminal."""
    cut = text[: _SHOWN + 1]
    hidden = set(hidden_places(cut))
    shown = "".join(
        char if char.isprintable() and i not in hidden else f"\\u{ord(char):04x}" for i, char in enumerate(cut)
    )
    return f"`{shown}`" if len(text) <= _SHOWN else f"`{shown[:_SHOWN]}…`"


def piece(message: str) -> str | None:
    """The wrong part of a text, read from the message about it: the first quote or the first character it names."""
    match = _PIECE.match(message)
    if match is None:
        return None
    return chr(int(match["code"], 16)) if match["code"] else match["quoted"]


def nearest(word: object, options: Iterable[str]) -> str | None:
    """The option that the author probably meant."""
    if not isinstance(word, str):
        return None
    options = list(options)
    if (glued := _glued(word)) in options:
        return glued
    by_lower = {option.lower(): option for option in options}
    close = get_close_matches(word.lower()[:128], by_lower, n=1, cutoff=0.65)
    return by_lower[close[0]] if close else None


def _glued(word: str) -> str | None:
    """The name before a colon without its space, or before a colon of another script: `title:"Stop`, `title：`."""
    match = _COLON.match(word)
    return match[1] if match else None


def did_you_mean(word: object, options: Iterable[str], at_most: int = 12) -> str | None:
    """A hint with the nearest option, or with all options where they are few; None where neither helps."""
    listed = list(options)
    if isinstance(word, str):
        if (glued := _glued(word)) in listed:
            return f"write `{glued}: `, an ordinary colon and then a space"
        parts = [part.strip() for part in _WIDE_COMMA.split(word)]
        if len(parts) > 1 and all(part in listed for part in parts):
            return f"put an ordinary comma between them: {', '.join(parts)}"
    close = nearest(word, listed)
    if close is not None:
        return f"did you mean `{close}`?"
    return f"possible: {listing(listed)}" if 0 < len(listed) <= at_most else None


def listing(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def flow(value: object) -> str:
    """A value as YAML writes it on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
