"""Finds numbers in words that a text asks its reader to call: `Call nine hundred, one hundred and sixteen`.

`number_words` finds numbers read out digit by digit anywhere. These read as amounts elsewhere: three hundred people.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import langcodes

from app.authoring.data_file import data_file
from app.authoring.problem_codes import Code
from app.authoring.suggestions import quoted
from app.checks.number_words import any_of, digit_words, readable
from app.checks.violation import Violation

_UNSPACED = frozenset({"ja", "ko", "th", "zh"})
_BETWEEN = r"[\s,;·、，-]*"
# `Call one or two`; three words in a row are a number: `eighteen, a pair of twos, a three`.
_FEWEST_WORDS = 3
_WITH_A_LARGE_WORD = 2


@dataclass(frozen=True, slots=True)
class _Calls:
    """`signs` are the first words of what asks for a call, a quick test. `number` is the number's group."""

    signs: tuple[str, ...]
    patterns: tuple[str, ...]
    word: str
    large: str

    def numbers(self, text: str) -> Iterator[str]:
        for pattern in self.patterns if any(sign in text for sign in self.signs) else ():
            for match in _compiled(pattern).finditer(text):
                if self._is_called(match):
                    yield match["number"]

    def _is_called(self, match: re.Match[str]) -> bool:
        words = len(_compiled(self.word).findall(match["number"]))
        if _compiled(self.large).search(match["number"]):
            return words >= _WITH_A_LARGE_WORD and match["end"] is not None
        return words >= _FEWEST_WORDS


@lru_cache(maxsize=65536)
def numbers_to_call(text: str, language: str) -> tuple[Violation, ...]:
    plain = readable(text)
    for code in dict.fromkeys((langcodes.Language.get(language).language or "", "en")):
        calls = _calls(code)
        number = next(calls.numbers(plain), None) if calls is not None else None
        if number is not None:
            message = f"{quoted(number.strip())} could be taken for a number to call"
            return (Violation(Code.DIGITS, message, "name a contact of region.yaml as {contact}"),)
    return ()


@lru_cache(maxsize=64)
def _calls(language: str) -> _Calls | None:
    raw = _number_words().get(language)
    if raw is None:
        return None
    large = any_of(raw["large"])
    word = any_of([*raw.get("digits", digit_words().get(language, ())), *raw["numbers"], *raw["large"]])
    number = _number(language, word, raw.get("joins", ()))
    patterns = []
    if "call" in raw:
        patterns.append(_before(language, raw, number))
    if "called" in raw:
        patterns.append(rf"{number}(?P<end>\s*{any_of(raw['called'])})")
    signs = tuple({readable(each).split()[0] for each in (*raw.get("call", ()), *raw.get("called", ()))})
    return _Calls(signs, tuple(patterns), word, large)


def _before(language: str, raw: dict[str, Any], number: str) -> str:
    """The call, what may stand between, the number, and what shows that it is one."""
    edge, gap = ("", r"[\s:]*") if language in _UNSPACED else (r"(?<!\w)", r"[\s:]+")
    after = rf"|{any_of(raw['after'])}" if "after" in raw else ""
    end = rf"\s*(?:$|[^\w\s'’-]{after})"
    return rf"{edge}{any_of(raw['call'])}(?:{gap}{any_of(raw['fill'])})*{gap}{number}(?P<end>{end})?"


def _number(language: str, word: str, joins: Iterable[str]) -> str:
    """Words that may be written together, as German, Dutch, Italian and Swedish do, or with signs and joins between."""
    joined = rf"(?:{any_of(joins)}[\s,-]+)*" if joins else ""
    one = rf"و?{word}" if language == "ar" else word
    edges = ("", "") if language in _UNSPACED or language in {"ta", "kk"} else (r"(?<!\w)", r"(?!\w)")
    # Never given back: `einund` is `ein` and `und` too, and a long run has too many such ways to try them all.
    return rf"{edges[0]}(?P<number>(?:{_BETWEEN}{joined}(?>{one}))++){edges[1]}"


@lru_cache(maxsize=1)
def _number_words() -> dict[str, dict[str, Any]]:
    words: dict[str, dict[str, Any]] = data_file("app.checks", "words", "number-words.yaml")
    return words


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
