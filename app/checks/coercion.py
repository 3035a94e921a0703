"""Finds texts that urge or calm the reader as a scammer would: do not cancel, the police checked this address.

Attributed sentences, questions and quotations are skipped.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from app.authoring.problem_codes import Code
from app.authoring.suggestions import quoted
from app.checks.lexicon import Lexicon, claimed_phrases, coercive_phrases, fold, lexicon
from app.checks.solicitations import SENTENCE_END, is_question
from app.checks.violation import Violation

_QUOTE = re.compile("[\"“”„«»「」『』‹›]|(?<!\\w)['‘]")
# One word may stand before the phrase: `please do not hang up`.
_CLAUSE_BEGINS = re.compile(r"(?:^|[,،;:—–，、；：])\s*(?:\w+\s)?$")


@lru_cache(maxsize=65536)
def coercions(text: str, language: str) -> tuple[Violation, ...]:
    words, folded = lexicon(language), fold(text)
    urging, calming = coercive_phrases(language), claimed_phrases(language)
    if words is None:
        return ()
    found = (
        *(_found(folded, urging.pattern, words, _urges) if urging and urging.possible(folded) else ()),
        *(_found(folded, calming.pattern, words, _claims) if calming and calming.possible(folded) else ()),
    )
    return tuple(_violation(match) for match in found)


def _found(
    folded: str,
    phrases: re.Pattern[str],
    words: Lexicon,
    said: Callable[[re.Match[str], Lexicon], bool],
) -> Iterator[re.Match[str]]:
    for sentence in SENTENCE_END.split(folded):
        match = phrases.search(sentence)
        if match is not None and not is_question(sentence) and said(match, words):
            yield match


def _violation(match: re.Match[str]) -> Violation:
    message = f"{quoted(match.group())} is what a scammer says to keep the reader going"
    return Violation(Code.URGES_ON, message, "say who says so, or leave it out")


def _urges(match: re.Match[str], words: Lexicon) -> bool:
    """Whether the text itself says it, rather than quoting or attributing it."""
    before = match.string[: match.start()]
    if _QUOTE.search(before) or words.silent.pattern.search(before):
        return False
    return bool(_CLAUSE_BEGINS.search(before)) or not words.verb_first


def _claims(match: re.Match[str], words: Lexicon) -> bool:
    """As `_urges`, wherever it stands. A gap in it may negate it; after it, only a language without verbs in front
    says who said it.
    """
    before, after = match.string[: match.start()], match.string[match.end() :]
    if _QUOTE.search(before):
        return False
    told = [before, *(gap for gap in match.groups() if gap), *(() if words.verb_first else (after,))]
    return not any(words.silent.pattern.search(words.decoys.pattern.sub(" ", part)) for part in told)
