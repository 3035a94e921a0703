"""A real file system that is soon full; only root can make one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str = "1m", **options: str) -> Iterator[Path]:
    """Mounted at `folder`, which is made. Skips the test where mounting is not allowed."""
    folder.mkdir()
    wanted = ",".join(f"{name}={value}" for name, value in {"size": size, **options}.items())
    made = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", wanted, "tmpfs", str(folder)], capture_output=True, check=False
    )
    if not made or made.returncode != 0:
        pytest.skip("needs the right to mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(path: Path) -> None:
    """Writes a file until not one byte more fits."""
    with path.open("ab", buffering=0) as file:
        size = 65536
        while size:
            try:
                file.write(os.urandom(size))
            except OSError:
                size //= 2
