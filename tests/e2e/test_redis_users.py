"""The users of deploy/redis-users.acl: each process does its whole work with its own, and can do nothing else."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import redis
import yaml

from app.storage.redis_client import connect_sync
from tests.deployment import FIXTURE, ROOT, Deployment, a_withdrawal, free_port
from tests.redis_server import RedisServer
from tests.waiting import wait_until

PROCESSES = ("publish", "service", "archive", "console")


class Users:
    """A Redis with the users that `deploy/make-secrets` makes, and the commands, each with the URL of its user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets = folder / "secrets"
        self.server = RedisServer(
            folder / "redis", tcp=True, options={"aclfile": str(self.secrets / "redis-users.acl")}
        )
        address = f"127.0.0.1:{self.server._port}"
        subprocess.run([ROOT / "deploy/make-secrets", self.secrets, address], check=True, timeout=30)
        self.server.url = self.url("admin")
        self.server.start()

    def url(self, user: str) -> str:
        return (self.secrets / f"redis-url-{user}").read_text().strip()

    def deployment(self, user: str, **settings: str) -> Deployment:
        """Commands of the machine where this user's process runs: the folder of a volume for each process."""
        made = Deployment(self.folder / user, self.server, **settings)
        made._settings = {
            "FOREWARN_REDIS_URL": "",
            "FOREWARN_REDIS_URL_FILE": str(self.secrets / f"redis-url-{user}"),
            "FOREWARN_SECRET": "",
            "FOREWARN_SECRET_FILE": str(self.secrets / "secret") if user == "service" else "",
            "FOREWARN_KEYS_FILE": str(self.folder / "keys.yaml"),
            "FOREWARN_DATASET": str(self.folder / "dataset"),
            **settings,
        }
        (self.folder / user).mkdir(exist_ok=True)
        return made

    def denied(self) -> list[str]:
        """What Redis refused its users for want of a right, the greeting of redis-py apart, which 7.0 does not know."""
        with connect_sync(self.url("admin")) as client:
            entries: Any = client.execute_command("ACL", "LOG", "128")
        found = [dict(zip(entry[::2], entry[1::2], strict=True)) for entry in entries]
        named = [f"{entry[b'username'].decode()}: {entry[b'object'].decode()}" for entry in found]
        return [one for one in named if "client" not in one]


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Users]:
    made = Users(tmp_path_factory.mktemp("users"))
    try:
        yield made
    finally:
        made.server.close()


def test_each_process_does_its_work_with_its_own_user(users: Users, tmp_path: Path) -> None:
    """Publish, roll back, answer, ship, survive a restart of Redis, archive, report: nothing of it is denied."""
    publisher, service = users.deployment("publish"), users.deployment("service")
    publisher.cli("publish", "--by", "tests")
    key = service.new_key("assess", "rules", "reports")
    service.key = key
    try:
        service.start()
        with service.client() as client:
            first = client.post("/v1/assessments", json=a_withdrawal()).json()
            other = tmp_path / "other"
            shutil.copytree(FIXTURE, other)
            ended = [each.name for each in (other / "rules").iterdir() if each.is_dir() and each.name != "hk"]
            for region in ended:
                shutil.rmtree(other / "rules" / region)
            publisher.cli("publish", *(f"--without={region}" for region in ended), cwd=other)
            wait_until(
                lambda: client.post("/v1/assessments", json=a_withdrawal()).json()["revision"] != first["revision"]
            )
            publisher.cli("rollback", "--by", "tests")
            assert "rollback" in publisher.cli("history").stdout
            wait_until(
                lambda: client.post("/v1/assessments", json=a_withdrawal()).json()["revision"] == first["revision"]
            )

            users.server.stop()
            users.server.start()
            done = client.post(f"/v1/assessments/{first['assessment_id']}/outcomes", json={"outcome": "cancelled"})
            assert done.status_code == 202
            wait_until(lambda: service.readyz()["journal"]["unshipped"] == 0 and service.readyz()["reasons"] == [])
        _archived(users)
        assert _reported(users, key) >= 1
        console = users.deployment("console")
        assert "Read at" in console.cli("report", "--maturity", "all", "--until", "2100-01-01").stdout
        assert console.cli("sql", "SELECT count(*) > 0 AS n FROM outcomes", "--format", "csv").stdout == "n\ntrue\n"
    finally:
        service.stop()
        service.close()

    assert users.denied() == []


def _archived(users: Users) -> None:
    """The archiver runs on its own until something is archived; its metrics are for this machine."""
    archive, port = users.deployment("archive"), free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "archive", "--interval", "0.1", "--metrics-port", str(port)],
        env=archive.environment,
        cwd=archive.state.parent,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            wait_until(lambda: _status(client, "/metrics") == 200, timeout=30)
            wait_until(
                lambda: re.search(r"^forewarn_archive_events_total [1-9]", client.get("/metrics").text, re.MULTILINE)
            )
        listening = [each.laddr.ip for each in psutil.Process(process.pid).net_connections() if each.status == "LISTEN"]
        assert listening == ["127.0.0.1"]
    finally:
        process.terminate()
        process.wait(20)


