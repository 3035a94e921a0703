"""A mistake in the fixture is told once, not by every test that uses it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployment import FIXTURE, ROOT


@pytest.mark.parametrize("options", [[], ["-n2"]], ids=["alone", "xdist"])
def test_a_broken_fixture_ends_the_run_with_the_words_of_check(options: list[str], tmp_path: Path) -> None:
    (tmp_path / "app").symlink_to(ROOT / "app")
    shutil.copytree(FIXTURE, tmp_path / "tests/fixture")
    for helper in ROOT.glob("tests/*.py"):
        shutil.copy(helper, tmp_path / "tests")
    (tmp_path / "tests/test_any.py").write_text("def test_any() -> None:\n    raise AssertionError\n")
    facts = tmp_path / "tests/fixture/rules/facts.yaml"
    facts.write_text(facts.read_text().replace("type: number", "type: nunber", 1))

    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--import-mode=importlib",
        "-p",
        "no:cacheprovider",
        *options,
        "tests",
    ]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    said = run.stdout + run.stderr
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "rules/facts.yaml:" in said
    assert "error[bad-value]" in said
    assert "did you mean `number`?" in said
    assert "AssertionError" not in said
