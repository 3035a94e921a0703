"""Slips of the hand in a file: what an editor, a bad merge or a careless paste does to it."""

from collections.abc import Callable
from random import Random

Mutation = Callable[[str, Random], str]

_INVISIBLE = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\u00ad\u034f\u2800\u3164\u0000\u0008\u0085\u2028"
)
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789 .:-_,'\"{}[]#&*!|>%@`~?/\\\tаеоΑ中ع\u0301"


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _line(lines: list[str], chance: Random) -> int:
    return chance.randrange(len(lines))


def drop_line(text: str, chance: Random) -> str:
    lines = _lines(text)
    del lines[_line(lines, chance)]
    return "".join(lines)


def drop_block(text: str, chance: Random) -> str:
    lines = _lines(text)
    start = _line(lines, chance)
    del lines[start : start + chance.randint(2, 8)]
    return "".join(lines)


def duplicate_line(text: str, chance: Random) -> str:
    lines = _lines(text)
    place = _line(lines, chance)
    return "".join([*lines[:place], lines[place], *lines[place:]])


def move_line(text: str, chance: Random) -> str:
    lines = _lines(text)
    moved = lines.pop(_line(lines, chance))
    lines.insert(chance.randint(0, len(lines)), moved)
    return "".join(lines)


def change_indent(text: str, chance: Random) -> str:
    lines = _lines(text)
    place = _line(lines, chance)
    by = chance.choice([-4, -2, -1, 1, 2, 4])
    bare = lines[place].lstrip(" ")
    lines[place] = " " * max(0, len(lines[place]) - len(bare) + by) + bare
    return "".join(lines)


def swap_keys(text: str, chance: Random) -> str:
    """Two lines exchange what stands before their colon."""
    lines = _lines(text)
    keyed = [place for place, line in enumerate(lines) if ":" in line]
    first, second = chance.sample(keyed, 2)
    one, other = lines[first].partition(":"), lines[second].partition(":")
    lines[first], lines[second] = "".join([other[0], *one[1:]]), "".join([one[0], *other[1:]])
    return "".join(lines)


def swap_values(text: str, chance: Random) -> str:
    lines = _lines(text)
    keyed = [place for place, line in enumerate(lines) if ":" in line]
    first, second = chance.sample(keyed, 2)
    one, other = lines[first].partition(":"), lines[second].partition(":")
    lines[first], lines[second] = "".join([*one[:2], other[2]]), "".join([*other[:2], one[2]])
    return "".join(lines)


def change_letter(text: str, chance: Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + chance.choice(_LETTERS) + text[place + 1 :]


def insert_letter(text: str, chance: Random) -> str:
    place = chance.randint(0, len(text))
    return text[:place] + chance.choice(_LETTERS) + text[place:]


def drop_letter(text: str, chance: Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + text[place + 1 :]


def insert_invisible(text: str, chance: Random) -> str:
    place = chance.randint(0, len(text))
    return text[:place] + chance.choice(_INVISIBLE) + text[place:]


def truncate(text: str, chance: Random) -> str:
    return text[: chance.randrange(len(text))]


def join_lines(text: str, chance: Random) -> str:
    lines = _lines(text)
    place = _line(lines, chance)
    lines[place] = lines[place].rstrip("\r\n") + chance.choice(["", " "])
    return "".join(lines)


def empty_value(text: str, chance: Random) -> str:
    lines = _lines(text)
    place = chance.choice([place for place, line in enumerate(lines) if ":" in line])
    lines[place] = lines[place].partition(":")[0] + chance.choice(
        [":\n", ': ""\n', ": []\n", ": {}\n", ": null\n", ": ' '\n"]
    )
    return "".join(lines)


def paste_number(text: str, chance: Random) -> str:
    """Somebody else's number or address, anywhere between two words."""
    words = text.split(" ")
    pasted = ["+44 7700 900123", "evil.example/pay", "@helper_bot", "call 1 2 3", "https://evil.example", "٠١٢٣", "①②③"]
    words.insert(chance.randint(0, len(words)), chance.choice(pasted))
    return " ".join(words)


def another_program(text: str, chance: Random) -> str:
    """Saved by an editor with its own ideas of line ends, tabs and encodings."""
    broken = "\ud800"  # becomes bytes that are no UTF-8
    return chance.choice(
        [
            text.replace("\n", "\r\n"),
            text.replace("\n", "\r"),
            "\ufeff" + text,
            text.replace("  ", "\t"),
            text.replace('"', "\u201c"),
            insert_letter(text, chance) + broken,
            text + "\n---\n" + text,
            text.upper(),
            "",
        ]
    )


MUTATIONS: tuple[Mutation, ...] = (
    drop_line, drop_block, duplicate_line, move_line, change_indent, swap_keys, swap_values, change_letter,
    insert_letter, drop_letter, insert_invisible, truncate, join_lines, empty_value, paste_number,
    another_program,
)  # fmt: skip
