"""`forewarn translations`: lists texts that are behind the one that they were translated from; marks the others."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from tabulate import tabulate

from app.authoring.drafts import Drafts, TextDraft, draft
from app.authoring.source_files import read_sources
from app.authoring.suggestions import listing
from app.authoring.translation_marks import with_marks
from app.authoring.translation_state import State, Translation
from app.authoring.translation_state import translations as every_translation
from app.commands import rule_folders
from app.commands.options import folder_options
from app.domain.errors import ForewarnError
from app.review.rule_sentences import plural
from app.storage.atomic_file import write_atomically

_PLACE = "REGION[/LANGUAGE[/MESSAGE]]"


@click.command()
@click.argument("places", metavar=f"[{_PLACE}]...", nargs=-1)
@click.option("--mark", is_flag=True, help="Write into the files that these texts fit their source as it is now.")
@folder_options
def translations(places: tuple[str, ...], *, mark: bool, rules: Path | None, locales: Path | None) -> None:
    """List which texts have fallen behind the text that they were translated from.

    A text is current, behind (its source has changed since), unmarked (it does not say what it was made from), or
    missing. Name places such as hk, hk/en or hk/en/investment to see those alone, and to mark them once somebody has
    compared the texts.
    """
    folders = rule_folders.find(rules, locales)
    drafts = draft(read_sources(folders.rules, folders.locales))
    found = _within(every_translation(drafts), places)
    if mark and not places:
        raise click.UsageError(f"--mark needs {_PLACE}: only texts that somebody has compared are current")
    if mark:
        click.echo(_marked(drafts, found))
    else:
        click.echo(_listed(found))


def _within(found: Iterable[Translation], places: Sequence[str]) -> list[Translation]:
    """Raises ForewarnError for a place without any text."""
    named = {place: place.strip("/").split("/") for place in places}
    kept: dict[Translation, None] = {}
    inside = dict.fromkeys(places, 0)
    for each in found:
        path = [each.region, each.language, each.message]
        for place, parts in named.items():
            if path[: len(parts)] == parts:
                inside[place] += 1
                kept[each] = None
        if not places:
            kept[each] = None
    for place, count in inside.items():
        if not count:
            raise ForewarnError(f"{place!r}: no translation there; write {_PLACE}, such as hk/en/investment")
    return list(kept)


def _listed(found: Sequence[Translation]) -> str:
    """A table for each region, one line a message, and how many there are of each state."""
    tables = []
    for region in dict.fromkeys(each.region for each in found):
        ours = [each for each in found if each.region == region]
        languages = list(dict.fromkeys(each.language for each in ours))
        states = {(each.message, each.language): each.state for each in ours}
        rows = [
            [message, *(states.get((message, language), "") for language in languages)]
            for message in dict.fromkeys(each.message for each in ours)
        ]
        tables.append(tabulate(rows, headers=[region, *languages], tablefmt="plain"))
    return "\n\n".join([*tables, _counted(found)])


def _counted(found: Sequence[Translation]) -> str:
    counts = Counter(each.state for each in found)
    return ", ".join(f"{counts[state]} {state}" for state in State)


def _marked(drafts: Drafts, found: Sequence[Translation]) -> str:
    """Raises ForewarnError, before anything is written, if a file cannot be marked."""
    to_mark = [each for each in found if each.state in {State.BEHIND, State.UNMARKED}]
    files: defaultdict[tuple[str, str], list[Translation]] = defaultdict(list)
    for each in to_mark:
        files[each.region, each.language].append(each)
    broken = [drafts.texts[place].path for place in files if drafts.texts[place].form is None]
    if broken:
        raise ForewarnError(f"{listing(broken)}: mend the errors first; `forewarn check` lists them")
    for place, ours in files.items():
        _write(drafts.texts[place], ours)
    return f"Marked {plural(len(to_mark), 'text')} in {plural(len(files), 'file')}"


def _write(texts: TextDraft, ours: Sequence[Translation]) -> None:
    path = Path(texts.path)
    mark = "\ufeff" if path.read_bytes().startswith("\ufeff".encode()) else ""
    text = with_marks(texts.document, {each.message: each.origin for each in ours})
    write_atomically(path, f"{mark}{text}".encode())
