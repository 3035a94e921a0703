"""The folders of rules and texts: found, checked, published."""

import gc
import getpass
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

from app.checks.checker import Checked, check
from app.checks.output.text_output import report
from app.commands.colours import paint
from app.domain.errors import ForewarnError
from app.storage.bundle_store import BundleStore, Published
from app.storage.redis_client import connect_sync


class NotPublished(ForewarnError):
    """The rules have errors; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Folders:
    rules: Path
    locales: Path


def find(rules: Path | None, locales: Path | None) -> Folders:
    """The folders that were named, else `rules` and `locales` here, else the samples that the package ships."""
    return Folders(rules or _here_or_shipped("rules"), locales or _here_or_shipped("locales"))


def checked(folders: Folders) -> Checked:
    with _nothing_collected():
        return check(folders.rules, folders.locales, today())


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """What is read is kept to the end: looking for garbage in it took 0.5 of 1.6 s with 1,000 rules."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def today() -> date:
    """The day in UTC: which contacts are due, which rules are in force."""
    return datetime.now(UTC).date()


def publish(folders: Folders, url: str, *, by: str | None, say: Callable[[str], None]) -> Published:
    """Checks and publishes. Raises NotPublished after saying every error; warnings are counted, not listed."""
    found = checked(folders)
    if found.bundle is None:
        say(report(found, paint))
        raise NotPublished(f"{_count(len(found.errors), 'error')} in the rules or texts; nothing was published")
    if found.warnings:
        say(f"Check      {_count(len(found.warnings), 'warning')}; `forewarn check` lists them")
    store = BundleStore(connect_sync(url))
    return store.publish(found.bundle, by=by or author(), commit=commit_of(folders.rules), at=now())


def author() -> str:
    """Who publishes: git's user here, else the user of this machine."""
    return _git(Path(), "config", "user.email") or getpass.getuser()


def commit_of(folder: Path) -> str:
    """The commit of a folder, marked where the folder differs from it; empty outside git."""
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return ""
    return f"{commit} with changes" if _git(folder, "status", "--porcelain", "--", ".") else commit


def repository(folders: Folders) -> Path | None:
    """The root of the git repository that the rules lie in; None outside git."""
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


def _here_or_shipped(name: str) -> Path:
    here = Path(name)
    shipped = Path(str(files("app") / "samples" / name))
    return here if here.is_dir() or not shipped.is_dir() else shipped


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
