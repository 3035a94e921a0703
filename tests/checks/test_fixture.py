"""Tests have rules and texts of their own: a mistake there is told once, and nothing else is read."""

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
    shutil.copytree(ROOT / "tests/guard", tmp_path / "tests/guard")
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


@pytest.mark.parametrize("name", ["rules", "locales"])
def test_no_test_reads_the_files_of_the_partners(name: str) -> None:
    live = ROOT / name

    with pytest.raises(AssertionError, match="is a partner's"):
        list(live.iterdir())
    with pytest.raises(AssertionError, match="is a partner's"):
        (live / "hk/region.yaml").read_text()


def test_no_command_of_a_test_reads_them() -> None:
    command = [sys.executable, "-m", "app", "check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "is a partner's" in done.stderr
