"""Child processes with real faults."""

import multiprocessing
import resource
from collections.abc import Callable
from typing import Any


def in_child(story: Callable[..., None], *arguments: Any) -> None:
    """Runs `story` in a new process; a failure there is printed and fails here."""
    process = multiprocessing.get_context("spawn").Process(target=story, args=arguments)
    process.start()
    process.join(30)
    assert process.exitcode == 0


def limit_files_to(size: int) -> None:
    """From now on every file of this process is full at `size` bytes. -1 lifts the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
