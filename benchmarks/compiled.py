"""Runs the benchmarks again with the request's path compiled, as in the image."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from app.main import compiled as is_compiled
from benchmarks.machine import ROOT

PYTHONPATH = "PYTHONPATH"
LOAD = "FOREWARN_BENCHMARK_LOAD"


def flags() -> list[str]:
    """The options with which `-m app` finds the compiled package and not the checkout's."""
    return ["-P"] if is_compiled() else []


def plain(environment: dict[str, str]) -> dict[str, str]:
    """The environment of a process that runs the checkout."""
    return {name: value for name, value in environment.items() if name != PYTHONPATH}


def run_compiled(arguments: list[str], load_before: float) -> int | None:
    """Runs this program with `arguments` in another process, compiled. Prints why and returns None if it cannot."""
    with tempfile.TemporaryDirectory(prefix="fwb-compiled-") as folder:
        made = subprocess.run([ROOT / "deploy" / "compile", folder], capture_output=True, text=True, check=False)  # noqa: S603  # ours
        if made.returncode:
            print(f"Not compiled, plain Python is measured: {made.stderr.strip()[-300:]}", file=sys.stderr)
            return None
        # Compiling loads the machine too, so its load is measured before.
        environment = os.environ | {PYTHONPATH: os.pathsep.join((folder, str(ROOT))), LOAD: str(load_before)}
        command = [sys.executable, "-P", "-m", "benchmarks", *arguments]
        return subprocess.run(command, env=environment, cwd=Path.cwd(), check=False).returncode  # noqa: S603  # ours
