"""Real git repositories of small rules, and the reviews of changes to them."""

import os
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from app.commands.compared_revisions import Compared, Revisions, compare
from app.review.callout_kinds import Callout, CalloutKind
from tests.checks.folders import FILES

TODAY = date(2026, 11, 20)

Changes = Mapping[str, str | bytes | None]

# Independent of the machine's settings and user.
_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env=os.environ | _ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def write(folder: Path, files: Changes) -> None:
    """Writes these files; None deletes a file."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_bytes(text if isinstance(text, bytes) else text.encode())


def commit(folder: Path, files: Changes) -> str:
    """Commits these changes; returns the commit's id."""
    write(folder, files)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "a change")
    return git(folder, "rev-parse", "HEAD")


def repository(folder: Path, files: Changes = FILES) -> Path:
    """A repository with one commit on its branch main."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, files)
    return folder


def compared(folder: Path, base: str | None = None, head: str | None = None) -> Compared:
    return compare(Revisions(folder / "rules", folder / "locales", base, head), TODAY)


def changed(folder: Path, changes: Changes, files: Changes = FILES) -> Compared:
    """The comparison of the files after these changes with the commit before them."""
    write(repository(folder, files), changes)
    return compared(folder, "HEAD")


def called_out(folder: Path, changes: Changes, files: Changes = FILES) -> dict[CalloutKind, list[Callout]]:
    """The callouts of these changes, by kind."""
    found: dict[CalloutKind, list[Callout]] = {}
    for callout in changed(folder, changes, files).review.callouts:
        found.setdefault(callout.about, []).append(callout)
    return found
