"""`forewarn preview` as an author runs it: without Redis, without settings."""

import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import httpx

from tests.commands.commands import COMMAND, Run, environment, failed, succeeded
from tests.commands.trees import broken, tree
from tests.deployment import free_port
from tests.waiting import wait_until


def test_it_serves_on_this_machine_alone_until_ctrl_c(tmp_path: Path) -> None:
    port = free_port()
    command = [*COMMAND, "preview", "--no-browser", "--port", str(port), *tree(tmp_path)]
    with subprocess.Popen(
        command, env=environment(tmp_path / "state"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        url = f"http://127.0.0.1:{port}"

        def answers() -> bool:
            with suppress(httpx.HTTPError):
                return "hk/<wbr>every" in httpx.get(f"{url}/rules", timeout=10).text
            return False

        wait_until(answers, timeout=30)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=20)

    assert process.returncode == 0
    assert url in said
    assert "Traceback" not in said
    assert not (tmp_path / "state").exists()


def test_a_port_that_is_taken_is_one_line(run: Run, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert "Cannot listen" in failed(run("preview", "--no-browser", "--port", str(port), *tree(tmp_path)))


def test_it_writes_pages_to_a_folder(run: Run, tmp_path: Path) -> None:
    said = succeeded(run("preview", "--out", tmp_path / "pages", *tree(tmp_path / "tree")))

    assert said.startswith("Wrote 2 pages: ")
    assert (tmp_path / "pages/preview/hk/every.html").is_file()
    assert (tmp_path / "pages/index.html").is_file()


def test_files_with_errors_are_told_and_leave_the_pages_that_are_there(run: Run, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    succeeded(run("preview", "--out", pages, *tree(tmp_path / "good")))
    before = {path: path.read_bytes() for path in pages.rglob("*.html")}
    done = run("preview", "--out", pages, *broken(tmp_path / "bad"))

    assert "no preview was written" in failed(done)
    assert "every.yaml:5" in done.stdout
    assert {path: path.read_bytes() for path in pages.rglob("*.html")} == before
