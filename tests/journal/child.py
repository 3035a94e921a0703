"""Child processes with real faults."""

import ctypes
import multiprocessing
import resource
import struct
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


def without_rights_over_others() -> None:
    """From now on modes and owners of files count for this process, also if it is root's (Linux)."""
    header = struct.pack("Ii", 0x20080522, 0)  # capability version 3, this process
    libc = ctypes.CDLL(None, use_errno=True)
    data = ctypes.create_string_buffer(24)
    assert libc.capget(header, data) == 0
    effective, permitted, inheritable, *rest = struct.unpack("6I", data.raw)
    kept = ~(1 << 1 | 1 << 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    assert libc.capset(header, struct.pack("6I", effective & kept, permitted & kept, inheritable, *rest)) == 0
    libc.prctl(24, 1, 0, 0, 0)  # PR_CAPBSET_DROP: also for the programs that it becomes
    libc.prctl(24, 2, 0, 0, 0)
