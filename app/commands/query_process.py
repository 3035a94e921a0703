"""A process of its own for an analyst's query, so that a deadline or a shortage of memory ends that and nothing else.

DuckDB looks at its clock and its memory limit between vectors of 2,048 values. One value may be gigabytes: `repeat('x',
1000000000)` under a limit of 1 GB took 2 GB, and 4 s more than the 3 s after which it was interrupted (DuckDB 2.0.0).
"""

import os
import resource
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from types import FrameType
from typing import BinaryIO, NoReturn

import click

from app.domain.errors import ForewarnError
from app.storage.parent_death import end_with_parent

# Seconds from SIGTERM, which ends the process unless it hangs in the kernel, to SIGKILL.
_GRACE = 1.0

# The bytes that a process may allocate, everything together. DuckDB's limit is half of it.
_MEMORY = 2 * 2**30

_BEGUN = b"\n"

# In the child, the file descriptor through which it says that its query begins, and by closing it, that it is over.
_SIGNS = "_FOREWARN_QUERY"  # no setting, which would begin with FOREWARN_


class DeadlineError(click.ClickException):
    """The query was not finished in time. The command exits with the code of coreutils' `timeout`."""

    exit_code = 124


def run(command: Sequence[str], out: BinaryIO, *, timeout: float) -> int:
    """Runs `forewarn` with these arguments in a child, and copies its output once it is complete.

    Returns its exit code; its messages go to our standard error. The seconds count from where it enters `begun`. Raises
    DeadlineError, and ForewarnError if a signal ended it.
    """
    with (
        _exit_on(signal.SIGTERM, signal.SIGHUP),
        TemporaryDirectory(prefix="forewarn-sql-") as folder,
        TemporaryFile(dir=folder) as result,
        _child(command, folder, result) as (child, signs),
    ):
        signs.read(1)  # comes when the query begins; the end of the file comes with the end of either
        if not select.select([signs], [], [], timeout)[0]:
            raise DeadlineError(f"the query took over {timeout:g} seconds")
        code = child.wait()
        if code < 0:
            name = signal.Signals(-code).name
            raise ForewarnError(f"the query was ended by {name}; it may need more memory than this machine has")
        result.seek(0)
        shutil.copyfileobj(result, out)
        out.flush()
        return code


def is_child() -> bool:
    return _SIGNS in os.environ


@contextmanager
def begun() -> Iterator[None]:
    """In the child: bounds its memory, and tells the parent when its time runs."""
    with suppress(ValueError, OSError):  # a lower bound is in force, or the system knows none
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    with suppress(OSError):  # not Linux
        # Of all processes, the kernel ends this one first when the machine has no memory left.
        Path("/proc/self/oom_score_adj").write_text("1000")
    handle = int(os.environ[_SIGNS])
    os.write(handle, _BEGUN)
    try:
        yield
    finally:
        os.close(handle)


@contextmanager
def _child(
    command: Sequence[str], folder: str, result: BinaryIO
) -> Iterator[tuple["subprocess.Popen[bytes]", BinaryIO]]:
    reading, writing = os.pipe()
    follow = end_with_parent()

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends this process
        if follow:
            follow()

    python = [sys.executable, *(["-P"] if sys.flags.safe_path else []), "-m", "app"]
    with os.fdopen(reading, "rb", 0) as signs:
        child = subprocess.Popen(  # noqa: S603  # our own interpreter and code
            [*python, *command],
            stdin=subprocess.DEVNULL,
            stdout=result,
            pass_fds=[writing],
            env={**os.environ, _SIGNS: str(writing), "TMPDIR": folder},  # what it leaves there goes with the folder
            preexec_fn=prepare,  # noqa: PLW1509  # this process has one thread
        )
        os.close(writing)
        try:
            yield child, signs
        finally:
            child.terminate()
            try:
                child.wait(_GRACE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextmanager
def _exit_on(*signals: signal.Signals) -> Iterator[None]:
    """Within it, these signals raise SystemExit, so that what was started is ended first."""

    def leave(number: int, _: FrameType | None) -> NoReturn:
        sys.exit(128 + number)

    before = {number: signal.signal(number, leave) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
