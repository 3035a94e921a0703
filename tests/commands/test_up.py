"""`forewarn up` starts everything on one machine and leaves nothing running."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from tests.commands.commands import COMMAND, environment, failed, free_ports, succeeded
from tests.deployment import FIXTURE, free_port
from tests.waiting import wait_until

READY = "Ctrl-C stops everything."
KEY = re.compile(r"Bearer (\S+)'")


class Up:
    """A running `forewarn up`, as in its own terminal."""

    def __init__(self, state: Path, port: int, *options: str) -> None:
        self.state = state
        self.port = port
        self._family: list[psutil.Process] = []
        state.mkdir(parents=True, exist_ok=True)
        self.output = state / "terminal"
        with self.output.open("wb") as terminal:
            self.process = subprocess.Popen(
                [*COMMAND, "up", "--port", str(port), "--console-port", str(free_port()), *options],
                env=environment(state),
                cwd=FIXTURE,
                stdout=terminal,
                stderr=terminal,
                start_new_session=True,
            )

    @property
    def printed(self) -> str:
        return self.output.read_text()

    def wait_for(self, words: str) -> None:
        def said() -> bool:
            assert words in self.printed or self.process.poll() is None, self.printed
            return words in self.printed

        wait_until(said, timeout=40)

    def family(self) -> list[psutil.Process]:
        """The processes it started that are running."""
        self._family = psutil.Process(self.process.pid).children(recursive=True)
        return self._family

    def metrics_folders(self) -> set[Path]:
        """The folders of its workers' metrics."""
        maps = (mapped.path for child in self.family() for mapped in child.memory_maps())
        return {Path(path).parent for path in maps if "forewarn-metrics-" in path}

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C: signals every foreground process of the terminal. Returns the exit code."""
        os.killpg(self.process.pid, number)
        return self.process.wait(40)

    def close(self) -> None:
        """Ends it, and any process that a failing test left behind."""
        if self.process.poll() is None:
            self.family()
            self.process.kill()
            self.process.wait(10)
        _, left = psutil.wait_procs(self._family, timeout=20)
        for process in left:
            process.kill()


@contextmanager
def up(state: Path, *options: str, port: int | None = None, until: str = READY) -> Iterator[Up]:
    running = Up(state, port or free_port(), *options)
    try:
        running.wait_for(until)
        yield running
    finally:
        running.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Shared by the tests that only query it."""
    with up(tmp_path_factory.mktemp("up") / "state", "--workers", "2") as running:
        yield running


