"""The recipes of CONTRIBUTING.md: whoever takes only the first step is told what is missing."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployment import ROOT

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
RECIPES = dict(
    re.findall(
        r"^\*\*(.+?)\*\*\n\n(.*?)(?=\n\n\*\*|\n\n## )",
        CONTRIBUTING.partition("## Recipes")[2],
        re.DOTALL | re.MULTILINE,
    )
)
COPIED = ("app", "docs", "schemas", "tests", "README.md", "CONTRIBUTING.md", "pyproject.toml")

# By recipe: the file of its first step, a line there, what is added before it, what then fails, and what that names.
FIRST_STEPS = {
    "An operator": (
        "app/domain/predicate.py",
        "Predicate: TypeAlias = ",
        '''@dataclass(frozen=True, slots=True)
class Outside(Range):
    """The wrong side of two bounds."""


''',
        "tests/domain/test_predicate.py::test_every_kind_is_generated[Outside]",
        "Outside",
    ),
    "A fact": (
        "app/domain/fact.py",
        '    "session.signals": Kind.SET,\n',
        '    "session.staff_call": Kind.FLAG,\n',
        "tests/api/test_withdrawal_shape.py tests/dataset/test_dataset_page.py",
        "session.staff_call",
    ),
    "An outcome": (
        "app/domain/outcome.py",
        '    Outcome("proceeded", counts_as=CountsAs.PROCEEDED),\n',
        '    Outcome("postponed", counts_as=CountsAs.RECONSIDERED),\n',
        (
            "tests/docs/test_docs.py::test_every_outcome_has_its_moment "
            "tests/docs/test_docs.py::test_every_outcome_counts_as_measurement_says"
        ),
        "postponed",
    ),
    "A metric": (
        "app/api/metrics.py",
        '    "journal_bytes": (',
        '    "journal_files": ("Files of the journal.", "livemax"),\n',
        "tests/docs/test_docs.py::test_the_metrics_table_is_the_metrics",
        "forewarn_journal_files",
    ),
    "A setting": (
        "app/settings.py",
        "    event_buffer: int = Field(",
        '    ship_seconds: float = Field(10.0, description="How long a stopping worker ships its events.")\n',
        "tests/docs/test_docs.py::test_the_settings_table_is_the_settings",
        "FOREWARN_SHIP_SECONDS",
    ),
    "A figure of the report": (
        "app/reports/rate_definitions.py",
        '    "reconsidered": WindowRate(',
        '    "reviewed": WindowRate("reviewed", "reviewed", outcomes=("reviewed",)),\n',
        "tests/reports/test_rate_definitions.py",
        "reviewed",
    ),
    "A check": (
        "app/authoring/problem_codes.py",
        "    UNREADABLE = Level.ERROR",
        '    TOO_YOUNG = Level.WARNING, "A file is younger than its region."\n',
        "tests/checks/test_explanations.py",
        "too-young",
    ),
    "A command": (
        "app/commands/cli.py",
        '    "check": "',
        '    "audit": "Audit the rules.",\n',
        "tests/commands/test_help.py tests/docs/test_docs.py::test_the_readme_table_lists_exactly_the_commands",
        "audit",
    ),
}


def test_every_recipe_is_walked() -> None:
    assert list(RECIPES) == list(FIRST_STEPS)


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_is_six_lines_that_name_files(recipe: str) -> None:
    """A line is one step; every path that it names exists."""
    steps = re.findall(r"^\d+\. ", RECIPES[recipe], re.MULTILINE)
    paths = [path for path in re.findall(r"`([\w./-]+/[\w./-]+)`", RECIPES[recipe]) if "NAME" not in path]

    assert len(steps) <= 6
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert FIRST_STEPS[recipe][0] == paths[0]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository without what only git and the virtual environment need."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "axe"))
        else:
            shutil.copy(source, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("recipe", FIRST_STEPS)
def test_the_steps_that_were_forgotten_are_named(recipe: str, copy: Path) -> None:
    path, line, added, targets, named = FIRST_STEPS[recipe]
    text = (copy / path).read_text()
    assert text.count(line) == 1
    text = text.replace(line, added + line)
    if recipe == "An operator":
        text = text.replace("| Given\n", "| Given | Outside\n")
    (copy / path).write_text(text)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *targets.split()],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )

    assert done.returncode in {1, 2}, done.stdout + done.stderr  # 2: a test file could not even be collected
    assert named in done.stdout
