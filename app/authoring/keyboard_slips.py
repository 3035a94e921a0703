"""Signs of other keyboards and of word processors where YAML needs its own: they look right, and mean nothing to it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from app.authoring.suggestions import quoted

# A line's beginning, which every pattern here looks at: indentation, and the name of an entry.
_NAME = r"(?: *- )? *[\w.]+"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_DASHES = "‐‑‒–—―−－﹣•·‣▪●○◦*"
_OPENING = "“”„‟«‹‘’‚「『＂＇"
_CLOSING = "”“‟»›’‘」』＂＇"
# A name, and right behind its colon a quote, a bracket, a letter or a digit.
_NO_SPACE = re.compile(rf"(?: *- )? *([a-z][a-z_.]*):(?=[\"'\[{{A-Za-z0-9]|[^\x00-\x7f{_SPACES}])")
_CONFLICT = re.compile(r"^(<{7}|\|{7}|>{7})(?: .*)?$|^={7}$", re.MULTILINE)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})*\.000")
_COMMA = re.compile(r"\s*([，、،；;])\s*")
_WORDS = re.compile(r"[A-Za-z0-9_.]+(?:\s*[，、،；;]\s*[A-Za-z0-9_.]+)+")


@dataclass(frozen=True, slots=True)
class Slip:
    """`column` counts from 1. `meant` is the value without the slip, where there is one."""

    column: int
    words: str
    hint: str
    meant: str = ""


def conflict(text: str) -> tuple[int, Slip] | None:
    """Where a mark of git begins, if it left two versions of some lines in the file."""
    match = _CONFLICT.search(text)
    if match is None:
        return None
    words = f"{quoted(match.group()[:7])} is git's: it left two versions of these lines, one below the other"
    hint = "keep one version, and delete the lines that begin with <<<<<<<, ======= or >>>>>>>"
    return match.start(), Slip(1, words, hint)


def slips(line: str) -> Iterator[Slip]:
    """What stands in the place of a sign that YAML needs at the beginning of a line."""
    if match := re.match(rf"( *)([{re.escape(_DASHES)}])(?=[\s{_SPACES}])", line):
        words = f"{quoted(match[2])} begins this line, where a list needs a hyphen"
        yield Slip(len(match[1]) + 1, words, "begin every item with an ordinary hyphen and a space: `- `")
    if match := re.match(rf"( *-)([\t{_SPACES}])", line):
        yield _space(match, "the hyphen")
    elif match := re.match(r"( *-)(?=[\"'“„«‘「])", line):
        yield Slip(len(match[1]) + 1, "a space is missing after the hyphen", "begin every item with `- `")
    if match := re.match(rf"({_NAME}) *([：﹕︓∶꞉])", line):
        name = match[1].strip(" -")
        yield Slip(
            match.start(2) + 1,
            f"{quoted(match[2])} is no ordinary colon",
            f"write `{name}: `, a colon and then a space",
        )
    if match := re.match(rf"({_NAME}:)([{_SPACES}])", line):
        yield _space(match, "the colon")
    elif match := _NO_SPACE.match(line):
        yield Slip(match.end() + 1, "a space is missing after the colon", f"write `{match[1]}: `, then a space")
    if match := re.match(rf"{_NAME}:[ \t]+([｛［﹛])", line):
        ours = unicodedata.normalize("NFKC", match[1])
        hint = f"write `{ours}`, and the colon, comma and closing sign of the same keyboard"
        yield Slip(match.start(1) + 1, f"{quoted(match[1])} is not the `{ours}` that YAML knows", hint)
    if match := re.match(rf"(?:{_NAME}:| *-)[ \t]+([{_OPENING}])", line):
        yield Slip(match.start(1) + 1, f"{quoted(match[1])} does not quote a text for YAML", _straight())
    elif match := re.match(rf"(?:{_NAME}:| *-)[ \t]+\"[^\"]*([{_CLOSING}])\s*$", line):
        yield Slip(match.start(1) + 1, f"{quoted(match[1])} does not close this quote", _straight())
    if match := re.match(r" *([＃])", line):
        yield Slip(match.start(1) + 1, f"{quoted(match[1])} begins no comment", "write an ordinary `#`")


def value_slip(text: str, *, in_list: bool) -> Slip | None:
    """What is wrong with an unquoted value as a whole; `in_list` where it stands between square brackets."""
    if not text:
        return None
    if text[0] in _OPENING and len(text) > 2 and text[-1] in _CLOSING + "\"'" and not _quotes_inside(text):
        words = f"{quoted(text[0])} and {quoted(text[-1])} are not quotes for YAML, but part of the text"
        inner = text[1:-1]
        return Slip(1, words, f"write {inner}" if re.fullmatch(r"[\w.]+", inner) else _straight(), inner)
    if text[0] in "｛［﹛" and text[-1] in "｝］﹜":
        ours = unicodedata.normalize("NFKC", text).replace(":", ": ").replace(",", ", ").replace("  ", " ")
        return Slip(1, f"{quoted(text[0])} is not a bracket that YAML knows", f"write {ours}")
    if _GROUPED.fullmatch(text):
        plain = text.replace(".", "")
        return Slip(1, f"in {quoted(text)}, the point is a decimal point", f"write {plain}, or {text.rstrip('0')}0")
    if in_list and _WORDS.fullmatch(text) and (match := _COMMA.search(text)):
        apart = ", ".join(part.strip() for part in _COMMA.split(text)[::2])
        return Slip(1, f"{quoted(match[1])} does not separate values", f"put an ordinary comma between them: {apart}")
    return None


def joined_item(line: str) -> Slip | None:
    """A list item with a dash that is no hyphen, which joins an unquoted text above it."""
    return next((each for each in slips(line) if "begins this line" in each.words), None)


def _quotes_inside(text: str) -> bool:
    return any(char in _OPENING + _CLOSING and char not in "’'" for char in text[1:-1])


def _space(match: re.Match[str], after: str) -> Slip:
    name = "a tab" if match[2] == "\t" else f"U+{ord(match[2]):04X}"
    words = f"{name} after {after}, which only looks like a space"
    return Slip(match.start(2) + 1, words, "write an ordinary space")


def _straight() -> str:
    return 'write straight quotes: "..."'