def gone(processes: list[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_printed_request_works_as_pasted(running: Up) -> None:
    """Unchanged, in bash: the answer has an alert."""
    pasted = re.search(r"^curl .*?'$(?!\n  -)", running.printed, re.MULTILINE | re.DOTALL)
    assert pasted is not None

    done = subprocess.run(["bash", "-c", pasted[0]], capture_output=True, text=True, timeout=20, check=True)
    answer = json.loads(done.stdout)
    assert (answer["stale"], answer["alert"]["rule_id"]) == (False, "hk/investment-new-address")


def test_it_prints_where_the_service_is_and_its_documentation(running: Up) -> None:
    url = f"http://127.0.0.1:{running.port}"

    assert url in running.printed
    assert f"{url}/docs" in running.printed
    assert httpx.get(f"{url}/docs").status_code == 200


def test_it_publishes_the_rules(running: Up) -> None:
    state = httpx.get(f"http://127.0.0.1:{running.port}/readyz").json()

    assert state["bundle"]["revision"][:19] in running.printed


def test_nothing_alarming_is_printed(running: Up) -> None:
    assert not re.search("error|warning|traceback", running.printed, re.IGNORECASE)


def test_the_development_key_is_kept_for_its_owner(running: Up) -> None:
    """So is the secret; the key file contains neither."""
    (key,) = KEY.findall(running.printed)

    kept = running.state / "development.key"
    assert kept.read_text().strip() == key
    assert [(running.state / name).stat().st_mode & 0o777 for name in ("development.key", "secret")] == [0o600, 0o600]
    assert key not in (running.state / "keys.yaml").read_text()


def test_it_listens_on_this_machine_only(running: Up) -> None:
    listening = {
        connection.laddr.ip
        for process in running.family()
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def command(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(state),
        cwd=FIXTURE,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_other_commands_find_its_redis(running: Up) -> None:
    """Without FOREWARN_REDIS_URL."""
    assert "forewarn up" in succeeded(command(running.state, "history"))


def test_a_second_one_in_the_same_state_folder_is_refused(running: Up) -> None:
    """In one line; the first goes on."""
    said = failed(command(running.state, "up", *free_ports()))

    assert "already" in said
    assert str(running.state) in said
    assert httpx.get(f"http://127.0.0.1:{running.port}/readyz").json()["status"] == "ready"


def test_a_redis_that_dies_is_started_again(running: Up) -> None:
    """The service answers meanwhile, and its events arrive afterwards."""
    (redis,) = (process for process in running.family() if "redis.sock" in " ".join(process.cmdline()))
    redis.kill()
    (key,) = KEY.findall(running.printed)
    body = {"withdrawal_id": "w", "user_id": "u", "region": "HK"}
    headers = {"Authorization": f"Bearer {key}"}
    url = f"http://127.0.0.1:{running.port}"

    assert httpx.post(f"{url}/v1/assessments", json=body, headers=headers).status_code == 200
    running.wait_for("starting it again")
    wait_until(lambda: httpx.get(f"{url}/readyz").json()["journal"]["unshipped"] == 0)
    wait_until(lambda: command(running.state, "history").returncode == 0)


def test_an_archiver_that_dies_is_started_again_and_warnings_go_on(state: Path) -> None:
    with up(state) as running:

        def archivers() -> list[psutil.Process]:
            return [process for process in running.family() if "archive" in process.cmdline()]

        running.wait_for("The console is ready too")
        (first,) = archivers()
        first.kill()

        running.wait_for("The archiver ended with code -9; starting it again.")
        wait_until(lambda: [process for process in archivers() if process.pid != first.pid])
        assert httpx.get(f"http://127.0.0.1:{running.port}/readyz").json()["status"] == "ready"
        assert running.process.poll() is None


@pytest.mark.parametrize(("number", "workers"), [(signal.SIGINT, 2), (signal.SIGTERM, 1)])
def test_a_signal_stops_everything_it_started(state: Path, number: signal.Signals, workers: int) -> None:
    """Exit code 0. The data stays; no process, socket or metrics folder does."""
    with up(state, "--workers", str(workers)) as running:
        family = running.family()
        assert len(family) > workers
        metrics = running.metrics_folders()
        assert metrics

        assert running.interrupt(number) == 0
        assert gone(family)
    assert not any(folder.exists() for folder in metrics)
    assert not (state / "redis.url").exists()
    assert not list(state.rglob("*.sock"))
    assert list((state / "redis").rglob("*.aof"))
    assert "Traceback" not in running.printed


def test_the_next_run_is_ready_again(state: Path) -> None:
    """The same key, the same rules, the same history, on the same port."""
    with up(state) as first:
        first.interrupt()
        port = first.port
    with up(state, port=port) as second:
        assert KEY.findall(second.printed) == [(state / "development.key").read_text().strip()]
        assert "already in force" in second.printed
        assert len(succeeded(command(state, "history")).splitlines()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the death of a parent is not signalled")
def test_a_killed_parent_leaves_no_child_and_starts_again(state: Path) -> None:
    """After SIGKILL it cannot stop anything itself."""
    with up(state, "--workers", "2") as running:
        family = running.family()
        running.process.kill()
        running.process.wait(10)
        wait_until(lambda: gone(family), timeout=30)
    with up(state):
        pass


def test_ctrl_c_while_it_starts_leaves_nothing_behind(state: Path) -> None:
    with up(state, until="Redis ") as running:
        family = running.family()
        assert family

        assert running.interrupt() == 0
        assert gone(family)
    assert "Traceback" not in running.printed


def test_without_any_rules_it_stops_what_it_started(state: Path, tmp_path: Path) -> None:
    done = command(state, "up", *free_ports(), "--rules", str(tmp_path), "--locales", str(tmp_path))

    assert "nothing was published" in failed(done)
    assert not (state / "redis.url").exists()
