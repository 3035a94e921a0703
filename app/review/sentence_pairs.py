"""Which sentences of a text are new, and which are old ones in other words."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from app.review.marked_sentences import sentences_of
from app.review.word_diff import SpanKind, is_dense, tokens, word_differences

# A sentence that shares less with an old one is no rewording of it: of 596 sentences that took the place of another in
# the history of `locales` until 2026-11-30, 181 share less than a quarter, 24 a quarter to 0.4, and 391 more.
_MIN_LIKENESS = 0.3
# So many words in a row make a clause of their own: in Chinese, Japanese, Thai and Korean, so many characters. Of 556
# reworded sentences in that history, 76 have such a row.
_CLAUSE_WORDS, _CLAUSE_CHARACTERS = 5, 10


@dataclass(frozen=True, slots=True)
class SentencePairs:
    """`reworded` has each old sentence with its successor."""

    new: tuple[str, ...]
    reworded: tuple[tuple[str, str], ...]


def sentence_pairs(before: str, after: str) -> SentencePairs:
    """No old sentence has two successors. Sentences that stay are left out."""
    old, new = list(dict.fromkeys(sentences_of(before))), list(dict.fromkeys(sentences_of(after)))
    gone, came = [each for each in old if each not in new], [each for each in new if each not in old]
    alike = [(likeness(one, other), one, other) for one in gone for other in came]
    reworded: dict[str, str] = {}
    for shared, one, other in sorted(alike, key=lambda each: -each[0]):
        if shared >= _MIN_LIKENESS and one not in reworded.values() and other not in reworded:
            reworded[other] = one
    return SentencePairs(
        tuple(each for each in came if each not in reworded),
        tuple((reworded[each], each) for each in came if each in reworded),
    )


def has_new_clause(before: str, after: str) -> bool:
    """Whether so many words came in a row that they say something of their own."""
    spans = word_differences(before, after)
    return any(span.kind is SpanKind.ADDED and _is_clause(span.text) for span in spans)


def _is_clause(text: str) -> bool:
    words = _words(text)
    return sum(map(len, words)) >= _CLAUSE_CHARACTERS if is_dense(text) else len(words) >= _CLAUSE_WORDS


def likeness(one: str, other: str) -> float:
    """Dice's coefficient of the words, or of pairs of characters where no spaces stand between words."""
    ours, theirs = _features(one), _features(other)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 0.0


def _features(sentence: str) -> Counter[object]:
    words = _words(sentence)
    return Counter(pairwise(words)) if is_dense(sentence) and len(words) > 1 else Counter(words)


def _words(text: str) -> list[str]:
    return [word for word in tokens(text.casefold()) if any(map(str.isalnum, word))]
