"""What `forewarn check` says, in the form that was asked for."""

import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from app.checks.checker import Checked
from app.checks.output.github_annotations import annotations, step_summary
from app.checks.output.json_output import as_json
from app.checks.output.relocation import seen_from
from app.checks.output.sarif import as_sarif
from app.checks.output.text_output import report, summary, unpainted
from app.commands import rule_folders
from app.commands.colours import paint
from app.commands.rule_folders import Folders

_PAGE = "docs/checks.md"


def tell(
    found: Checked, folders: Folders, form: str, out: Path | None, *, accepted: bool, say: Callable[[str], None]
) -> None:
    """Says it, or writes it to `out` and says the summary.

    Where GITHUB_STEP_SUMMARY names a file, `github` writes every problem there too: annotations show the first few.
    """
    if form == "text":
        written = report(found, paint if out is None else unpainted, accepted=accepted)
    else:
        seen = seen_from(rule_folders.repository(folders) or Path.cwd(), found)
        written = _written(seen, form)
        if form == "github" and (step := os.environ.get("GITHUB_STEP_SUMMARY")):
            with Path(step).open("a", encoding="utf-8") as file:
                file.write(step_summary(seen, pages()))
    if out is None:
        say(written)
    else:
        out.write_text(written + "\n", encoding="utf-8")
        say(summary(found, paint))


def pages() -> str | None:
    """The address of docs/checks.md, where GitHub says which repository and commit this is."""
    parts = [os.environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")]
    return f"{parts[0]}/{parts[1]}/blob/{parts[2]}/{_PAGE}" if all(parts) else None


def _written(seen: Checked, form: str) -> str:
    if form == "github":
        return annotations(seen)
    return as_json(seen) if form == "json" else as_sarif(seen, version("forewarn"), pages())
