"""Cuts a report in sections to a length, and says what was left out."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.checks.output.markdown import heading

# Characters reserved for the notes about cuts.
_RESERVE = 2_000


@dataclass(frozen=True, slots=True)
class Section:
    """A block is kept whole or left out."""

    title: str
    blocks: Sequence[str]
    head: str = ""


def fit_sections(sections: Sequence[Section], limit: int | None, elsewhere: str) -> str:
    """The sections in order, each with as many whole blocks as fit into `limit` characters."""
    room = None if limit is None else max(0, limit - _RESERVE)
    pages: list[str] = []
    for section in sections:
        text, room = _section(section, room, elsewhere)
        pages.append(text)
    whole = "\n\n".join(page for page in pages if page)
    return whole if limit is None or len(whole) <= limit else whole[: limit - 1]


def _section(section: Section, room: int | None, elsewhere: str) -> tuple[str, int | None]:
    if not section.blocks:
        return "", room
    head = "\n\n".join(part for part in (heading(3, section.title) if section.title else "", section.head) if part)
    kept: list[str] = []
    left_out = 0
    used = len(head) + 2
    for block in section.blocks:
        if room is not None and used + len(block) + 2 > room:
            left_out += 1
            continue
        kept.append(block)
        used += len(block) + 2
    note = f"*Shortened: {left_out} of {len(section.blocks)} parts of this section did not fit. {elsewhere}*"
    parts = [head, *kept, *([note] if left_out else [])]
    return "\n\n".join(part for part in parts if part), None if room is None else max(0, room - used)
