"""The compiled build answers like plain Python. It is made once, in a folder with a copy of the tests."""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.deployment import ROOT

COMPILER = os.environ.get("CC", sysconfig.get_config_var("CC") or "cc").split()[0]
# Tests of how the index stores many rows take most of the time and run the same compiled lines.
SUBSET = (
    "tests/api/compiled.py",
    "tests/api/test_uvicorn_protocol.py",
    "tests/api/test_raw_requests.py",
    "--deselect=tests/api/test_raw_requests.py::test_is_answered_alike",
    "--deselect=tests/api/test_raw_requests.py::test_a_client_that",
    "tests/api/test_two_ways.py",
    "tests/domain",
    "tests/service",
    "tests/journal/test_journal.py",
    "--deselect=tests/domain/test_index.py::test_match_equals_scan_where_masks_replace_positions",
    "--deselect=tests/domain/test_index.py::test_region_and_global_rules_join_as_the_scan_does",
)

pytestmark = [
    pytest.mark.skipif(shutil.which(COMPILER) is None, reason=f"no C compiler: {COMPILER} is not on the PATH"),
    pytest.mark.skipif(importlib.util.find_spec("hatch_mypyc") is None, reason="hatch-mypyc is not installed"),
    pytest.mark.timeout(400),
]


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FOREWARN_", "PYTEST_"))}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=kept | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compiled")
    run(ROOT / "deploy/compile", folder, cwd=ROOT, PYTHON=sys.executable)
    shutil.copytree(ROOT / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_checkout_stays_plain_python(compiled: Path) -> None:
    assert not list((ROOT / "app").rglob("*.so"))
    assert list((compiled / "app").rglob("*.so"))


def test_every_body_gets_the_same_answer_and_event(compiled: Path, tmp_path: Path) -> None:
    plain, other = (
        run(sys.executable, "-m", "tests.e2e.both_ways", tmp_path / name, cwd=root, PYTHONPATH=str(root)).splitlines()
        for name, root in (("plain", ROOT), ("compiled", compiled))
    )
    assert (plain[0], other[0]) == ("plain", "compiled")
    assert len(plain) > 100
    assert plain[1:] == other[1:]


def test_the_tests_of_the_request_path_pass(compiled: Path) -> None:
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", compiled)
    said = run(sys.executable, "-m", "pytest", *options, *SUBSET, cwd=compiled, PYTHONPATH=str(compiled))
    assert " passed" in said
    assert "skipped" not in said
