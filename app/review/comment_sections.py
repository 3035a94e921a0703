"""Cuts a report in sections to a length, and names the files of which something was left out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.checks.output.markdown import heading, plain

# Characters for the note about what a section left out; a small section gives a quarter of its room.
_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Block:
    """Markdown that is kept whole or left out. `sources` are the files, rules or regions that it is about."""

    text: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The most important block first. `weight` is its share where not every section fits: 2 gets twice as much as 1."""

    title: str
    blocks: Sequence[Block]
    head: str = ""
    weight: int = 1

    @property
    def beginning(self) -> str:
        title = heading(3, self.title) if self.title else ""
        return "\n\n".join(part for part in (title, self.head) if part)

    @property
    def size(self) -> int:
        return len(self.beginning) + 2 + sum(len(block.text) + 2 for block in self.blocks)


def fit_sections(sections: Sequence[Section], limit: int | None, elsewhere: str) -> str:
    """The sections in order, in at most `limit` characters. No section can take the whole room from another."""
    filled = [section for section in sections if section.blocks]
    rooms = [section.size for section in filled] if limit is None else _rooms(filled, limit)
    pages = [_page(section, room, elsewhere) for section, room in zip(filled, rooms, strict=True)]
    whole = "\n\n".join(pages)
    return whole if limit is None or len(whole) <= limit else whole[: limit - 1]


def _rooms(sections: Sequence[Section], limit: int) -> list[int]:
    """The characters for each section: all that it needs, or its share of what the smaller sections leave."""
    rooms = [section.size for section in sections]
    left, weight = limit - 2 * len(sections), sum(section.weight for section in sections)
    # Whoever needs the least for its weight is served first, so that the others share what it leaves.
    for i in sorted(range(len(sections)), key=lambda i: rooms[i] / sections[i].weight):
        rooms[i] = min(rooms[i], left * sections[i].weight // weight)
        left, weight = left - rooms[i], weight - sections[i].weight
    return rooms


def _page(section: Section, room: int, elsewhere: str) -> str:
    if section.size <= room:
        return "\n\n".join(part for part in (section.beginning, *(block.text for block in section.blocks)) if part)
    note_room = min(_NOTE, room // 4)
    used = len(section.beginning) + 2 + note_room
    kept: list[str] = []
    left_out: list[Block] = []
    for block in section.blocks:
        if used + len(block.text) + 2 > room:
            left_out.append(block)
        else:
            kept.append(block.text)
            used += len(block.text) + 2
    note = _note(left_out, len(section.blocks), elsewhere, note_room)
    return "\n\n".join(part for part in (section.beginning, *kept, note) if part)


def _note(left_out: Sequence[Block], total: int, elsewhere: str, room: int) -> str:
    begin, end = f"*Shortened: {len(left_out)} of {total} parts of this section did not fit", f". {elsewhere}*"
    sources = dict.fromkeys(source for block in left_out for source in block.sources)
    names = source_names(sources, room - len(begin) - len(end) - 2)
    return f"{begin}: {names}{end}" if names else f"{begin}{end}"


def source_names(sources: Iterable[str], room: int) -> str:
    """Files by folder, as in `locales/hk: en.yaml, ar.yaml; rules/hk: first.yaml`; folders alone where that is long."""
    folders: defaultdict[str, list[str]] = defaultdict(list)
    for source in sources:
        folder, _, name = source.rpartition("/")
        folders[folder].append(name)
    each = (
        f"{plain(folder)}: {plain(', '.join(names))}" if folder else plain(", ".join(names))
        for folder, names in folders.items()
    )
    counted = (f"{plain(folder)} ({len(names)})" for folder, names in folders.items())
    for written in ("; ".join(each), ", ".join(counted)):
        if len(written) <= room:
            return written
    return f"{written[: max(0, room - 2)].rpartition(',')[0]} …" if room > 2 else ""
