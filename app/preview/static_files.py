"""The preview as files: pages that link to each other relatively, so that they open from a disk or an artifact."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from app.domain.errors import ForewarnError
from app.preview.assets import Assets
from app.preview.edition import Edition
from app.preview.preview_pages import Pages

_OURS = ".forewarn-preview"  # marks a folder that we wrote, and may write again


class Relative:
    """Links from a page `depth` folders below the first one."""

    def __init__(self, depth: int) -> None:
        self._up = "../" * depth

    def rules(self) -> str:
        return f"{self._up}index.html"

    def rule(self, rule_id: str) -> str:
        return f"{self._up}preview/{rule_id}.html"

    def trial(self, region: str) -> str | None:  # what others ask by; a file answers nobody
        return None

    def asset(self, name: str) -> str:
        return f"{self._up}static/{name}"


def write(edition: Edition, out: Path, today: date, where: str) -> int:
    """Writes every page; returns how many. `out` is replaced as a whole, and only if it is ours or empty.

    Raises ForewarnError where something else is there; then nothing is changed.
    """
    _refuse_others(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        written = _fill(made, edition, today, where)
        made.chmod(0o755)
        _swap(made, out)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return written


def _refuse_others(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise ForewarnError(f"--out {out}: expected a folder, found a file")
    if out.is_dir() and any(out.iterdir()) and not (out / _OURS).exists():
        raise ForewarnError(f"--out {out}: the folder holds other files; name a new or empty one")


def _fill(folder: Path, edition: Edition, today: date, where: str) -> int:
    for name, body in Assets().bodies.items():
        _put(folder / "static" / name, body)
    count = 0
    for name, html in _pages(edition, today, where):
        _put(folder / name, html.encode())
        count += 1
    (folder / _OURS).touch()
    return count


def _pages(edition: Edition, today: date, where: str) -> Iterator[tuple[str, str]]:
    shared = {"where": where, "live": False}
    yield "index.html", Pages(Relative(0), "standalone.html", shared).rules(edition, {}, today, in_files=True)
    below = Pages(Relative(2), "standalone.html", shared)
    for rule in edition.rules:
        yield f"preview/{rule.id}.html", below.rule(edition, rule, today)


def _put(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def _swap(made: Path, out: Path) -> None:
    """The old folder stays beside until the new one is in its place."""
    old = made.with_name(f"{made.name}-old")
    if out.exists():
        out.rename(old)
    try:
        made.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)
