"""Reads revisions and their files from a repository with the `git` command. Never writes."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.domain.errors import ForewarnError

TIMEOUT = 60.0  # seconds; listing the largest repositories takes one

_LINK = "120000"
_FILE_MODES = frozenset({"100644", "100755", _LINK})
_DEFAULT_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")


class GitError(ForewarnError):
    """The repository lacks what was requested; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a revision. `oid` is the id of its content; `size` is in bytes."""

    path: str
    mode: str
    oid: str
    size: int

    @property
    def is_link(self) -> bool:
        return self.mode == _LINK


@dataclass(frozen=True, slots=True)
class Repository:
    """`root` is the folder that was checked out; each worktree has its own."""

    root: Path

    @classmethod
    def containing(cls, folder: Path) -> "Repository":
        """The repository that contains a folder. Raises GitError where there is none."""
        try:
            top = _run(folder, "rev-parse", "--show-toplevel").decode().removesuffix("\n")
        except GitError as error:
            if "safe.directory" in str(error):
                raise
            raise GitError(f"{folder.absolute()} is not in a git repository") from None
        if not top:
            raise GitError(f"{folder.absolute()} is in a git repository without files of its own (a bare one)")
        return cls(Path(top))

    def commit(self, revision: str) -> str:
        """The commit of a branch, a tag or an abbreviated id. Raises GitError."""
        if not revision or revision.startswith("-"):
            raise GitError(f"`{revision}` is not a revision: expected a branch, a tag or a commit")
        found = self._query("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        if found:
            return found
        raise GitError(f"git knows no revision `{revision}` here" + self._fetch_more(revision))

    def default_base(self, head: str) -> str:
        """The commit where `head` branched off the default branch. Raises GitError."""
        for branch in _DEFAULT_BRANCHES:
            tip = self._query("rev-parse", "--verify", "--quiet", f"{branch}^{{commit}}")
            if tip:
                return self.merge_base(tip, head, branch)
        raise GitError("no default branch here (origin/HEAD, main or master); name the BASE to compare with")

    def merge_base(self, base: str, head: str, named: str) -> str:
        """The last commit that both have. Raises GitError."""
        found = self._query("merge-base", base, head)
        if not found:
            raise GitError(f"no commit is known that this and `{named}` have in common" + self._fetch_more(named))
        return found

    def files(self, commit: str) -> dict[str, Entry]:
        """Every file and symbolic link of a commit, by path. Paths that could lead out of a folder are left out."""
        listed = _run(self.root, "ls-tree", "-r", "-l", "-z", "--full-tree", commit)
        return {entry.path: entry for entry in _entries(listed)}

    def contents(self, entries: Sequence[Entry]) -> Mapping[str, bytes]:
        """The bytes of these files, by path."""
        if not entries:
            return {}
        request = "".join(f"{entry.oid}\n" for entry in entries).encode()
        answered = _run(self.root, "cat-file", "--batch", fed=request)
        found: dict[str, bytes] = {}
        at = 0
        for entry in entries:
            header, at = _header(answered, at)
            if header[-1] == b"missing":
                raise GitError(f"git does not have the content of {entry.path}" + self._fetch_more(entry.oid))
            end = at + int(header[2])
            found[entry.path] = answered[at:end]
            at = end + 1
        return found

    def changed_here(self, commit: str) -> list[str]:
        """The paths in which the folder differs from a commit, untracked files included."""
        changed = _run(self.root, "diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", commit, "--")
        added = _run(self.root, "ls-files", "--others", "--exclude-standard", "-z")
        return sorted({_text(path) for path in (changed + added).split(b"\0") if path})

    def changed_between(self, base: str, head: str) -> list[str]:
        changed = _run(self.root, "diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", base, head, "--")
        return sorted(_text(path) for path in changed.split(b"\0") if path)

    def links(self, paths: Sequence[str], commit: str | None) -> list[str]:
        """Which of these are symbolic links in a commit, or in the folder where `commit` is None."""
        if commit is None:
            return [path for path in paths if (self.root / path).is_symlink()]
        files = self.files(commit)
        return [path for path in paths if path in files and files[path].is_link]

    def inside(self, folder: Path) -> str:
        """The path of a folder relative to this repository, with slashes. Raises GitError where it lies elsewhere."""
        try:
            return folder.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            raise GitError(f"{folder} is not in the repository {self.root}") from None

    def _query(self, *arguments: str) -> str:
        """The output, or an empty string where git fails."""
        try:
            return _run(self.root, *arguments).decode().strip()
        except GitError:
            return ""

    def _fetch_more(self, named: str) -> str:
        if self._query("rev-parse", "--is-shallow-repository") == "true":
            return f": this is a shallow clone without older history; run `git fetch --unshallow` ({named})"
        return ""


def _run(folder: Path, *arguments: str, fed: bytes | None = None) -> bytes:
    # No user settings, no pager and no programs that the repository configures: its content is only data.
    command = ["git", "-C", str(folder), "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", *arguments]
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(  # noqa: S603  # fixed words, and revisions that cannot be options
            command, input=fed, capture_output=True, timeout=TIMEOUT, check=False, env=environment
        )
    except FileNotFoundError:
        raise GitError("git is not installed; `forewarn diff` reads the repository with it") from None
    except subprocess.TimeoutExpired:
        raise GitError(f"git took over {TIMEOUT:g} seconds to answer") from None
    if done.returncode:
        errors = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(f"git: {errors[0] if errors else f'{arguments[0]} failed'}")
    return done.stdout


def _entries(listed: bytes) -> Iterator[Entry]:
    for record in listed.split(b"\0"):
        if not record:
            continue
        meta, _, raw = record.partition(b"\t")
        mode, _, oid, size = meta.decode().split()
        path = _text(raw)
        if mode in _FILE_MODES and _is_plain(path):
            yield Entry(path, mode, oid, int(size))


def _is_plain(path: str) -> bool:
    unsafe = {"..", ".", ".git"} & set(PurePosixPath(path).parts)
    return not unsafe and not path.startswith("/") and "\\" not in path


def _header(answered: bytes, at: int) -> tuple[list[bytes], int]:
    end = answered.index(b"\n", at)
    return answered[at:end].split(), end + 1


def _text(raw: bytes) -> str:
    """A path as text; bytes that are not UTF-8 are replaced."""
    return raw.decode("utf-8", "replace")
