"""Finds texts that urge the reader as a scammer would: do not cancel, do not hang up, it is safe.

Attributed sentences, questions and quotations are skipped.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from app.authoring.problem_codes import Code
from app.authoring.suggestions import quoted
from app.checks.lexicon import Lexicon, coercive_phrases, fold, lexicon
from app.checks.solicitations import SENTENCE_END, is_question
from app.checks.violation import Violation

_QUOTE = re.compile("[\"“”„«»「」『』‹›]|(?<!\\w)['‘]")
# One word may stand before the phrase: `please do not hang up`.
_CLAUSE_BEGINS = re.compile(r"(?:^|[,،;:—–，、；：])\s*(?:\w+\s)?$")


@lru_cache(maxsize=65536)
def coercions(text: str, language: str) -> tuple[Violation, ...]:
    words, phrases = lexicon(language), coercive_phrases(language)
    folded = fold(text)
    if words is None or phrases is None or not phrases.possible(folded):
        return ()
    return tuple(_coercions(folded, words, phrases.pattern))


def _coercions(folded: str, words: Lexicon, phrases: re.Pattern[str]) -> Iterator[Violation]:
    for sentence in SENTENCE_END.split(folded):
        match = phrases.search(sentence)
        if match is not None and not is_question(sentence) and _says_itself(sentence[: match.start()], words):
            yield Violation(
                Code.URGES_ON,
                f"{quoted(match.group())} is what a scammer says to keep the reader going",
                "say who says so, or leave it out",
            )


def _says_itself(before: str, words: Lexicon) -> bool:
    """Whether the text itself says what follows, rather than quoting or attributing it."""
    if _QUOTE.search(before) or words.silent.pattern.search(before):
        return False
    return bool(_CLAUSE_BEGINS.search(before)) or not words.verb_first
