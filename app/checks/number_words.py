"""Finds spelled-out numbers, `one eight two two two` or `1 eight 2 two 2`: they can be dialled, but are no contact.

Every text is searched for the words of all languages: a number in another language can be dialled just as well.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.authoring.data_file import data_file
from app.authoring.problem_codes import Code
from app.authoring.suggestions import quoted
from app.checks.digits import figures
from app.checks.lexicon import fold
from app.checks.violation import Violation

# What can stand between two digits of one number.
_BETWEEN = r"[\s,.;:/·•_()\[\]'\"“”‘’–—-]*"
_HAN = "[〇零一二三四五六七八九幺么壹貳贰參叁肆伍陸陆柒捌玖]"
_HAN_YEAR = re.compile("(?:一九|二[〇零])[〇零一二三四五六七八九]{2}年")
# Korean syllables are words too, so only those count that stand together, or each alone.
_KOREAN = "[공영일이삼사오육륙칠팔구]"
_UNSPACED = ("ja", "th")
_ACCENTS = re.compile("[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class _Spelling:
    """`run` matches four digits in a row: `one or two` and `一一` are ordinary words. `word` matches a digit word."""

    run: re.Pattern[str]
    word: re.Pattern[str]

    def first(self, readable: str) -> str | None:
        """A run needs two spelled digits: `10-15 one` is usually no number."""
        runs = (match.group() for match in self.run.finditer(readable))
        return next((run for run in runs if len(self.word.findall(run)) > 1), None)


def spelled_numbers(text: str) -> Iterator[Violation]:
    if number := _number(readable(text)):
        message = f"{quoted(number.strip())} could be taken for a number to call"
        yield Violation(Code.DIGITS, message, "name a contact of region.yaml as {contact}")


def _number(readable: str) -> str | None:
    if readable.isascii():
        return _spaced().first(readable)
    without_years = _HAN_YEAR.sub("年", readable)
    spellings = (_spaced(), _unspaced(), _together(_HAN, " 、，,./·()–-"), _together(_KOREAN, "-"), _alone())
    return next((found for spelling in spellings if (found := spelling.first(without_years))), None)


@lru_cache(maxsize=64)
def readable(text: str) -> str:
    """The text without case, accents and styling."""
    if text.isascii():
        return fold(text)
    return figures(unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", fold(text)))))


@lru_cache(maxsize=1)
def _spaced() -> _Spelling:
    words = any_of(word for language, words in digit_words().items() if language not in _UNSPACED for word in words)
    one = f"(?:{words}|[0-9])"
    return _Spelling(re.compile(rf"(?<!\w){one}(?:{_BETWEEN}{one}){{3,}}(?!\w)"), re.compile(words))


@lru_cache(maxsize=1)
def _unspaced() -> _Spelling:
    return _together(any_of(word for language in _UNSPACED for word in digit_words()[language]), " -")


@lru_cache(maxsize=4)
def _together(words: str, between: str) -> _Spelling:
    one = f"(?:{words}|[0-9])"
    return _Spelling(re.compile(rf"{one}(?:[{re.escape(between)}]*{one}){{3,}}"), re.compile(words))


@lru_cache(maxsize=1)
def _alone() -> _Spelling:
    return _Spelling(re.compile(rf"(?<![가-힣]){_KOREAN}(?:[ ,.·-]+{_KOREAN}){{3,}}(?![가-힣])"), re.compile(_KOREAN))


def any_of(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted({re.escape(readable(word)) for word in words}, key=len, reverse=True)) + ")"


@lru_cache(maxsize=1)
def digit_words() -> dict[str, list[str]]:
    words: dict[str, list[str]] = data_file("app.checks", "words", "digit-words.yaml")
    return words
