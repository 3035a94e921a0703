"""Finds texts that ask for what only a scammer asks for: a code, a key, control, a transfer, contact in a messenger.

Negated and attributed sentences and questions are skipped.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from app.authoring.problem_codes import Code
from app.authoring.suggestions import quoted
from app.checks.lexicon import ASKED_FOR, Lexicon, Order, fold, lexicon
from app.checks.violation import Violation

SENTENCE_END = re.compile(r"(?<=[.!?؟।…])[\"”»“’)]*\s+|(?<=[。！？｡])[」』”)）]*\s*|\n")
_QUESTION = re.compile(r"[?？؟][\"”»“’)）」』]*$")
# What may stand between the verb and its object: `enter _at once the new_ code`.
_AFTER = re.compile(r"[^,،;:]{0,40}")
# In verb-final languages the object stands close before the verb, in the same clause.
_BEFORE = re.compile(r"[^,、，]{0,14}|[^,、，\u3040-\u9fff\uac00-\ud7a3]{0,32}")
# Thai has no sign at the end of a sentence: a negation stands at most this far from the order.
_THAI_REACH = 40
_FEW_WORDS = 7  # `To keep your account safe, send ...`
# A question that begs is an order: `Would you please send us the code?`
_BEGS = re.compile(r"\b(?:please|kindly|por favor|veuillez|bitte|пожалуйста|будь ласка|silakan|sila|vui lòng)\b")
_QUOTES = " \"'“„«(¡¿"


@lru_cache(maxsize=65536)
def solicitations(text: str, language: str, *, button: bool = False) -> tuple[Violation, ...]:
    """A button may say `Send anyway`, since pressing it is the user's own decision."""
    words = lexicon(language)
    if words is None:
        return ()
    folded = fold(text)
    possible = words.orders.keys() - {"transfer"} if button else words.orders.keys()
    kinds = [kind for kind in sorted(possible) if words.orders[kind].of.possible(folded)]
    return tuple(_solicitations(folded, kinds, words)) if kinds else ()


def is_question(sentence: str) -> bool:
    return bool(_QUESTION.search(sentence))


def only_asks(folded: str) -> bool:
    return is_question(folded) and not _BEGS.search(folded)


def _solicitations(folded: str, kinds: list[str], words: Lexicon) -> Iterator[Violation]:
    for sentence in SENTENCE_END.split(folded):
        for kind in kinds:
            found = None if only_asks(sentence) else _solicitation(sentence, words.orders[kind], words)
            if found:
                message = f"{quoted(found)} asks the reader for {ASKED_FOR[kind]}"
                hint = "say that nobody honest asks for it, or leave it out"
                yield Violation(Code.ASKS_READER, message, hint)


def _solicitation(sentence: str, order: Order, words: Lexicon) -> str | None:
    """The words of the order; None if there is none."""
    things = [match.span() for match in order.of.pattern.finditer(sentence)]
    for match in _orders(sentence, order) if things else ():
        for thing in things:
            if _near(sentence, match.span(), thing, order) and not words.silences(_around(sentence, match)):
                return sentence[min(match.start(), thing[0]) : max(match.end(), thing[1])].strip(" ,.:;")
    return None


def _orders(sentence: str, order: Order) -> Iterator[re.Match[str]]:
    for match in order.to.pattern.finditer(sentence):
        if _is_order(sentence[: match.start()], order):
            yield match
    if order.must is not None:
        yield from order.must.pattern.finditer(sentence)


def _near(sentence: str, order_span: tuple[int, int], thing: tuple[int, int], order: Order) -> bool:
    (start, end), (first, last) = order_span, thing
    if first >= start:
        return order.verb_first and (first < end or bool(_AFTER.fullmatch(sentence, end, first)))
    return order.object_first and (last > start or bool(_BEFORE.fullmatch(sentence, last, start)))


def _is_order(before: str, order: Order) -> bool:
    """Whether the verb after `before` opens a clause: at the start, after a sign, an opener or a short first part.

    Any other comma may only separate items of a list: `they have you install an app, share your screen`.
    """
    if order.openers is None or not before.strip(_QUOTES) or before.rstrip().endswith((":", ";", "–", "—")):
        return True
    if before.rstrip().endswith((",", "،")):
        first, *others = re.split("[,،]", before.rstrip())
        return others == [""] and len(first.split()) <= _FEW_WORDS and not order.to.pattern.search(first)
    return any(not before[match.end() :].strip() for match in order.openers.pattern.finditer(before))


def _around(sentence: str, match: re.Match[str]) -> str:
    if "\u0e01" <= sentence[match.start()] <= "\u0e5b":
        return sentence[max(0, match.start() - _THAI_REACH) : match.end() + _THAI_REACH]
    return sentence
