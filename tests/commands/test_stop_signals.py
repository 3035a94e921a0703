"""A signal ends a command wherever it is."""

import signal
import sys
from types import FrameType
from typing import Any

from app.commands.stop_signals import stop_on_signals


def test_a_signal_at_any_line_of_a_wait_ends_it() -> None:
    """The lock of a plain event, held there, would be asked for again by the handler: the process would hang."""
    for line in range(1, 12):
        left = line

        def count(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal left
            if frame.f_code.co_filename.endswith(("stop_signals.py", "threading.py")):
                left -= event == "line"
                if not left:
                    sys.settrace(None)
                    signal.raise_signal(signal.SIGTERM)
            return count

        with stop_on_signals() as stopping:
            sys.settrace(count)
            try:
                ended = stopping.wait(0.01) or stopping.wait(0.01)
            finally:
                sys.settrace(None)
            assert ended or left > 0
