"""`forewarn sql` runs a query in a process of its own, and ends it whatever the query does."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.commands.commands import COMMAND, Run, environment, failed
from tests.deployment import FIXTURE
from tests.waiting import wait_until

# One value of 3.2 GB, which DuckDB makes whatever its memory limit.
ENORMOUS = "SELECT len(range(400000000))"
# A hundred thousand billion rows.
ENDLESS = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("dataset")
    options = ("--history", "1d", "--per-day", "20", "--dataset", str(folder / "dataset"))
    command = [*COMMAND, "simulate", *options]
    subprocess.run(command, env=environment(folder), cwd=FIXTURE, check=True, capture_output=True, timeout=60)
    return str(folder / "dataset")


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    return folder


@pytest.fixture
def endless(dataset: str, temporary: Path, state: Path) -> Iterator[tuple["subprocess.Popen[str]", Callable[[], int]]]:
    """The command at work on ENDLESS, and the processor time of its child."""
    started = subprocess.Popen(
        [*COMMAND, "sql", ENDLESS],
        env=environment(state, FOREWARN_DATASET=dataset, TMPDIR=str(temporary)),
        cwd=FIXTURE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )

    def at_work() -> int:
        """Once DuckDB has a folder for what exceeds memory, the query runs."""
        children = psutil.Process(started.pid).children()
        return children[0].pid if children and any(temporary.glob("*/forewarn-report-*")) else 0

    yield started, at_work
    if started.poll() is None:
        os.killpg(started.pid, signal.SIGKILL)
    started.communicate()


def test_the_answer_and_its_warnings_arrive(process: Run, dataset: str) -> None:
    asked = ("sql", "SELECT count(*) > 0 AS n FROM events", "--format", "csv")
    done = process(*asked, FOREWARN_DATASET=dataset, FOREWARN_REDIS_URL="redis://127.0.0.1:1")
    assert (done.returncode, done.stdout) == (0, "n\ntrue\n")
    assert "Redis does not answer" in done.stderr


def test_the_deadline_ends_a_query_and_leaves_nothing(process: Run, dataset: str, temporary: Path) -> None:
    done = process("sql", ENDLESS, "--timeout", "0.3", FOREWARN_DATASET=dataset, TMPDIR=str(temporary))
    assert failed(done, 124) == "the query took over 0.3 seconds"
    assert list(temporary.iterdir()) == []


def test_a_value_larger_than_memory_is_an_error_of_one_line(process: Run, dataset: str) -> None:
    done = process("sql", ENORMOUS, FOREWARN_DATASET=dataset)
    assert "needs more than 1GB of memory" in failed(done)


@pytest.mark.parametrize(
    ("number", "code", "says"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, ""), (signal.SIGHUP, 129, "")],
)
def test_a_signal_ends_the_command_and_its_query(
    endless: tuple["subprocess.Popen[str]", Callable[[], int]],
    temporary: Path,
    number: signal.Signals,
    code: int,
    says: str,
) -> None:
    started, at_work = endless
    wait_until(at_work, timeout=30)
    child = at_work()
    os.killpg(started.pid, number) if number == signal.SIGINT else started.send_signal(number)  # as a terminal does
    printed, said = started.communicate(timeout=20)
    assert (started.returncode, printed) == (code, "")
    assert says in said
    assert "Traceback" not in said
    assert not psutil.pid_exists(child)
    assert list(temporary.iterdir()) == []


def test_a_killed_query_is_said_to_be_killed(
    endless: tuple["subprocess.Popen[str]", Callable[[], int]],
) -> None:
    """As by a kernel without memory, which chooses the query before any other process."""
    started, at_work = endless
    wait_until(at_work, timeout=30)
    assert Path(f"/proc/{at_work()}/oom_score_adj").read_text().strip() == "1000"
    os.kill(at_work(), signal.SIGKILL)
    _, said = started.communicate(timeout=20)
    assert started.returncode == 1
    assert "SIGKILL" in said


def test_the_query_ends_with_a_killed_command(
    endless: tuple["subprocess.Popen[str]", Callable[[], int]],
) -> None:
    started, at_work = endless
    wait_until(at_work, timeout=30)
    child = psutil.Process(at_work())
    started.kill()
    wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
