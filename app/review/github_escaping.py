"""Texts of strangers inside a GitHub comment: they can be read, and do nothing.

Everything that Markdown or HTML could take for itself is a character reference, which CommonMark never takes for
structure. What GitHub looks for in the finished page (mentions, issue numbers, commits, emoji, addresses) is cut by a
zero-width space.
"""

import re

from app.review.visible_text import visible
from app.review.word_diff import Kind, Span

_CUT = "&#8203;"
_STRUCTURE = re.compile(r"""[&<>"'`*_~|\[\]\\!$^=]""")
# What a line must not begin with: a list, a heading.
_BEGINNING = re.compile(r"^(\d*)([-+.)])(?=\s|$)")
_CALLS = re.compile(r"([@#])|(:)(?=//|\w+:)|(?i:(www|gh))(?=[.-])")
# A commit is linked by seven of its digits or more.
_COMMIT = re.compile(r"\b[0-9a-f]{7,}\b")
_SIX = re.compile(r"......(?=.)")


def plain(text: str) -> str:
    """A text that stands there as it is, in a paragraph, a list, a table's cell or inside HTML.

    >>> plain("<b>@police</b> | [x](https://y)")
    '&#60;b&#62;@&#8203;police&#60;/b&#62; &#124; &#91;x&#93;(https:&#8203;//y)'
    """
    cut = _CALLS.sub(lambda found: f"{found[0]}\0", visible(text.strip()).replace("\0", ""))
    cut = _COMMIT.sub(lambda found: _SIX.sub(lambda six: f"{six[0]}\0", found[0]), cut)
    safe = _STRUCTURE.sub(lambda found: f"&#{ord(found[0])};", cut)
    safe = _BEGINNING.sub(lambda found: f"{found[1]}&#{ord(found[2])};", safe)
    return safe.replace("\0", _CUT)


def marked(spans: list[Span]) -> tuple[str, str]:
    """A text before and after: what went struck through in the first, what came bold in the second.

    As HTML: Markdown's own `**` marks nothing where it stands between two Chinese characters and a sign.
    """
    before = [_tagged(span, Kind.REMOVED, "del") for span in spans if span.kind is not Kind.ADDED]
    after = [_tagged(span, Kind.ADDED, "strong") for span in spans if span.kind is not Kind.REMOVED]
    return "".join(before).strip(), "".join(after).strip()


def _tagged(span: Span, kind: Kind, tag: str) -> str:
    text = span.text
    padded = (
        " " * (len(text) - len(text.lstrip(" "))),
        " " * (len(text) - len(text.rstrip(" "))) if text.strip() else "",
    )
    inside = plain(text)
    if not inside:
        return text
    return f"{padded[0]}<{tag}>{inside}</{tag}>{padded[1]}" if span.kind is kind else f"{padded[0]}{inside}{padded[1]}"


def code(text: str) -> str:
    """A name of a file or a rule."""
    return f"<code>{plain(text)}</code>"
