"""How much the meaning of a text may have changed: which words came or went, and how rare they are in the change.

A synonym that replaces a word in four hundred texts says little about each of them. A sentence that only one of them
gets says much.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from app.domain.message import TEXT_FACTS
from app.review.marked_sentences import sentences_of
from app.review.rule_sentences import plural
from app.review.text_changes import TextChange
from app.review.word_diff import SpanKind, tokens, word_differences

_PLACEHOLDER = re.compile(r"\{(\w+)\}")

# A word that a text lost or got.
_Moved = tuple[SpanKind, str]


def unspaced(value: object) -> object:
    """Equal for texts that differ only in their spaces: line breaks count, their number can hide what follows."""
    if isinstance(value, str):
        return [line.split() for line in value.strip().split("\n")]
    if isinstance(value, Mapping):
        return {name: unspaced(inner) for name, inner in value.items()}
    return [unspaced(inner) for inner in value] if isinstance(value, list | tuple) else value


# After these, Chinese and Japanese write no space.
_FULL_WIDTH = ("。", "！", "？", "｡", "」", "』", "”", "）")


def joined(sentences: Iterable[str]) -> str:
    """
    >>> joined(["Stop.", "Wait."]), joined(["先停。", "再想。"])
    ('Stop. Wait.', '先停。再想。')
    """
    return "".join(f"{each}{'' if each.endswith(_FULL_WIDTH) else ' '}" for each in sentences if each).rstrip()


def different_sentences(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """What both do not have in common, sentence by sentence; None for nothing."""
    old, new = (list(sentences_of(text or "")) for text in (before, after))
    gone, came = ([each for each in one if each not in other] for one, other in ((old, new), (new, old)))
    return joined(gone) or None, joined(came) or None


def only_space(change: TextChange) -> bool:
    both_sides = change.before is not None and change.after is not None
    return both_sides and unspaced(change.before) == unspaced(change.after)


def contacts_named(text: str | None) -> tuple[str, ...]:
    """The contacts whose placeholders a text has, in its order."""
    return tuple(name for name in _PLACEHOLDER.findall(text or "") if name not in TEXT_FACTS)


def facts_named(text: str | None) -> tuple[str, ...]:
    """The facts that a text names, in its order. It is left out where one of them is not known."""
    return tuple(name for name in _PLACEHOLDER.findall(text or "") if name in TEXT_FACTS)


@lru_cache(maxsize=16_384)  # a review asks for each of its texts five times
def moved_words(change: TextChange) -> frozenset[_Moved]:
    """Empty where only punctuation or spaces differ."""
    spans = word_differences(change.before or "", change.after or "")
    return frozenset(
        (span.kind, word.casefold())
        for span in spans
        if span.kind is not SpanKind.SAME
        for word in tokens(span.text)
        if any(map(str.isalnum, word))
    )


def meanings(changes: Sequence[TextChange]) -> list[float]:
    """For each change, how much its words say: the sum over its words of 1 / the number of changes that share them."""
    words = [moved_words(change) for change in changes]
    shared = Counter(word for each in words for word in each)
    return [sum(1 / shared[word] for word in each) for each in words]


def by_meaning(changes: Sequence[TextChange]) -> list[TextChange]:
    """Those whose words say the most first."""
    ranked = zip(meanings(changes), changes, strict=True)
    return [change for _, change in sorted(ranked, key=lambda each: -each[0])]


def spaced_sentence(changes: Sequence[TextChange]) -> str:
    """What a review says of texts in which only white space changed."""
    regions = {change.region for change in changes}
    return f"Only white space changed in {plural(len(changes), 'text')} of {plural(len(regions), 'region')}."
