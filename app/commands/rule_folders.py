"""The folders of rules and texts: where they are, whether they pass the checks, which commit they come from."""

import getpass
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

from app.bundle.revision import revision_of
from app.checks.checker import Checked, check
from app.checks.output.text_output import report
from app.commands.colours import paint
from app.domain.errors import ForewarnError
from app.domain.heap import collection_paused
from app.service.rulebook import Rulebook, compile_now


@dataclass(frozen=True, slots=True)
class Folders:
    rules: Path
    locales: Path


def find(rules: Path | None, locales: Path | None) -> Folders:
    """The folders given, or else `rules` and `locales` here, or else the samples in the package."""
    return Folders(rules or _here_or_bundled("rules"), locales or _here_or_bundled("locales"))


def checked(folders: Folders, day: date | None = None) -> Checked:
    """Judged on this day, or else on today."""
    with collection_paused():  # collections took 0.5 of 1.6 s with 1,000 rules
        return check(folders.rules, folders.locales, day or today())


def today() -> date:
    """The day in UTC. It decides which contacts are due and which rules are in force."""
    return datetime.now(UTC).date()


def rulebook(folders: Folders, say: Callable[[str], None]) -> Rulebook:
    """The rules in the folders, compiled. Raises ForewarnError after listing every error."""
    found = checked(folders)
    if found.bundle is None or found.content is None:
        say(report(found, paint))
        raise ForewarnError("The rules have errors; `forewarn check` lists them")
    return compile_now(revision_of(found.bundle), found.content)


def author() -> str:
    """Who publishes: git's user.email here, or else the user of this machine, by number where it has no name."""
    try:
        return _git(Path(), "config", "user.email") or getpass.getuser()
    except (KeyError, OSError):  # a container may run as any user; Python 3.13 raises OSError
        return f"uid {os.getuid()}"


def commit_of(folder: Path) -> str:
    """The commit of a folder, with a mark if the folder has changes; empty outside git."""
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return ""
    return f"{commit} with changes" if _git(folder, "status", "--porcelain", "--", ".") else commit


def repository(folders: Folders) -> Path | None:
    """The root of the git repository with the rules; None outside git."""
    root = _git(folders.rules, "rev-parse", "--show-toplevel")
    return Path(root) if root else None


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # fixed words
            ["git", "-C", str(folder), *arguments],  # noqa: S607  # the git on the PATH
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _here_or_bundled(name: str) -> Path:
    here = Path(name)
    bundled = Path(str(files("app") / "samples" / name))
    return here if here.is_dir() or not bundled.is_dir() else bundled
