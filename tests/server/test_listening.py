"""Where the service listens: every kind of address, a unix socket, TLS, a path behind a proxy, the management port."""

import asyncio
import datetime as dt
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.api.connection_limits import RESERVE
from app.server.listener import bind_unix
from tests.api.test_uvicorn_protocol import connected, everything
from tests.commands.commands import environment
from tests.deployment import SECRET, Deployment, a_withdrawal, free_port
from tests.redis_server import RedisServer
from tests.waiting import wait_until

CHECKED = {"/healthz": 200, "/readyz": 200, "/metrics": 200}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Rules and a key; each test starts the service its own way."""
    folder = tmp_path_factory.mktemp("listening")
    redis = RedisServer(folder / "redis-server")
    redis.start()
    made = Deployment(folder, redis)
    try:
        made.cli("publish")
        made.key = made.new_key("assess", "rules")
        yield made
    finally:
        redis.close()


@contextmanager
def serving(published: Deployment, *options: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = published.environment | settings
    with published.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", *options], env=environment, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def answers(client: httpx.Client, path: str = "/readyz") -> Callable[[], bool]:
    def ready() -> bool:
        with suppress(httpx.HTTPError):
            return client.get(path).status_code == 200
        return False

    return ready


def client_of(published: Deployment, base_url: str, **options: Any) -> httpx.Client:
    return httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {published.key}"}, timeout=30, **options)


def assert_both_paths(client: httpx.Client) -> None:
    """The fast lane's and FastAPI's."""
    assert client.post("/v1/assessments", json=a_withdrawal()).json()["alert"]
    assert client.get("/v1/rules").status_code == 200


def connects(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
        probe.connect(str(path))
        return True
    return False


@pytest.mark.parametrize("workers", ["1", "2"])
def test_every_address_a_proxy_s_path_and_a_management_port(published: Deployment, workers: str) -> None:
    """`--host ::` takes IPv4 too, whatever the number of workers."""
    port, management = free_port(), free_port()
    options = ("--host", "::", "--port", str(port), "--workers", workers, "--root-path", "/forewarn")
    drain = {"FOREWARN_DRAIN_SECONDS": "20"}  # or until the second SIGTERM
    with serving(published, *options, "--management-port", str(management), **drain) as process:
        with client_of(published, f"http://127.0.0.1:{management}") as private:
            wait_until(answers(private), timeout=60)
            assert {path: private.get(path).status_code for path in CHECKED} == CHECKED
            assert private.get("/readyz").json()["bundle"]["revision"]
            wait_until(lambda: "forewarn_ready 1.0" in private.get("/metrics").text)  # of every worker
            refused = private.post("/v1/assessments", json=a_withdrawal())
            assert refused.status_code == 404
            assert refused.headers["content-type"] == "application/problem+json"
            assert [private.get(path).status_code for path in ("/docs", "/openapi.json", "/v1/rules")] == [404] * 3
            for sent, status in ((b"GET /readyz HTTP/1.1\r\n\r\n", b"400"), (b"GET /" + b"a" * 40_000, b"414")):
                with connected(management) as raw:
                    raw.sendall(sent)
                    assert everything(raw).startswith(b"HTTP/1.1 " + status)
        for host in ("127.0.0.1", "[::1]"):
            with client_of(published, f"http://{host}:{port}") as public:
                assert_both_paths(public)
                assert public.get("/metrics").status_code == 404
                assert public.get("/healthz").status_code == 200
                assert public.get("/readyz").status_code == 200
                assert {"url": "/forewarn"} in public.get("/openapi.json").json()["servers"]
                assert "/forewarn/openapi.json" in public.get("/docs").text
        with client_of(published, f"http://127.0.0.1:{management}") as private:
            process.terminate()
            wait_until(lambda: private.get("/readyz").status_code == 503)
            assert private.get("/readyz").headers["connection"] == "close"


def test_without_a_management_port_one_port_answers_everything(published: Deployment) -> None:
    """It closes a connection that was idle for as long as the setting says."""
    port = free_port()
    with (
        serving(published, "--host", "localhost", "--port", str(port), FOREWARN_KEEP_ALIVE_SECONDS="1"),
        client_of(published, f"http://localhost:{port}") as client,
    ):
        wait_until(answers(client), timeout=60)
        assert {path: client.get(path).status_code for path in CHECKED} == CHECKED
        assert_both_paths(client)
        with socket.create_connection(("localhost", port), timeout=30) as idle:
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert idle.recv(4096).startswith(b"HTTP/1.1 200")
            while idle.recv(4096):  # the rest of the answer, then the end
                pass


def test_the_console_listens_like_the_service(published: Deployment) -> None:
    port = free_port()
    environment = published.environment | {"WEB_CONCURRENCY": "2"}  # which uvicorn would take for its own
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "console", "--host", "::", "--port", str(port)], env=environment
    )
    try:
        for host in ("127.0.0.1", "[::1]"):
            with client_of(published, f"http://{host}:{port}") as client:
                wait_until(answers(client, "/healthz"), timeout=60)
    finally:
        process.terminate()
        assert process.wait(30) == 0


def test_a_unix_socket(published: Deployment, tmp_path: Path) -> None:
    """Its mode; one left by a killed service is replaced, one that is served is not, and at the end it is gone."""
    path = Path(f"/tmp/fw-listen-{os.getpid()}.sock")
    options = ("--uds", str(path), "--uds-mode", "640", "--workers", "2")
    transport = httpx.HTTPTransport(uds=str(path))
    with serving(published, *options) as killed:
        wait_until(lambda: connects(path), timeout=60)
        killed.kill()
    wait_until(lambda: not connects(path), timeout=60)
    assert path.is_socket()
    with serving(published, *options):
        wait_until(lambda: connects(path), timeout=60)
        with client_of(published, "http://forewarn", transport=transport) as client:
            assert stat.S_IMODE(path.stat().st_mode) == 0o640
            assert_both_paths(client)
            refused = published.cli("serve", *options, ok=False)
            assert refused.returncode == 1
            assert f"Cannot listen on {path}: Address already in use" in refused.stderr.splitlines()[-1]
            assert_both_paths(client)
    assert not path.exists()

    path.write_text("not a socket")
    assert "something else than a socket" in published.cli("serve", *options, ok=False).stderr
    assert path.read_text() == "not a socket"
    path.unlink()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_tls_with_client_certificates_and_a_reload(published: Deployment, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate, key = authority.issue("server")
    ours = ssl.create_default_context(cafile=authority.path)
    ours.load_cert_chain(*authority.issue("client"))
    port = free_port()
    files = ("--tls-cert", str(certificate), "--tls-key", str(key), "--tls-client-ca", str(authority.path))
    few = {"FOREWARN_MAX_CONNECTIONS": "4"}
    with serving(published, "--port", str(port), "--workers", "2", *files, **few) as process, ExitStack() as opened:
        url = f"https://127.0.0.1:{port}"
        with client_of(published, url, verify=ours) as client:
            wait_until(answers(client), timeout=60)
            assert_both_paths(client)
        without = ssl.create_default_context(cafile=authority.path)
        with client_of(published, url, verify=without) as stranger, pytest.raises(httpx.HTTPError):
            stranger.get("/healthz")
        old = ssl.create_default_context(cafile=authority.path)
        old.load_cert_chain(*authority.issue("client"))
        old.set_ciphers("ALL:@SECLEVEL=0")  # else OpenSSL refuses it on our side
        old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        with client_of(published, url, verify=old) as outdated, pytest.raises(httpx.ConnectError):
            outdated.get("/healthz")
        with client_of(published, f"http://127.0.0.1:{port}") as plain, pytest.raises(httpx.HTTPError):
            plain.get("/healthz")

        before = serial(port, ours)
        certificate.write_bytes(b"half a certificate")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: "are not a certificate and its key" in published.log.read_text(), timeout=60)
        assert serial(port, ours) == before
        authority.issue("server")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: all(serial(port, ours) != before for _ in range(4)), timeout=60)
        with client_of(published, url, verify=ours) as client:
            assert_both_paths(client)

        # Handshakes that never end: the oldest are given up, and others are served.
        silent = [opened.enter_context(connected(port)) for _ in range(2 * (4 + RESERVE) + 20)]
        wait_until(lambda: sum(closed(each) for each in silent) >= 20)
        idle = opened.enter_context(
            ours.wrap_socket(opened.enter_context(connected(port)), server_hostname="127.0.0.1")
        )
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(4096).startswith(b"HTTP/1.1 200")
        process.terminate()
        wait_until(lambda: all(closed(each) for each in silent), timeout=6)  # not after their ten seconds
        process.wait(30)
    assert "not finished" not in published.log.read_text()


def closed(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def test_a_unix_socket_that_stops_serves_who_waits_and_refuses_the_next(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    listener = bind_unix(path, 0o600)
    with socket.socket(socket.AF_UNIX) as first, socket.socket(socket.AF_UNIX) as second:
        first.connect(str(path))
        asyncio.run(listener.turn_away())
        with pytest.raises(ConnectionRefusedError):
            second.connect(str(path))
        listener.socket.accept()[0].close()
        assert first.recv(1) == b""
    listener.close()


def serial(port: int, context: ssl.SSLContext) -> int:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        return x509.load_der_x509_certificate(connection.getpeercert(binary_form=True) or b"").serial_number


class Authority:
    """Certificates of one authority of its own, as PEM files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
        self.path = folder / "authority.pem"
        made = self._builder(self._name, self._key.public_key()).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        self.path.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str) -> tuple[Path, Path]:
        """A certificate for 127.0.0.1 and its key, in place of those that had this name."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        made = self._builder(subject, key.public_key()).add_extension(address, critical=False)
        certificate, key_file = self._folder / f"{name}.pem", self._folder / f"{name}-key.pem"
        certificate.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, key_file

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
        )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--host nowhere.invalid", "Cannot listen on nowhere.invalid:"),
        ("--host http://127.0.0.1", "Cannot listen on "),
        ("--host [::1]", "Cannot listen on "),
        ("--host 2001:db8::7", "Cannot listen on [2001:db8::7]:"),
        (f"--host {'x' * 300}", "Cannot listen on "),
        ("--host ", "expected an address or a host name"),
        (f"--uds /tmp/{'x' * 120}", "too long"),
        ("--uds /nowhere/at.sock", "No such file or directory"),
        ("--uds-mode 999", "999"),
        ("--root-path forewarn", "'forewarn' is not a path such as /forewarn"),
        ("--root-path /forewarn/", "without a slash at its end"),
        ("--tls-cert /nowhere.pem", "--tls-cert and --tls-key together"),
        ("--tls-cert /nowhere.pem --tls-key /nowhere.key", "TLS: /nowhere.pem cannot be read: No such file"),
        ("--management-host 192.0.2.1 --management-port 9", "Cannot listen on 192.0.2.1:9"),
        ("--management-port 9 --port 9", "--management-port: expected another port than --port"),
        ("--management-host ::", "--management-host: expected --management-port with it"),
        ("--uds /nowhere/at.sock --port 9", "--uds: expected neither --host nor --port with it"),
        ("--uds-mode 600", "--uds-mode: expected --uds with it"),
        (f"--tls-cert {__file__} --tls-key {__file__}", "are not a certificate and its key (no PEM"),
    ],
)
def test_what_cannot_be_listened_on_is_one_line(tmp_path: Path, options: str, words: str) -> None:
    settings = {"FOREWARN_SECRET": SECRET, "FOREWARN_REDIS_URL": "redis://127.0.0.1:1"}
    port = () if "--uds /" in options or "--port" in options else ("--port", str(free_port()))
    done = subprocess.run(
        [sys.executable, "-m", "app", "serve", *port, *options.split(" ")],
        env=environment(tmp_path, **settings),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode in {1, 2}
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert words in done.stderr
