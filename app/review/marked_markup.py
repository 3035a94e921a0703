"""The marked sentences of a change as Markdown, with the marked words bold."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from app.checks.output.markdown import padded, plain
from app.review.comment_sections import Block
from app.review.difference_markup import with_direction
from app.review.marked_sentences import MarkedSentence
from app.review.marked_texts import MarkedText

# Characters shown of a long sentence, and of these before its first marked word.
_LONGEST, _BEFORE = 400, 120
_CUT = "…"
_TOGETHER = 5


def marked_blocks(marked: Sequence[MarkedText]) -> Iterator[Block]:
    """A GitHub alert for each message, or several for one with many sentences."""
    for (place, path), group in groupby(marked, key=lambda each: (each.place, each.path)):
        lines = [f"> - {_line(each)}" for each in group]
        for start in range(0, len(lines), _TOGETHER):
            some = lines[start : start + _TOGETHER]
            yield Block("\n".join((f"> [!IMPORTANT]\n> **{plain(place)}**\n>", *some)), (path,))


def _line(marked: MarkedText) -> str:
    shown = with_direction(marked.language, _with_bold(marked.sentence))
    return f"{plain(marked.part)}: {shown} ({'; '.join(map(plain, marked.reasons))})"


def _with_bold(sentence: MarkedSentence) -> str:
    pieces = [f"<strong>{padded(text)}</strong>" if marked else padded(text) for text, marked in pieces_of(sentence)]
    return "".join(pieces)


def pieces_of(sentence: MarkedSentence) -> Iterator[tuple[str, bool]]:
    """The sentence in pieces, each with whether it is marked; a long one around its first marked words."""
    text = sentence.text
    first = sentence.words[0][0] if sentence.words else 0
    start = max(0, first - _BEFORE) if len(text) > _LONGEST else 0
    end = min(len(text), start + _LONGEST)
    if start:
        yield _CUT, False
    at = start
    for begins, ends in sentence.words:
        if ends <= end:
            yield text[at:begins], False
            yield text[begins:ends], True
            at = ends
    yield text[at:end], False
    if end < len(text):
        yield _CUT, False
