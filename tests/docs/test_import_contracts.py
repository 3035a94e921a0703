"""The import contracts in pyproject.toml also bind modules that do not exist yet."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.deployment import ROOT


def test_a_new_module_with_redis_breaks_them(tmp_path: Path) -> None:
    """At the top of app/ it needs a layer, in the journal it must not speak Redis."""
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=lambda _, names: {n for n in names if n == "__pycache__"})
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name in ("newcomer.py", "journal/newcomer.py"):
        (tmp_path / "app" / name).write_text("import redis\n\nCLIENT = redis.Redis\n")

    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )

    assert done.returncode == 1
    assert set(re.findall(r"^(.*) BROKEN", done.stdout, re.MULTILINE)) == {
        "Imports point down",
        "Only storage speaks Redis",
    }
    assert "newcomer" in done.stdout
    assert "app.journal.newcomer -> redis" in done.stdout
