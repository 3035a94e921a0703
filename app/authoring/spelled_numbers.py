"""Numbers that are read out digit by digit: `one eight two two two`. They can be dialled, and no contact is behind."""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

import langcodes
import yaml

from app.authoring.codes import Code
from app.authoring.lexicon import fold
from app.authoring.plain import quoted
from app.authoring.safe_text import Fault

# Four in a row; `one or two`, `two three` and `一一` are words.
_HAN_DIGIT = "[〇零一二三四五六七八九幺壹貳贰參叁肆伍陸陆柒捌玖]"
_HAN = re.compile(rf"{_HAN_DIGIT}(?: ?{_HAN_DIGIT}){{3,}}")


def spelled_numbers(text: str, language: str) -> Iterator[Fault]:
    words = _words(langcodes.Language.get(language).language or "")
    match = _HAN.search(text) or (words.search(fold(text)) if words is not None else None)
    if match is not None:
        message = f"{quoted(match.group())} could be taken for a number to call"
        yield Code.DIGITS, message, "name a contact of region.yaml as {contact}"


@lru_cache(maxsize=64)
def _words(language: str) -> re.Pattern[str] | None:
    digits = _digit_words().get(language)
    if digits is None:
        return None
    one = "(?:" + "|".join(re.escape(fold(word)) for word in digits) + ")"
    return re.compile(rf"(?<!\w){one}(?:[\s-]+{one}){{3,}}(?!\w)")


@lru_cache(maxsize=1)
def _digit_words() -> dict[str, list[str]]:
    file = files("app.authoring").joinpath("words", "digit-words.yaml")
    words: dict[str, list[str]] = yaml.load(file.read_bytes(), yaml.CSafeLoader)
    return words
