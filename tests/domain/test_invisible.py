"""One definition of what hides, held against Unicode and against the three that it replaced."""

from functools import cache
from typing import Annotated
from unicodedata import category

import pytest
from pydantic import StringConstraints, TypeAdapter, ValidationError

from app.api import request_models
from app.domain.invisible import RANGES, hidden_places, is_hidden, visible
from app.domain.withdrawal import Text


@cache
def every() -> list[str]:
    """Surrogates are no characters: neither YAML nor JSON can carry one."""
    return [chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]


@cache
def some() -> list[str]:
    """Every assigned character, all in the ranges, and one in a thousand of the private and the unassigned."""
    ranges = {chr(code) for first, last in RANGES for code in range(first, last + 1)}
    return [each for each in every() if category(each) not in {"Co", "Cn"} or each in ranges or ord(each) % 1000 == 0]


def matching(pattern: str) -> TypeAdapter[str]:
    """pydantic's regular expressions come with Unicode tables of their own."""
    return TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])


def test_the_ranges_are_the_property_of_unicode() -> None:
    ours = [chr(code) for first, last in RANGES for code in range(first, last + 1) if code != 0x2800]
    others = sorted(set(every()) - set(ours))

    matching(r"^\p{Default_Ignorable_Code_Point}+$").validate_python("".join(ours))
    matching(r"^\P{Default_Ignorable_Code_Point}+$").validate_python("".join(others))


# The three definitions of 2026-11-21, each by what it judged a character between two Latin letters.
def refused_by_requests(char: str) -> bool:
    listed = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\u2065\uffa0"
    ranges = ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xFFF0, 0xFFF8), (0xE0000, 0xE0FFF))
    in_ranges = any(first <= ord(char) <= last for first, last in ranges)
    return category(char) in {"Cc", "Cf", "Zl", "Zp"} or char in listed or in_ranges


def refused_by_check(char: str) -> bool:
    listed = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} or char in listed or selector


def named_by_reviews(char: str) -> bool:
    joiner = char in "\u200c\u200d"
    listed = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    return char in listed or (category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and not joiner)


def test_nothing_that_was_hidden_before_is_seen_now() -> None:
    before = [each for each in some() if refused_by_requests(each) or refused_by_check(each) or named_by_reviews(each)]

    assert [f"U+{ord(each):04X}" for each in before if not is_hidden(each)] == []
    assert len([*hidden_places("a" + "a".join(before))]) == len(before)


def test_requests_refuse_what_the_definition_hides_and_nothing_else() -> None:
    """pydantic's Unicode may be newer than Python's, and know characters that Python calls unassigned."""
    shown = TypeAdapter[str](request_models._text(Text(shortest=1, visible=True)))
    in_ranges = {chr(code) for first, last in RANGES for code in range(first, last + 1)}
    hidden = [each for each in some() if is_hidden(each) and (category(each) != "Cn" or each in in_ranges)]
    for char in [*hidden, "\U0010ffff"]:
        with pytest.raises(ValidationError):
            shown.validate_python(f"a{char}b")
    seen = [each for each in some() if not is_hidden(each)]
    for start in range(0, len(seen), 100):
        shown.validate_python("".join(seen[start : start + 100]))


@pytest.mark.parametrize(
    "text",
    ["Ne payez pas\u00a0: c’est", "先\u3000停", "می\u200cخواهم", "क्\u200dष", "❤️ ☎️ 1️⃣ ✋🏽", "葛󠄀城", "a\u0301", "USD₮0"],
)
def test_what_texts_need_is_seen(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("x" + "".join(map(chr, range(0xE0100, 0xE010F))), "x" + "".join(f"‹U+E010{i:X}›" for i in range(15))),
        ("葛\U000e0100\U000e0101", "葛\U000e0100‹U+E0101›"),
        ("ก\U000e0100", "ก‹U+E0100›"),
        ("☎\ufe0f\ufe0f", "☎\ufe0f‹U+FE0F›"),
        ("\u200dاب", "‹U+200D›اب"),
        ("St\u200dop", "St‹U+200D›op"),
        ("👩\u200d🚒", "👩‹U+200D›🚒"),
        ("a\u200eb\u202ec", "a‹U+200E›b‹U+202E›c"),
        ("one\ntwo", "one⏎two"),
        ("a\U000e0041b\u3164", "a‹U+E0041›b‹U+3164›"),
    ],
)
def test_what_hides_is_named(text: str, named: str) -> None:
    assert visible(text) == named
