"""Keeps the tests from the partners' files: reading `rules/` or `locales/` of this checkout raises AssertionError.

Python imports a module of this name by itself, so a process with this folder on its PYTHONPATH is kept from them too.
"""

import os
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
_KEPT = tuple(str(FOLDER.parents[1] / name) for name in ("rules", "locales"))
_READS = frozenset({"open", "os.listdir", "os.scandir"})


def keep_out(event: str, arguments: tuple[object, ...]) -> None:
    if event in _READS and isinstance(arguments[0], str | os.PathLike):
        if event == "open" and arguments[1] is None and not Path(arguments[0]).is_absolute():
            return  # os.open, perhaps below a folder's descriptor, as shutil.rmtree does
        path = os.path.abspath(arguments[0])  # noqa: PTH100  Path.resolve would follow links and read folders
        if path.startswith(_KEPT) and (path in _KEPT or path.startswith(tuple(f"{each}{os.sep}" for each in _KEPT))):
            raise AssertionError(f"{path} is a partner's: tests read FIXTURE (tests/deployment.py)")


if "EDITS_OF" not in os.environ:  # tests/review/test_ordinary_edits.py, by hand
    sys.addaudithook(keep_out)
