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
from app.checks.digits import figures, has_digit
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
_DIGITS = re.compile(r"0(?:[ \-()]*0){2,}")
# With other signs between them, five digits, or four single ones: `24/7, 99 %` and `8.30` do not count.
_PARTED = re.compile(r"0(?: ?(?:[^\w\s,]|_)? ?0){4,}|(?<!0)0(?:[^0\w]{1,2}0){3,}(?!0)")
# `O8OO I23`: a word of digits and letters that pass for digits, Cyrillic ones too. Of `S`, `B` and `Z` in a longer word
# with two digits only, since `B2B` and `5S` are words.
_LETTER_DIGITS = re.compile(
    r"(?<!\w)(?:(?=[OoIlОоЗз]*[0-9])[0-9OoIlОоЗз]{3,}|(?=(?:[^\W0-9]*[0-9]){2})[0-9OoIlОоЗзSsBZz]{4,})(?!\w)"
)
# Digits joined to a placeholder are read as part of its number: `{helpline}2`, `00{helpline}`, `+44 {helpline}`.
_JOINED_DIGITS = re.compile(r"\+ ?[0-9][0-9 ()-]*\{|[0-9][-()./+]*\{|\}[-/+]?[0-9]")
_BRACES = re.compile(r"\{+[^{}\n]{0,40}\}+|\{+[^{}\s]*\}*|[^{}\s]*\}+")
_PLACEHOLDER_NAME = re.compile(r"[a-z][a-z0-9_]*")
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
    if "{" in text and has_digit(text) and (match := _JOINED_DIGITS.search(figures(text))):
        hint = "put a space between a placeholder and a number"
        yield Violation(
            Code.DIGITS, f"{quoted(text[match.start() : match.end()])} makes another number of a contact", hint
        )
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
    inner = unicodedata.normalize("NFKC", stray).strip("{} \u00a0:[]()").lower()
    hint = "placeholders are written {amount}; other curly braces cannot be shown"
    if inner in TEXT_FACTS or (stray.endswith("}") and _PLACEHOLDER_NAME.fullmatch(inner)):
        hint = f"write {{{inner}}}"
    elif inner and not inner.isascii():
        hint = "placeholders keep their English names in every language, such as {amount}"
    return Violation(Code.PLACEHOLDER, f"{quoted(stray)} is not a placeholder such as {{amount}}", hint)


def _literal(text: str) -> Iterator[Violation]:
    if any(sign in text for sign in _MARKUP_SIGNS) and (match := _MARKUP.search(text)):
        yield _markup(match)
    if found := address_in(text):
        hint = "name a contact of region.yaml as {contact}; put a space after a full stop"
        yield Violation(Code.ADDRESS, f"{quoted(found)} looks like an address", hint)
    digits = has_digit(text)
    if digits and (found := wallet_in(text)):
        hint = "{destination} shows the withdrawal's own"
        yield Violation(Code.ADDRESS, f"{quoted(found)} looks like a wallet address", hint)
        text = text.replace(found, "")
    if digits and len(text) >= 3 and (number := _number(text)):
        shown = quoted(number)
        hint = "name a contact of region.yaml as {contact}; an amount or a count can stand in words"
        yield Violation(Code.DIGITS, f"{shown} could be taken for a number to call", hint)


def _number(text: str) -> str | None:
    """The first run of three or more digits that could be dialled."""
    shapes = _shapes(_LETTER_DIGITS.sub(lambda match: "0" * len(match.group()), figures(text)))
    for match in _DIGITS.finditer(shapes):
        if not _SMALL_RANGE.fullmatch(match.group()):
            return text[match.start() : match.end()]
    parted = _PARTED.search(shapes)
    return text[parted.start() : parted.end()] if parted else None


def _markup(match: re.Match[str]) -> Violation:
    return Violation(
        Code.MARKUP, f"{quoted(match.group().strip())} looks like markup", "texts are plain; say it in words"
    )


def _shapes(text: str) -> str:
    """The text with spaces as spaces, dashes as hyphens and letters as `x`, each at its old position."""
    return "".join(_shape(char) for char in text)


def _shape(char: str) -> str:
    if "0" <= char <= "9":
        return "0"
    if char in "()_":
        return char
    if char in _COMMAS:
        return ","
    if char in _OF_KEYCAPS:
        return " "
    kind = unicodedata.category(char)
    return {"Zs": " ", "Pd": "-"}.get(kind) or ("." if kind[0] in "PS" else "x")
