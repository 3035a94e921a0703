"""Finds sentences that a person reads first: they name what a scammer names, and do not plainly warn of it.

A mark is no problem. It rests on single nouns, so it may be wrong, and `check` says nothing of it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.checks.lexicon import Lexicon, fold, lexicon
from app.checks.solicitations import SENTENCE_END, only_asks
from app.review.marked_words import MarkedWords, marked_words

WHY = {
    "messenger": "contacts come from region.yaml, never from a messenger",
    "staff": "no officer and no member of staff guides a withdrawal",
    "wallet": "a text may warn of a wallet, never point to one",
    "code": "nobody honest asks for a code",
    "words": "nobody honest asks for recovery words or a key",
    "remote": "nobody honest needs a program on the device, or its screen",
    "continue": "Continue sends the money and does nothing else",
    "refund": "nobody can promise that money comes back",
    "scan": "what is scanned leads anywhere",
    "partner": "the text may speak in the name of the partner",
    "police": "the text may speak in the name of the police",
    "approved": "no text can know that a withdrawal was checked or approved",
    "safe": "a warning does not reassure",
    "freeze": "who cancels loses nothing",
    "secret": "only a scammer asks for secrecy",
    "obey": "a text follows nobody's instructions",
    "line": "only a scammer stays with the reader until it is done",
    "we": "a warning has no `we`: who speaks?",
    "turn": "it turns the reader against those who warn",
    "address": "addresses come from region.yaml",
    "number": "a number in words can be dialled",
    "all": "it speaks of all that the reader has",
    "screen": "it speaks of a screen or a program",
}
# So usual in warnings that they count only beside another kind; `cancel` and `dial` only as below.
_USUAL = frozenset({"police", "screen", "all"})
_PAIRED = frozenset({"cancel", "dial", "number"})
# Rare in warnings, even in sentences that deny or attribute something.
_RARE = frozenset({"continue", "scan", "address", "messenger", "refund", "approved", "we"})
# Warnings deny these together: nobody honest asks for a code, the words or secrecy. Other pairs are rarely denied.
_FAMILY = {"safe": "wallet", "words": "code", "secret": "code"}
_CLAUSE_END = re.compile(r"[,;:،؛、，；：—–·]| - ")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_QUOTED = re.compile('["“„«「『][^"”“»」』]{1,60}["”“»」』]')
# Thai ends a clause with a space, and a sentence with nothing else.
_THAI = re.compile("[\u0e01-\u0e5b]")


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """`words` are the places in `text`, each from its first character to the one after its last."""

    text: str
    words: tuple[tuple[int, int], ...]
    why: tuple[str, ...]


def marked_sentences(
    text: str, language: str, *, names: Sequence[str] = (), proceeds: bool = False
) -> Iterator[MarkedSentence]:
    """`names` are those of the region's partner. `proceeds`: the text is the label of the button that continues."""
    words, own = marked_words(language), lexicon(language)
    folded_names = [fold(name) for name in names]
    for sentence in sentences_of(text):
        folded = words.without_ordinary(_blanked(_PLACEHOLDER, fold(sentence)))
        kinds = _kinds(folded, words, own, folded_names) - ({"continue"} if proceeds else frozenset())
        if kinds:
            places = sorted(place for kind in kinds for place in words.places(folded, kind))
            yield MarkedSentence(sentence, _in_original(sentence, places), tuple(WHY[kind] for kind in sorted(kinds)))


def sentences_of(text: str) -> Iterator[str]:
    for sentence in SENTENCE_END.split(text):
        if sentence and (whole := sentence.strip()):
            yield from whole.split() if _THAI.search(whole) else (whole,)


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    """The text with spaces in the place of what the pattern matches."""
    return pattern.sub(lambda match: " " * len(match.group()), text)


def _in_original(sentence: str, places: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Places in the folded sentence as places in the sentence, without those that begin inside another."""
    origin = [place for place, char in enumerate(sentence) for _ in fold(char)]
    kept: list[tuple[int, int]] = []
    for start, end in places:
        if not kept or origin[start] >= kept[-1][1]:
            kept.append((origin[start], origin[end - 1] + 1))
    return tuple(kept)


def _kinds(folded: str, words: MarkedWords, own: Lexicon | None, names: Sequence[str]) -> frozenset[str]:
    """The kinds for which the sentence is marked; none if it plainly warns or asks."""
    found = words.found(folded)
    for name in names:  # the name of a partner may say `scam` or `fraud`, and denies nothing
        if name in folded:
            found, folded = found | {"police"}, folded.replace(name, " ")
    dialled = frozenset({"number"}) if {"dial", "number"} <= found else frozenset()
    alone = found - _USUAL - _PAIRED | dialled
    return alone if alone and _is_marked(folded, found, words, own) else frozenset()


def _is_marked(folded: str, found: frozenset[str], words: MarkedWords, own: Lexicon | None) -> bool:
    """Whether a sentence with one of these kinds at least does more than warn or ask."""
    if "turn" in found:
        return True
    if only_asks(folded):
        return len(found - _PAIRED - {"screen"}) > 1
    if {"freeze", "cancel"} <= found or own is None or not own.silences(folded):
        return True
    families = {_FAMILY.get(kind, kind) for kind in found - _USUAL - _PAIRED}
    return bool(found & _RARE) or len(families) > 1 or _is_led(folded, words, own)


def _is_led(folded: str, words: MarkedWords, own: Lexicon) -> bool:
    """Whether one clause leads the reader to such a thing, and denies or attributes nothing itself."""
    return any(
        words.found(clause) - _USUAL - _PAIRED and not own.silences(clause) and _leads(clause, words, own)
        for clause in _CLAUSE_END.split(_QUOTED.sub(" ", folded))
    )


def _leads(clause: str, words: MarkedWords, own: Lexicon) -> bool:
    return words.leads(clause) or any(order.to.pattern.search(clause) for order in own.orders.values())
