"""docs/architecture.md walks through the code downwards."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment import ROOT

APP = ROOT / "app"
PAGE = (ROOT / "docs/architecture.md").read_text()


def walks() -> list[list[str]]:
    """The numbered lists of the page, each as the files that begin its items."""
    found: list[list[str]] = []
    for number, path in re.findall(r"^(\d+)\. `(app/[\w/]+\.py)`", PAGE, re.MULTILINE):
        if number == "1":
            found.append([])
        found[-1].append(path)
    return found


def imported(path: str) -> Iterator[str]:
    """The modules of ours that a file imports, as paths."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "app":
            yield node.module.replace(".", "/") + ".py"
            yield from (f"{node.module.replace('.', '/')}/{alias.name}.py" for alias in node.names)


@pytest.mark.parametrize("walk", walks(), ids=lambda walk: Path(walk[0]).stem)
def test_each_file_of_a_walk_is_imported_by_one_above_it(walk: list[str]) -> None:
    """So every hop goes down: imports never point up."""
    reached = set(walk[:1])
    for path in walk:
        assert path in reached, f"no file above imports {path}"
        reached |= set(imported(path))


def test_every_file_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`([\w/]+\.py)`", PAGE))

    assert [path for path in sorted(named) if not ((ROOT / path).exists() or (APP / path).exists())] == []
    assert len(walks()) >= 5
