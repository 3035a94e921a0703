"""A failure prints one clear line and exits with a code other than 0, without a traceback or a password."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.commands.commands import Run, failed, free_ports
from tests.commands.trees import RULE, broken, tree
from tests.deployment import SECRET, Deployment, free_port
from tests.redis_server import RedisServer
from tests.waiting import wait_until

PASSWORD = "hunter2"
NOBODY = "redis://127.0.0.1:1"
URLS = [
    f"redis://user:{PASSWORD}@127.0.0.1:1",
    f"redis://:{PASSWORD}@127.0.0.1:1/0",
    f"rediss://:{PASSWORD}@127.0.0.1:1",
    f"http://:{PASSWORD}@127.0.0.1",
    f"redis//:{PASSWORD}@127.0.0.1",
    f"redis://:{PASSWORD}@127.0.0.1:port",
    f"redis://:{PASSWORD}@127.0.0.1:99999",
    f"redis://:{PASSWORD}@[::1",
    f"redis://:{PASSWORD}@127.0.0.1:1/database",
    f"redis://127.0.0.1:1/0?password={PASSWORD}&unknown=1",
    f"unix://:{PASSWORD}@/nowhere/redis.sock",
    f"unix:///nowhere/redis.sock?password={PASSWORD}",
    f"unix://{PASSWORD}",
    PASSWORD,
]


@pytest.fixture
def taken_port() -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield str(listener.getsockname()[1])


@pytest.mark.parametrize("command", ["publish", "rollback", "history", "serve"])
def test_without_redis_it_says_how_to_have_one(run: Run, command: str) -> None:
    said = failed(run(command, FOREWARN_SECRET=SECRET))

    assert "FOREWARN_REDIS_URL" in said
    assert "forewarn up" in said


@pytest.mark.parametrize("command", ["publish", "rollback", "history"])
def test_a_redis_that_is_not_there_is_named(run: Run, command: str) -> None:
    assert "127.0.0.1:1" in failed(run(command, FOREWARN_REDIS_URL=NOBODY))


@pytest.mark.parametrize("url", URLS)
def test_a_url_that_does_not_work_never_shows_its_password(run: Run, url: str) -> None:
    assert PASSWORD not in failed(run("history", FOREWARN_REDIS_URL=url))


@pytest.mark.parametrize(
    ("command", "url"), [("publish", URLS[1]), ("rollback", URLS[9]), ("up", URLS[1]), ("up", URLS[5])]
)
def test_nor_does_another_command(process: Run, command: str, url: str) -> None:
    ports = free_ports() if command == "up" else ()

    assert PASSWORD not in failed(process(command, *ports, FOREWARN_REDIS_URL=url))


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("url", [URLS[5], URLS[9]])
def test_serve_refuses_an_unusable_url_before_it_starts_a_worker(run: Run, url: str, workers: str) -> None:
    done = run(
        "serve", "--port", str(free_port()), "--workers", workers, FOREWARN_SECRET=SECRET, FOREWARN_REDIS_URL=url
    )

    said = failed(done)
    assert "FOREWARN_REDIS_URL" in said
    assert PASSWORD not in said


def test_a_service_without_its_redis_says_so_without_the_password(tmp_path: Path, redis_server: RedisServer) -> None:
    """Neither in its log nor in /readyz."""
    deployment = Deployment(tmp_path, redis_server, FOREWARN_REDIS_URL=URLS[1])
    try:
        deployment.start(ready=False)
        wait_until(lambda: deployment.readyz()["bundle"]["last_error"])
        page = httpx.get(f"{deployment.url}/readyz").text
        assert "127.0.0.1:1" in page
        assert PASSWORD not in page
    finally:
        deployment.stop()
        deployment.close()
    assert deployment.log.read_text()
    assert PASSWORD not in deployment.log.read_text()


def test_serve_without_a_secret_says_what_one_is(run: Run) -> None:
    said = failed(run("serve", FOREWARN_REDIS_URL=NOBODY))

    assert "FOREWARN_SECRET" in said
    assert "32" in said


@pytest.mark.parametrize("command", ["serve --port", "up --port", "up --console-port", "console --port"])
def test_a_port_in_use_is_named(process: Run, taken_port: str, command: str) -> None:
    """Before anything is started."""
    name, option = command.split()
    others = free_ports() if name == "up" else ()
    done = process(name, *others, option, taken_port, FOREWARN_SECRET=SECRET, FOREWARN_REDIS_URL=NOBODY)

    assert f"127.0.0.1:{taken_port}" in failed(done)


def test_an_address_of_another_machine_is_refused(process: Run) -> None:
    done = process("serve", "--host", "192.0.2.1", FOREWARN_SECRET=SECRET, FOREWARN_REDIS_URL=NOBODY)

    assert "192.0.2.1" in failed(done)


@pytest.mark.parametrize("command", ["publish", "explain", "fallback", "up"])
def test_rules_with_errors_are_listed_with_their_place(process: Run, tmp_path: Path, state: Path, command: str) -> None:
    """The list goes to standard output, one line to standard error, and nothing is changed."""
    withdrawal = tmp_path / "withdrawal.json"
    withdrawal.write_text('{"withdrawal_id": "w", "user_id": "u", "region": "HK"}')
    more: dict[str, tuple[Any, ...]] = {
        "explain": (withdrawal,),
        "fallback": ("--out", tmp_path / "out"),
        "up": free_ports(),
    }
    before = _servers_of(state)

    url = "" if command == "up" else NOBODY
    done = process(command, *more.get(command, ()), *broken(tmp_path), FOREWARN_REDIS_URL=url)
    assert "error" in failed(done)
    assert "rules/hk/every.yaml:5:" in done.stdout
    assert "did you mean `asset`" in done.stdout
    assert not (tmp_path / "out").exists()
    assert _servers_of(state) == before == []


def _servers_of(state: Path) -> list[psutil.Process]:
    """The processes with this state folder in their command line."""
    return [p for p in psutil.process_iter(["cmdline"]) if str(state) in " ".join(p.info["cmdline"] or [])]


def test_a_file_that_is_no_yaml_is_named_with_its_line(run: Run, tmp_path: Path) -> None:
    folders = tree(tmp_path, **{"rules/hk/every.yaml": f"{RULE}when: {{asset: [USDT\n"})
    done = run("publish", *folders, FOREWARN_REDIS_URL=NOBODY)

    failed(done)
    assert "rules/hk/every.yaml:" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("nonsense",), "nonsense"),
        (("history", "--nonsense"), "--nonsense"),
        (("history", "--limit", "0"), "--limit"),
        (("history", "--limit", "x"), "--limit"),
        (("serve", "--port", "70000"), "--port"),
        (("serve", "--workers", "0"), "--workers"),
        (("up", "--port", "http"), "--port"),
        (("rollback", "one", "two"), "two"),
        (("explain",), "WITHDRAWAL"),
        (("explain", "/nowhere/withdrawal.json"), "/nowhere/withdrawal.json"),
        (("explain", "/"), "'/'"),
        (("fallback",), "--out"),
        (("fallback", "--out", "rules/facts.yaml"), "rules/facts.yaml"),
        (("keys", "new", "--name", "x"), "--scope"),
        (("keys", "new", "--scope", "assess"), "--name"),
        (("keys", "nonsense"), "nonsense"),
        (("keys", "revoke"), "NAME"),
    ],
)
def test_a_mistyped_command_is_one_line_that_names_the_help(run: Run, arguments: tuple[str, ...], word: str) -> None:
    said = failed(run(*arguments), code=2)

    assert word in said
    assert "--help" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("keys", "new", "--name", "x", "--scope", "everything"), ("everything", "assess", "reports:XX")),
        (("keys", "new", "--name", "x", "--scope", "reports:hk"), ("reports:hk",)),
        (("keys", "new", "--name", "x", "--scope", "assess", "--scope", "report"), ("'report'",)),
        (("keys", "new", "--name", "two words", "--scope", "assess"), ("two words", "letters")),
        (("keys", "new", "--name", "", "--scope", "assess"), ("letters",)),
        (("keys", "new", "--name", "x" * 65, "--scope", "assess"), ("64",)),
        (("keys", "revoke", "nobody"), ("nobody",)),
        (("fallback", "--out", "/proc/nowhere"), ("/proc/nowhere",)),
    ],
)
def test_a_value_that_makes_no_sense_is_named_with_what_was_expected(
    run: Run, state: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    said = failed(run(*arguments))

    assert all(word in said for word in words)
    assert not (state / "keys.yaml").exists()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("--since yesterday", ("--since: 'yesterday' is not a date such as",)),
        ("--since 2026-11-03 --until 2026-11-02", ("--until: '2026-11-02' is not 2026-11-03 (since) or later",)),
        ("--since 9999-01-01", ("--since: '9999-01-01' is not", "or earlier")),
        ("--group-by rule", ("--group-by: 'rule' is not one or more of", "did you mean rule_id?")),
        ("--window 90m --until x", ("--until: 'x' is not a date", "; --window: '90m' is not a window")),
        ("--where region", ("--where: 'region' is not NAME=VALUE",)),
        ("--where rules=x", ("--where: 'rules' is not one of", "did you mean rule_id?")),
        ("--where since=2026-11-01", ("--where: 'since' is not one of",)),
        (
            "--where exposure_number=1 --where exposure_number=x",
            ("--where exposure_number: '1,x' is not a whole number",),
        ),
        ("--unit withdrawal", ("--unit", "'withdrawal'", "'user', 'alert'")),
    ],
)
def test_a_report_that_makes_no_sense_names_the_option_the_value_and_what_was_expected(
    run: Run, asked: str, words: tuple[str, ...]
) -> None:
    said = failed(run("report", *asked.split()), code=2)

    assert all(word in said for word in words)
    assert "forewarn report --help" in said


@pytest.mark.parametrize(
    "content", [b"keys: [", b"keys: {}", b"\xff", b"keys: [{name: x, sha256: 1, scopes: [assess]}]", b"text"]
)
@pytest.mark.parametrize("arguments", ["list", "new --name y --scope assess", "revoke x"])
def test_a_broken_key_file_is_named_and_left_as_it_is(run: Run, state: Path, content: bytes, arguments: str) -> None:
    state.mkdir()
    (state / "keys.yaml").write_bytes(content)

    assert "keys.yaml" in failed(run("keys", *arguments.split()))
    assert (state / "keys.yaml").read_bytes() == content


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("FOREWARN_STALE_AFTER", "soon"),
        ("FOREWARN_STALE_AFTER", "0"),
        ("FOREWARN_JOURNAL_MAX_BYTES", "1"),
        ("FOREWARN_LOG_LEVEL", "loud"),
        ("FOREWARN_EVENT_BUFFER", "-1"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(run: Run, setting: str, value: str) -> None:
    assert setting in failed(run("history", **{setting: value}))


@pytest.mark.parametrize("arguments", ["keys list", "keys new --name x --scope assess", "up --port 1"])
def test_a_state_folder_that_is_a_file_is_named(process: Run, state: Path, arguments: str) -> None:
    state.write_text("")

    assert str(state) in failed(process(*arguments.split()))
