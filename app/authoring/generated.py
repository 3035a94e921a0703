"""The files of the repository that are made from the code. `python -m app.authoring.generated` writes them anew."""

import sys
from collections.abc import Mapping
from pathlib import Path

from app.authoring import checks_page


def contents() -> Mapping[str, str]:
    """What each file should hold, by its path in the repository."""
    return {"docs/checks.md": checks_page.markdown()}


def write(root: Path) -> list[str]:
    """Writes what differs and returns its paths."""
    stale = [path for path, text in contents().items() if not _holds(root / path, text)]
    for path in stale:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(contents()[path], encoding="utf-8")
    return stale


def _holds(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.stdout.writelines(f"Wrote {path}\n" for path in write(Path()))
