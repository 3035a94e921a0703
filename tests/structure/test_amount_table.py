"""The table of amount formats is what its script makes of CLDR."""

import subprocess
import sys
from pathlib import Path

from tests.deployment import ROOT


def test_the_formats_are_those_that_the_script_writes(tmp_path: Path) -> None:
    made = tmp_path / "formats.json"
    subprocess.run([sys.executable, ROOT / "deploy/amount_formats.py", made], check=True, timeout=100)

    assert made.read_bytes() == (ROOT / "app/service/amount-formats.json").read_bytes()
