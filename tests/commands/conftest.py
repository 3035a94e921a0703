"""The command line with its own state folder."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.commands.cli import main
from tests.commands.commands import COMMAND, Done, Run, environment
from tests.deployment import FIXTURE


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def run(state: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `forewarn` with these arguments and settings, in this process: ten times as fast as `process`."""

    def run(*arguments: str | Path, **settings: str) -> Done:
        with monkeypatch.context() as patch:
            for name in set(os.environ) - set(environment(state)):
                patch.delenv(name)
            for name, value in environment(state, **settings).items():
                patch.setenv(name, value)
            patch.chdir(FIXTURE)
            patch.setattr(sys, "argv", ["forewarn", *map(str, arguments)])
            capfd.readouterr()
            umask = os.umask(0o022)
            try:
                with pytest.raises(SystemExit) as ended:
                    main()
            finally:
                os.umask(umask)
            said = capfd.readouterr()
        return Done(sys.argv, int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def process(state: Path) -> Run:
    """The same in its own process. Keywords in lower case are options of subprocess."""

    def run(*arguments: str | Path, **options: Any) -> Done:
        settings = {name: options.pop(name) for name in list(options) if name.isupper()}
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            env=environment(state, **settings),
            cwd=options.pop("cwd", FIXTURE),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **options,
        )

    return run
