"""The words in which two texts differ.

In scripts without spaces between words, such as Chinese, Japanese and Thai, each character with its marks is a word.
Elsewhere a word is a run of letters, digits and marks.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.review.list_alignment import align

# Scripts without spaces between words: Thai, Lao, Tibetan, Myanmar, Khmer; kana, bopomofo, ideographs.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_JOINERS = "\u200c\u200d"


class SpanKind(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text that stayed, was removed or was added."""

    kind: SpanKind
    text: str


def word_differences(before: str, after: str) -> list[Span]:
    """The pieces of both texts in reading order: SAME and REMOVED make `before`, SAME and ADDED make `after`."""
    old, new = list(tokens(before)), list(tokens(after))
    spans: list[Span] = []
    for tag, i, j, k, m in align(old, new, filler=str.isspace):
        if tag == "equal":
            spans.append(Span(SpanKind.SAME, "".join(old[i:j])))
            continue
        spans.extend(_changes("".join(old[i:j]), "".join(new[k:m])))
    return _joined(spans)


def tokens(text: str) -> Iterator[str]:
    """Words, spaces and punctuation; joined, they are the text."""
    word = ""
    for char in text:
        if word and (_continues(word, char) or char in _JOINERS or unicodedata.category(char)[0] == "M"):
            word += char
            continue
        if word:
            yield word
        word = char
    if word:
        yield word


def is_dense(text: str) -> bool:
    """Whether its script says in ten characters what takes five words elsewhere."""
    return bool(_UNSPACED.search(text) or _HANGUL.search(text))


def _continues(word: str, char: str) -> bool:
    if char.isspace():
        return word[-1].isspace()
    return _in_word(word[-1]) and _in_word(char)


def _in_word(char: str) -> bool:
    word = char.isalnum() or char in "_'’{}" or unicodedata.category(char)[0] == "M" or char in _JOINERS
    return word and not _UNSPACED.match(char)


def _joined(spans: list[Span]) -> list[Span]:
    """Makes a space between two changes part of both: replacing `one two` by `three four` is one change."""
    merged: list[Span] = []
    removed = added = ""
    for place, span in enumerate(spans):
        between = span.kind is SpanKind.SAME and span.text.isspace() and 0 < place < len(spans) - 1
        if span.kind is SpanKind.SAME and not between:
            merged.extend(_changes(removed, added))
            removed = added = ""
            merged.append(span)
            continue
        removed += "" if span.kind is SpanKind.ADDED else span.text
        added += "" if span.kind is SpanKind.REMOVED else span.text
    merged.extend(_changes(removed, added))
    return merged


def _changes(removed: str, added: str) -> Iterator[Span]:
    if removed:
        yield Span(SpanKind.REMOVED, removed)
    if added:
        yield Span(SpanKind.ADDED, added)
