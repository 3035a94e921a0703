"""A worker makes room for its connections, or says that it cannot."""

import resource
import subprocess
import sys

import pytest

from tests.deployment import ROOT

SCRIPT = """
import logging, resource, sys
from app.storage.open_files import make_room
logging.basicConfig()
make_room(1000)
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


@pytest.mark.parametrize(("soft", "hard", "wanted", "warned"), [(256, 2000, 1128, False), (256, 500, 500, True)])
def test_the_limit_is_raised_as_far_as_it_may(soft: int, hard: int, wanted: int, warned: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)),
    )
    assert int(done.stdout) == wanted
    assert ("raise `ulimit -n` to 1128" in done.stderr) == warned
