"""Checks that a text for users has nothing hidden, no markup, and no address or number of its own.

Addresses and numbers come from verified contacts only, so that a text can never send anybody to a wrong one.
"""

import re
import unicodedata
from collections.abc import Iterator

from app.authoring.problem_codes import Code
from app.authoring.suggestions import quoted
from app.bundle.record import BLANK
from app.checks.blank import is_blank
from app.checks.hidden_characters import hidden_characters
from app.checks.violation import Violation
from app.checks.written_addresses import address_in, wallet_in
from app.domain.message import TEXT_FACTS, Template, TemplateError

# A pattern tried at every place takes 25 to 75 ns per character; a search for these characters takes almost nothing.
_MARKUP_SIGNS = "<`&*]~_|"
_MARKUP = re.compile(r"[<`]|&(?:#\w+|[A-Za-z]+);|\*\S|\]\(|~~|(?<!\w)__?\w|\|\|")
_MARKUP_AT_START = re.compile(r"\s*(?:#{1,6}|[*+>-]|\d+\.)\s")
_COMMAS = ",;،؛、，；"
_OF_KEYCAPS = "\ufe0f\u20e3"
# The digits of every script, including superscript, circled, Roman, Ethiopic, Khmer, Chinese and braille ones.
DIGIT = (
    r"[\d\u00b2\u00b3\u00b9\u1369-\u1371\u17f0-\u17f9\u2070-\u2089\u2160-\u2168\u2170-\u2178\u2460-\u249b\u24ea-\u24ff"
    r"\u2776-\u2793\u2801-\u28ff\u3021-\u3029\u3220-\u3228\u3280-\u3288\U0001f100-\U0001f10c]"
)
_DIGIT = re.compile(DIGIT)
_DIGITS = re.compile(r"0(?:[ \-()]*0){2,}")
# With other signs between them, five digits, or four single ones: `24/7, 99 %` and `8.30` do not count.
_PARTED = re.compile(r"0(?: ?(?:[^\w\s,]|_)? ?0){4,}|(?<!0)0(?:[^0\w]{1,2}0){3,}(?!0)")
# `O8OO I23`: a word of digits and letters that pass for digits.
_LETTER_DIGITS = re.compile(r"(?<!\w)(?=[OoIl]*[0-9])[0-9OoIl]{3,}(?!\w)")
# Digits joined to a placeholder are read as part of its number: `{helpline}2`, `00{helpline}`, `+44 {helpline}`.
_JOINED_DIGITS = re.compile(rf"\+ ?{DIGIT}[\d ()-]*\{{|{DIGIT}[-()./+]*\{{|\}}[-/+]?{DIGIT}")
_BRACES = re.compile(r"\{+[^{}\s]*\}*|[^{}\s]*\}+")
# A range or a ratio, such as `10-15`: too short to call.
_SMALL_RANGE = re.compile(r"0{1,2} ?- ?0{1,2}")


def text_errors(text: str) -> Iterator[Violation]:
    """Everything that users must not be shown in one text. An empty text is an error too."""
    if not any(map(str.isalnum, text)):
        yield Violation(Code.EMPTY_TEXT, "a text without a word", "write it, or delete the entry")
        return
    if is_blank(text):
        yield Violation(Code.UNFILLED, "nobody has written this yet", f"write the text in the place of `{BLANK} …`")
        return
    yield from hidden_characters(text)
    if not readable(text):
        yield _stray_brace(text)
        return
    literals = Template.parse(text).pieces[::2]
    if match := _MARKUP_AT_START.match(text):
        yield _markup(match)
    if "{" in text and (match := _JOINED_DIGITS.search(text)):
        hint = "put a space between a placeholder and a number"
        yield Violation(Code.DIGITS, f"{quoted(match.group())} makes another number of a contact", hint)
    for literal in literals:
        yield from _literal(literal)


def readable(text: str) -> bool:
    """Whether every curly brace is part of a placeholder."""
    try:
        Template.parse(text)
    except TemplateError:
        return False
    return True


def _stray_brace(text: str) -> Violation:
    stray = next(part for part in _BRACES.findall(text) if not readable(part))
    meant = re.sub(r"[^a-z_]", "", stray.lower())
    hint = "placeholders are written {amount}; other curly braces cannot be shown"
    if meant in TEXT_FACTS:
        hint = f"write {{{meant}}}"
    return Violation(Code.PLACEHOLDER, f"{quoted(stray)} is not a placeholder such as {{amount}}", hint)


def _literal(text: str) -> Iterator[Violation]:
    if any(sign in text for sign in _MARKUP_SIGNS) and (match := _MARKUP.search(text)):
        yield _markup(match)
    if found := address_in(text):
        hint = "name a contact of region.yaml as {contact}; put a space after a full stop"
        yield Violation(Code.ADDRESS, f"{quoted(found)} looks like an address", hint)
    digits = len(_DIGIT.findall(text))
    if digits and (found := wallet_in(text)):
        hint = "{destination} shows the withdrawal's own"
        yield Violation(Code.ADDRESS, f"{quoted(found)} looks like a wallet address", hint)
        text = text.replace(found, "")
    if digits and len(text) >= 3 and (number := _number(text)):
        shown = quoted(number)
        hint = "name a contact of region.yaml as {contact}, or write the number in words"
        yield Violation(Code.DIGITS, f"{shown} could be taken for a number to call", hint)


def _number(text: str) -> str | None:
    """The first run of three or more digits that could be dialled."""
    zeros = _as_zeros(_LETTER_DIGITS.sub(lambda match: "0" * len(match.group()), text))
    for match in _DIGITS.finditer(zeros):
        if not _SMALL_RANGE.fullmatch(match.group()):
            return text[match.start() : match.end()]
    parted = _PARTED.search(zeros)
    return text[parted.start() : parted.end()] if parted else None


def _markup(match: re.Match[str]) -> Violation:
    return Violation(
        Code.MARKUP, f"{quoted(match.group().strip())} looks like markup", "texts are plain; say it in words"
    )


def _as_zeros(text: str) -> str:
    """The text with every digit as 0, spaces as spaces and dashes as hyphens, each at its old position."""
    return "".join(_shape(char) for char in text)


def _shape(char: str) -> str:
    if _DIGIT.match(char):
        return "0"
    if char in "()_":
        return char
    if char in _COMMAS:
        return ","
    if char in _OF_KEYCAPS:
        return " "
    kind = unicodedata.category(char)
    return {"Zs": " ", "Pd": "-"}.get(kind) or ("." if kind[0] in "PS" else "x")
