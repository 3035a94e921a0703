"""What the processes keep is for their user alone, whatever the umask, and they run as a user whom nobody knows."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.deployment import FIXTURE, Deployment, a_withdrawal
from tests.waiting import wait_until

NOBODY_KNOWS = 12345


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Commands that are started meanwhile inherit it."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def readable_by_others(folder: Path) -> list[str]:
    """Every file and folder with a right for somebody else, or without its owner's own."""
    found = []
    for path in (folder, *folder.rglob("*")):
        status = path.lstat()
        wanted = stat.S_IRWXU if path.is_dir() else stat.S_IRUSR | stat.S_IWUSR
        if stat.S_IMODE(status.st_mode) & 0o777 & ~stat.S_IXUSR != wanted & ~stat.S_IXUSR:
            found.append(f"{path.relative_to(folder)} {stat.filemode(status.st_mode)}")
    return found


@pytest.mark.parametrize("mask", [0o000, 0o777], ids=["nothing masked", "everything masked"])
def test_state_keys_and_dataset_are_for_their_user_alone(deployment: Deployment, mask: int) -> None:
    deployment.log.touch()
    with umask(mask):
        deployment.start()  # it makes a key first
        with deployment.client() as client:
            assert client.post("/v1/assessments", json=a_withdrawal()).status_code == 200
        wait_until(lambda: deployment.readyz()["journal"]["unshipped"] == 0)
        deployment.cli("archive", "--once")
        folders = {path.name for path in deployment.state.iterdir()}
        loose = readable_by_others(deployment.state)
        deployment.stop()

    assert folders >= {"journal", "bundle", "dataset", "keys.yaml"}
    assert loose == []


# The right to read stays: the interpreter may be in root's own folder. No right to write does.
AS_NOBODY_KNOWS = (
    *("setpriv", f"--reuid={NOBODY_KNOWS}", "--regid=0", "--clear-groups"),
    *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
)


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="only root can become another user")
def test_a_user_without_a_name_or_home_runs_everything(deployment: Deployment) -> None:
    """As with `docker run --user 12345`: group 0, no entry in /etc/passwd, a volume that group 0 may write."""
    deployment.state.mkdir()
    deployment.state.chmod(0o770)
    socket = Path(deployment.redis.url.removeprefix("unix://"))
    socket.chmod(0o777)
    socket.parent.chmod(0o755)
    environment = {
        name: value
        for name, value in deployment.environment.items()
        if name in {"PATH", "PYTHONPATH"} or name.startswith("FOREWARN_")
    }

    def command(*arguments: str) -> str:
        done = subprocess.run(
            [*AS_NOBODY_KNOWS, sys.executable, "-m", "app", *arguments],
            env=environment,
            cwd=FIXTURE,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    key = command("keys", "new", "--name", "exchange", "--scope", "assess").strip()
    command("publish")
    assert f"uid {NOBODY_KNOWS}" in command("history") or "@" in command("history")
    with deployment.log.open("ab") as log:
        service = subprocess.Popen(
            [*AS_NOBODY_KNOWS, sys.executable, "-m", "app", "serve", "--port", str(deployment.port)],
            env=environment,
            cwd=FIXTURE,
            stdout=log,
            stderr=log,
        )
    try:
        wait_until(lambda: _ready(deployment), timeout=30)
        with deployment.client(key) as client:
            assert client.post("/v1/assessments", json=a_withdrawal()).status_code == 200
        wait_until(lambda: deployment.readyz()["reasons"] == [] and deployment.readyz()["journal"]["unshipped"] == 0)
        assert "Archived 1 events" in command("archive", "--once")
    finally:
        service.terminate()
        service.wait(30)

    assert {path.stat().st_uid for path in deployment.state.rglob("*")} == {NOBODY_KNOWS}


def _ready(deployment: Deployment) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{deployment.url}/readyz", timeout=5).status_code == 200
    return False
