"""Says which parts of the repository a change touches, so that a workflow runs what they need and nothing else.

    python3 deploy/changed_parts.py CLONE BASE HEAD

prints `content=true` where the change from BASE to HEAD touches rules/ or locales/, and `code=true` where it touches
anything but YAML files in the folders of regions. Fails where git does. Reads git's objects alone, never the files of
the clone: what is there may come from a stranger. Runs before anything is installed, so it needs Python alone.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

_CONTENT = ("rules/", "locales/")
# rules/facts.yaml and rules/typologies.yaml are code too: schemas and pages are generated from them.
_OF_A_REGION = re.compile(r"(rules|locales)/[^/]+/[^/]+\.ya?ml")
# What is not there, or is a plain file. A link, a submodule or a program is code wherever it lies.
_PLAIN = {"000000", "100644"}

_EVERY_PATH = ("-r", "-z", "--raw", "--no-renames")  # a rename is two paths


class Change(NamedTuple):
    """A path, and the modes that git gives it before and after."""

    path: str
    modes: frozenset[str]

    @property
    def is_plain_text(self) -> bool:
        return _OF_A_REGION.fullmatch(self.path) is not None and self.modes <= _PLAIN


def changes(clone: str, base: str, head: str) -> Iterator[Change]:
    """Every path that differs from any of the commits that BASE and HEAD have in common, once for each of them.

    After merges in both directions there may be several such commits, and a path may differ from one of them alone.
    """
    for left in _git(clone, "merge-base", "--all", base, head).decode().split():
        listed = _git(clone, "diff-tree", *_EVERY_PATH, left, head).split(b"\0")
        for meta, path in zip(listed[::2], listed[1::2], strict=False):
            before, after, *_ = meta.decode().removeprefix(":").split()
            yield Change(path.decode("utf-8", "surrogateescape"), frozenset({before, after}))


def parts(changed: list[Change]) -> dict[str, bool]:
    """A change of nothing counts as code, so that something judges it."""
    return {
        "content": any(each.path.startswith(_CONTENT) for each in changed),
        "code": not changed or not all(each.is_plain_text for each in changed),
    }


def _git(clone: str, *arguments: str) -> bytes:
    command = ["git", "-C", clone, *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=60).stdout  # noqa: S603  # no shell


def main() -> None:
    clone, base, head = sys.argv[1:]
    for name, touched in parts(list(changes(clone, base, head))).items():
        print(f"{name}={str(touched).lower()}")


if __name__ == "__main__":
    main()
