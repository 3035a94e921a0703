"""What a process writes to its log: one line an event, and a bounded number of lines of each kind."""

import io
import logging
import subprocess

from app.logs import LONGEST, MINUTE, PER_MINUTE, BoundedHandler, LineFormatter
from tests.commands.commands import COMMAND
from tests.deployment import ROOT

FORGED = "x\n2026-11-30 00:00:00 ERROR forged\r\x1b[2J\u2028\u202e"


def logged(*statements: str, level: str = "info") -> list[str]:
    """The standard error of a process that logs; `FORGED` and `log` are names in it."""
    names = f"FORGED, log = {FORGED!r}, logging.getLogger('tests')"
    code = "\n".join(["import logging", "from app import logs", f"logs.configure({level!r})", names, *statements])
    done = subprocess.run([COMMAND[0], "-c", code], cwd=ROOT, capture_output=True, check=True, timeout=60)
    return done.stderr.decode().splitlines()


def test_no_text_begins_another_line_or_controls_a_terminal() -> None:
    """In the message, its arguments, the name of the logger, and the message of an exception."""
    lines = logged(
        "log.warning('%s', FORGED)",
        "log.warning(FORGED)",
        "logging.getLogger(FORGED).warning('named')",
        "try: raise ValueError(FORGED)",
        "except ValueError: log.exception('failed')",
    )

    assert len(lines) == 4
    assert all(line.isprintable() for line in lines)
    assert not [line for line in lines if line.startswith("2026-11-30 00:00:00")]
    assert "Traceback" in lines[3]
    assert lines[3].endswith(r"ValueError: x\n2026-11-30 00:00:00 ERROR forged\r\x1b[2J\u2028\u202e")


def test_a_long_line_keeps_its_beginning_and_its_end() -> None:
    [line] = logged("log.error('begin' + 'x' * 1_000_000 + 'end')")

    assert "begin" in line
    assert line.endswith("end")
    assert len(line) < LONGEST + 100


def test_a_kind_of_line_is_bounded_and_the_rest_is_counted() -> None:
    """When the process ends, at the latest. Another kind is written all the same, and so is all of DEBUG."""
    repeated = "for n in range(1_000): log.warning('refused %s', n)"
    lines = logged(repeated, "for n in range(50): log.debug('seen %s', n)", "log.warning('another')", level="debug")

    refused = [line for line in lines if "refused" in line]
    assert len(refused) == PER_MINUTE + 1
    assert "990 more lines within a minute like: refused %s" in refused[-1]
    assert len([line for line in lines if "seen" in line]) == 50
    assert len([line for line in lines if "another" in line]) == 1


def test_the_rest_is_told_with_the_first_line_after_the_minute() -> None:
    """Of any kind; then ten of the kind may come again."""
    now, written = [0.0], io.StringIO()
    handler = BoundedHandler(written, lambda: now[0])
    handler.setFormatter(LineFormatter("%(message)s"))

    def write(text: str, times: int) -> None:
        for _ in range(times):
            handler.handle(logging.LogRecord("tests", logging.WARNING, __file__, len(text), text, None, None))

    write("again", 15)
    now[0] = MINUTE
    write("something else", 1)
    write("again", 11)

    lines = written.getvalue().splitlines()
    again = ["again"] * PER_MINUTE
    assert lines == [*again, "5 more lines within a minute like: again", "something else", *again]


def test_the_error_of_a_command_is_one_line() -> None:
    done = subprocess.run([*COMMAND, "sql", FORGED], cwd=ROOT, capture_output=True, check=False, timeout=60)

    assert done.returncode != 0
    assert [line for line in done.stderr.decode().split("\n") if line and not line.isprintable()] == []
