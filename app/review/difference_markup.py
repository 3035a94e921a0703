"""Two values side by side as HTML, with the difference marked: removed words struck through, added words bold.

HTML, because Markdown's `**` marks nothing between two Chinese characters and punctuation.
"""

from collections.abc import Sequence

from app.bundle.text_direction import direction
from app.checks.output.markdown import plain
from app.review.word_diff import Span, SpanKind, word_differences

MISSING = "—"


def marked_pair(before: str | None, after: str | None) -> tuple[str, str]:
    """Two texts with their different words marked; a missing text is a dash."""
    if before is None or after is None:
        return (
            MISSING if before is None else f"<del>{plain(before)}</del>",
            MISSING if after is None else f"<strong>{plain(after)}</strong>",
        )
    return _marked(word_differences(before, after))


def marked_lines(before: Sequence[str] | None, after: Sequence[str] | None) -> tuple[str, str]:
    """Conditions side by side; those on one side only are marked."""
    old, new = before or (), after or ()
    return (
        "<br>".join(_line(line, "del", line in new) for line in old) or MISSING,
        "<br>".join(_line(line, "strong", line in old) for line in new) or MISSING,
    )


def _line(line: str, tag: str, stays: bool) -> str:  # noqa: FBT001  # whether the line is in both
    indent = "&nbsp;" * (len(line) - len(line.lstrip()))
    return f"{indent}{plain(line)}" if stays else f"{indent}<{tag}>{plain(line)}</{tag}>"


def with_direction(language: str, text: str) -> str:
    """Marks a right-to-left text for a left-to-right page. `language` is a file name and may not be a language."""
    try:
        rightwards = direction(language) == "rtl"
    except ValueError:
        rightwards = False
    return f'<span dir="rtl">{text}</span>' if rightwards and text != MISSING else text


def _marked(spans: list[Span]) -> tuple[str, str]:
    before = [_tagged(span, SpanKind.REMOVED, "del") for span in spans if span.kind is not SpanKind.ADDED]
    after = [_tagged(span, SpanKind.ADDED, "strong") for span in spans if span.kind is not SpanKind.REMOVED]
    return "".join(before).strip(), "".join(after).strip()


def _tagged(span: Span, kind: SpanKind, tag: str) -> str:
    text = span.text
    inside = plain(text)
    if not inside:
        return text
    start, end = (" " * (len(text) - len(rest)) for rest in (text.lstrip(" "), text.rstrip(" ")))
    return f"{start}<{tag}>{inside}</{tag}>{end}" if span.kind is kind else f"{start}{inside}{end}"
