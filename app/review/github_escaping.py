"""Two texts side by side, with the differing words marked as HTML."""

from app.checks.output.markdown import plain
from app.review.word_diff import Kind, Span


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
