"""`forewarn new`: writes a new rule and its texts, and says what comes next."""

from collections.abc import Callable
from pathlib import Path

from app.authoring.rule_template import begin as begun
from app.commands.rule_folders import Folders
from app.storage.atomic_file import write_atomically

Say = Callable[[str], None]


def folders(rules: Path | None, locales: Path | None) -> Folders:
    """Those named, else those here. Never the samples that the package ships: a rule there would be lost."""
    return Folders(rules or Path("rules"), locales or Path("locales"))


def begin(rule_id: str, typology: str | None, folders: Folders, say: Say) -> None:
    """Raises ForewarnError, or OSError where a file cannot be written; then every file is as it was."""
    made = begun(folders.rules, folders.locales, rule_id, typology)
    _write(dict(made.files))
    say(f"New rule   {made.rule_file}")
    for path in made.text_files:
        say(f"Its text   {path}")
    say("\nNext:")
    say("  1. Write what is marked FILL IN, in each of these files.")
    say("  2. `forewarn preview` says what is missing as you save, then shows the alerts.")
    say("  3. `forewarn check --strict` says when nothing is left to do; then open a pull request.")


def _write(files: dict[Path, bytes]) -> None:
    before = {path: path.read_bytes() if path.exists() else None for path in files}
    try:
        for path, content in files.items():
            write_atomically(path, content)
    except OSError:
        for path, content_before in before.items():
            if content_before is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != content_before:
                write_atomically(path, content_before)
        raise
