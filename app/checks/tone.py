"""Checks the tone for frightened readers: no blame, no promise, no shouting, and a safe action."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from app.authoring.problem_codes import Code
from app.authoring.suggestions import quoted
from app.checks.lexicon import Lexicon, fold, lexicon
from app.checks.solicitations import SENTENCE_END, is_question
from app.checks.violation import Violation
from app.domain.message import TEXT_FACTS

# `STOP NOW`, but not a single word, which may be a name: `INTERPOL`. Latin, Greek and Cyrillic capitals.
_CAPITAL = "[A-Z\u00c0-\u00d6\u00d8-\u00de\u0391-\u03a9\u0401-\u040f\u0410-\u042f\u0490]"
_CAPITALS = re.compile(rf"(?<!\w){_CAPITAL}{{2,}}(?: +{_CAPITAL}{{2,}})+(?!\w)")
_CAPITAL_LETTERS = 7
_MANY_MARKS = re.compile(r"[!！]\s*[!！]|[!！].*[!！].*[!！]", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=65536)
def tone_warnings(text: str, language: str) -> tuple[Violation, ...]:
    words = lexicon(language)
    spoken = () if words is None else _spoken(fold(text), words)
    return (*spoken, *_shouted(text))


def names_safe_action(paragraphs: Iterable[str], language: str) -> bool:
    """Whether a paragraph names a safe action or a contact; true for a language without a lexicon."""
    words = lexicon(language)
    return words is None or any(_contact(text) or words.safe.first(fold(text)) for text in paragraphs)


def may_be_left_out(paragraph: str) -> bool:
    """Whether it names a fact, without which it is not shown."""
    return any(name in TEXT_FACTS for name in _PLACEHOLDER.findall(paragraph))


def ideas(title: str) -> int:
    return sum(1 for sentence in SENTENCE_END.split(title) if sentence.strip())


def _contact(text: str) -> bool:
    return any(name not in TEXT_FACTS for name in _PLACEHOLDER.findall(text))


def _spoken(folded: str, words: Lexicon) -> Iterator[Violation]:
    """Negated and attributed sentences are skipped: `It was not your fault`."""
    if words.blame.possible(folded) or words.promise.possible(folded):
        for sentence in SENTENCE_END.split(folded):
            if not is_question(sentence) and not words.silent.pattern.search(sentence):
                yield from _blamed_or_promised(sentence, words)


def _blamed_or_promised(sentence: str, words: Lexicon) -> Iterator[Violation]:
    if blame := words.blame.first(sentence):
        yield Violation(
            Code.BLAME, f"{quoted(blame)} blames the reader", "say what happened, and that it happens to many"
        )
    if promise := words.promise.first(sentence):
        yield Violation(Code.PROMISE, f"{quoted(promise)} promises what nobody can keep", "say what the reader can do")


def _shouted(text: str) -> Iterator[Violation]:
    match = _CAPITALS.search(text)
    if match and sum(map(str.isalpha, match.group())) >= _CAPITAL_LETTERS:
        yield Violation(Code.SHOUTING, f"{quoted(match.group())} is in capitals", "write it as any other words")
    if ("!" in text or "！" in text) and _MANY_MARKS.search(text):
        yield Violation(Code.SHOUTING, "several exclamation marks", "one is enough, none is better")
