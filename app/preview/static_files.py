"""The preview as files. Links are relative, so that pages open from a disk or a CI artifact."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from app.domain.errors import ForewarnError
from app.preview.assets import Assets
from app.preview.page_links import file_links
from app.preview.preview_pages import Pages
from app.preview.rulebook_view import RulebookView

_MARKER = ".forewarn-preview"  # marks a folder that a preview wrote, and may replace


def write(view: RulebookView, out: Path, today: date, where: str) -> int:
    """Writes every page; returns how many. Replaces `out` as a whole, if it is empty or holds an earlier preview.

    Otherwise raises ForewarnError and changes nothing.
    """
    _refuse_other_files(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        written = _fill(made, view, today, where)
        made.chmod(0o755)
        _swap(made, out)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return written


def _refuse_other_files(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise ForewarnError(f"--out {out}: expected a folder, found a file")
    if out.is_dir() and any(out.iterdir()) and not (out / _MARKER).exists():
        raise ForewarnError(f"--out {out}: the folder holds other files; name a new or empty one")


def _fill(folder: Path, view: RulebookView, today: date, where: str) -> int:
    for name, body in Assets().bodies.items():
        _put(folder / "static" / name, body)
    count = 0
    for name, html in _pages(view, today, where):
        _put(folder / name, html.encode())
        count += 1
    (folder / _MARKER).touch()
    return count


def _pages(view: RulebookView, today: date, where: str) -> Iterator[tuple[str, str]]:
    shared = {"where": where, "live": False}
    yield "index.html", Pages(file_links(0), "standalone.html", shared).rules(view, {}, today, in_files=True)
    below = Pages(file_links(2), "standalone.html", shared)
    for rule in view.rules:
        yield f"preview/{rule.id}.html", below.rule(view, rule, today)


def _put(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def _swap(made: Path, out: Path) -> None:
    """Keeps the old folder beside the new one until the new one is in place."""
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