def _reported(users: Users, key: str) -> int:
    """Users with an alert, as the console says with no more than its own user and read access to what it shows."""
    console, port = users.deployment("console"), free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "console", "--port", str(port)], env=console.environment, cwd=console.state.parent
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {key}"}) as client:
            wait_until(lambda: _status(client, "/readyz") == 200, timeout=30)
            assert client.get("/readyz").json()["reasons"] == []
            assert client.get("/rules").status_code == 200
            answer = client.get(
                "/v1/reports/reconsideration", params={"maturity": "all", "until": "2100-01-01", "since": "2026-01-01"}
            )
            assert answer.status_code == 200, answer.text
            return int(re.search(r'"exposed":\s*(\d+)', answer.text)[1])  # type: ignore[index]  # fails the test
    finally:
        process.terminate()
        process.wait(20)


def _status(client: httpx.Client, path: str) -> int:
    try:
        return client.get(path).status_code
    except httpx.HTTPError:
        return 0


FORBIDDEN = {
    "publish": ["XRANGE forewarn:events - +", "SET forewarn:events:epoch x", "FLUSHALL", "CONFIG GET *", "KEYS *"],
    "service": [
        "SET forewarn:bundle:current sha256:0",
        "XADD forewarn:bundle:log * action publish",
        "PUBLISH forewarn:bundle sha256:0",
        "XTRIM forewarn:events MAXLEN 0",
        "UNLINK forewarn:events",
        "HSET forewarn:archived x 1",
        "SUBSCRIBE another",
        "FLUSHALL",
    ],
    "archive": ["SET forewarn:bundle:current x", "XADD forewarn:events * v 1", "UNLINK forewarn:events", "ACL LIST"],
    "console": [
        "SET forewarn:events:epoch x",
        "XADD forewarn:events * v 1",
        "XTRIM forewarn:events MAXLEN 0",
        "HGET forewarn:archiver owner",
        "EVAL return(redis.call('SET',KEYS[1],'x')) 1 forewarn:events:epoch",
        "SET forewarn:bundle:current x",
    ],
}


@pytest.mark.parametrize(("user", "command"), [(user, command) for user, all_ in FORBIDDEN.items() for command in all_])
def test_a_user_cannot_do_the_work_of_another(users: Users, user: str, command: str) -> None:
    with (
        connect_sync(users.url(user)) as client,
        pytest.raises(redis.ResponseError, match=r"permission|can't run this command"),
    ):
        client.execute_command(*command.split())


def test_nobody_gets_in_without_a_password_but_to_ping(users: Users) -> None:
    address = users.url("admin").partition("@")[2]
    with connect_sync(f"redis://{address}") as client, pytest.raises(redis.AuthenticationError):
        client.get("forewarn:bundle:current")
    with connect_sync(f"redis://health:none@{address}") as client:
        assert client.ping()
        with pytest.raises(redis.ResponseError, match="permission"):
            client.get("forewarn:bundle:current")


def test_secrets_are_made_once_and_only_their_owner_enters_the_folder(users: Users, tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    command = [ROOT / "deploy/make-secrets", folder]
    subprocess.run(
        command, check=True, env={"FOREWARN_SECRET": "the-secret-that-we-had-before-0123", "PATH": "/usr/bin:/bin"}
    )
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    subprocess.run(command, check=True)

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert before["secret"] == b"the-secret-that-we-had-before-0123\n"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len({before[f"redis-url-{user}"] for user in (*PROCESSES, "admin")}) == 5


COMPOSE: Any = yaml.safe_load((ROOT / "compose.yaml").read_text())


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_container_is_read_only_and_without_rights(name: str) -> None:
    container = COMPOSE["services"][name]

    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert container["ulimits"] == {"core": 0}
    assert container["logging"] == {"driver": "local"}
    assert not container.get("privileged")
    assert container.get("secrets", []) == ["redis-users.acl"] * (name == "redis") + [f"redis-url-{name}"] * (
        name in PROCESSES
    ) + ["secret"] * (name == "service")


def test_the_console_sees_neither_journal_nor_writes_keys_or_dataset() -> None:
    volumes = COMPOSE["services"]["console"]["volumes"]

    assert not any(volume.startswith("state:") for volume in volumes)
    assert {volume.split(":")[0] for volume in volumes if volume.endswith(":ro")} == {"dataset", "keys"}


def test_every_image_is_pinned_by_digest() -> None:
    images = re.findall(
        r"^(?:FROM|\s+image:) (\S+)",
        (ROOT / "Dockerfile").read_text() + (ROOT / "compose.yaml").read_text(),
        re.MULTILINE,
    )

    assert len(images) == 3
    assert all(re.fullmatch(r"\S+:[\w.-]+@sha256:[0-9a-f]{64}", image) for image in images)
