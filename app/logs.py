"""Logging to standard error: one line an event, whatever its text holds, and a bounded number of lines of each kind.

The contents of requests are never logged. Other texts may come from anybody who writes to Redis or to a file.
"""

import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

FORMAT = "%(asctime)s %(levelname)-7s %(name)s  %(message)s"

# Characters of a line. Escaping as many takes 0.5 ms at most. The end of a traceback says most: a longer one loses
# its middle.
LONGEST = 4_000

# Lines of one kind a minute; the others are counted.
PER_MINUTE = 10
MINUTE = 60.0

# What tells lines of one call in the code from others. A message without arguments may have been put together before.
_Kind = tuple[str, int, str, int, str]


def configure(level: str) -> None:
    handler = BoundedHandler(sys.stderr, time.monotonic)
    handler.setFormatter(LineFormatter(FORMAT))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # uvicorn's messages at start and stop repeat our own; its warnings do not.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def one_line(text: str) -> str:
    """The text without what could begin another line or control a terminal, and without its middle where it is long.

    >>> one_line("a\\n2026-11-30 ERROR forged")
    'a\\\\n2026-11-30 ERROR forged'
    """
    if len(text) > LONGEST:
        kept = LONGEST // 2
        text = f"{text[:kept]} … {len(text) - 2 * kept:,} characters … {text[-kept:]}"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


class LineFormatter(logging.Formatter):
    """Writes a traceback into the line of its message, too."""

    def format(self, record: logging.LogRecord) -> str:
        return one_line(super().format(record))


@dataclass(slots=True)
class _Window:
    """The minute since the first line of a kind, and how many came in it."""

    began: float
    logger: str
    level: int
    said: str
    count: int = 0


class BoundedHandler(logging.StreamHandler[TextIO]):
    """Writes ten lines a minute of each kind. The first line after that minute is preceded by the number of the others.

    Lines of level DEBUG have no limit: who asks for them wants all. `clock` gives monotonic seconds.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        super().__init__(stream)
        self._clock = clock
        self._windows: dict[_Kind, _Window] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno <= logging.DEBUG:
            super().emit(record)
            return
        self._end_windows()
        kind = (record.name, record.levelno, record.pathname, record.lineno, record.msg if record.args else "")
        window = self._windows.get(kind)
        if window is None:
            window = _Window(self._clock(), record.name, record.levelno, str(record.msg)[:200])
            self._windows[kind] = window
        window.count += 1
        if window.count <= PER_MINUTE:
            super().emit(record)

    def close(self) -> None:
        for window in self._windows.values():
            self._tell(window)
        self._windows.clear()
        super().close()

    def _end_windows(self) -> None:
        ended = self._clock() - MINUTE
        over = [kind for kind, window in self._windows.items() if window.began <= ended]
        for kind in over:
            self._tell(self._windows.pop(kind))

    def _tell(self, window: _Window) -> None:
        left = window.count - PER_MINUTE
        if left > 0:
            said = f"{left:,} more lines within a minute like: {window.said}"
            super().emit(logging.LogRecord(window.logger, window.level, __file__, 0, said, None, None))
