"""The sentences that a change says in other words, each with what it was.

One word turns a warning around: `may be invented` and `are rarely invented`. No list knows every such word, so a person
reads each of them.
"""

from collections.abc import Iterator, Sequence

from app.review.marked_sentences import MarkedSentence
from app.review.sentence_pairs import sentence_pairs
from app.review.text_changes import BUTTON, TextChange
from app.review.text_meaning import by_meaning, moved_words
from app.review.word_diff import SpanKind, word_differences


def reworded_sentences(texts: Sequence[TextChange]) -> Iterator[tuple[TextChange, str, MarkedSentence]]:
    """(change, sentence before, sentence now): rare words first, and none where only punctuation or spaces differ."""
    changes = [text for text in texts if text.before and text.after and BUTTON not in text.part]
    for change in by_meaning(changes):
        if moved_words(change):
            for before, after in sentence_pairs(change.before or "", change.after or "").reworded:
                yield change, before, MarkedSentence(after, tuple(_new_places(before, after)), ())


def _new_places(before: str, after: str) -> Iterator[tuple[int, int]]:
    """Where the words stand in `after` that `before` does not have."""
    place = 0
    for span in word_differences(before, after):
        if span.kind is SpanKind.REMOVED:
            continue
        if span.kind is SpanKind.ADDED and span.text.strip():
            yield place, place + len(span.text)
        place += len(span.text)
