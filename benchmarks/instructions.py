"""Counts the bytecode instructions of one call. One Python version gives the same number in every run."""

import sys
from collections import Counter
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any


def instructions(work: Callable[[], object]) -> Counter[str]:
    """Bytecode instructions by function that `work()` executes, callees included. Work in C does not count."""
    counts: Counter[CodeType] = Counter()
    if sys.version_info >= (3, 12):
        _monitor(work, counts)
    else:
        _trace(work, counts)
    named: Counter[str] = Counter()
    for code, count in counts.items():
        named[code.co_qualname] += count
    return named


def _monitor(work: Callable[[], object], counts: Counter[CodeType]) -> None:
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]  # from Python 3.12
    event = monitoring.events.INSTRUCTION
    tool = next(number for number in range(6) if monitoring.get_tool(number) is None)

    def counted(code: CodeType, _: int) -> None:
        counts[code] += 1

    monitoring.use_tool_id(tool, "instructions")
    try:
        monitoring.register_callback(tool, event, counted)
        monitoring.set_events(tool, event)
        work()
    finally:
        monitoring.set_events(tool, 0)
        monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)
    del counts[_monitor.__code__]


def _trace(work: Callable[[], object], counts: Counter[CodeType]) -> None:
    def counted(frame: FrameType, event: str, _: Any) -> Any:
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        if event == "opcode":
            counts[frame.f_code] += 1
        return counted

    before = sys.gettrace()
    sys.settrace(counted)
    try:
        work()
    finally:
        sys.settrace(before)
