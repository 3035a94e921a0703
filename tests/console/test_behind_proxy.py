"""The console behind a proxy that ends TLS: only the proxies that are named say who calls, and how."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from app import settings
from app.commands import keys
from app.console.wrong_keys import BURST
from app.domain.errors import ConfigurationError
from tests.commands.commands import COMMAND, environment
from tests.deployment import FIXTURE, free_port
from tests.waiting import wait_until

FORGED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}

NGINX = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} ssl; ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
    location / {{
      proxy_pass http://127.0.0.1:{console};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
"""


@contextmanager
def running(command: list[str], url: str, **options: object) -> Iterator[None]:
    process = subprocess.Popen(command, **options)  # type: ignore[call-overload]  # options of subprocess
    try:
        wait_until(_answers(url, process), timeout=30)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str, process: "subprocess.Popen[bytes]") -> Callable[[], bool]:
    def asked() -> bool:
        assert process.poll() is None, "it ended"
        with suppress(httpx.HTTPError):
            return httpx.get(f"{url}/healthz", verify=False, timeout=5).status_code == 200  # our own certificate
        return False

    return asked


class Served:
    def __init__(self, folder: Path) -> None:
        self.key = keys.add(folder / "keys.yaml", "analyst", ("reports",), test=False)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"

    def sign_in(self, key: str | None = None, url: str | None = None, **headers: str) -> httpx.Response:
        with httpx.Client(base_url=url or self.url, verify=False, timeout=20) as client:  # our own certificate
            return client.post("/login", data={"key": key or self.key}, headers=headers)


@contextmanager
def served(folder: Path, **variables: str) -> Iterator[Served]:
    """`forewarn console` with nothing recorded."""
    made = Served(folder)
    command = [*COMMAND, "console", "--port", str(made.port)]
    with (
        made.log.open("wb") as log,
        running(command, made.url, env=environment(folder, **variables), cwd=FIXTURE, stderr=log),
    ):
        yield made


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Whose proxy is this machine, by default."""
    with served(tmp_path_factory.mktemp("behind")) as console:
        yield console


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Whose proxies are other machines."""
    folder = tmp_path_factory.mktemp("elsewhere")
    with served(folder, FOREWARN_TRUSTED_PROXIES="192.0.2.1, 2001:db8::/32") as console:
        yield console


def test_a_trusted_proxy_says_that_the_user_came_by_https(behind: Served) -> None:
    answered = behind.sign_in(**FORGED)
    assert answered.headers["set-cookie"].startswith("__Host-")
    assert "; Secure" in answered.headers["set-cookie"]
    assert answered.headers["strict-transport-security"] == "max-age=31536000"


def test_nobody_else_can_say_so(elsewhere: Served) -> None:
    answered = elsewhere.sign_in(**FORGED)
    assert answered.status_code == 303
    assert "__Host-" not in answered.headers["set-cookie"]
    assert "strict-transport-security" not in answered.headers


def test_wrong_keys_are_counted_by_the_address_that_a_trusted_proxy_names(behind: Served) -> None:
    """The last that no proxy of ours wrote: what the caller has put before it counts for nothing."""
    for number in range(BURST):
        headers = {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9"}
        assert behind.sign_in("fw_wrong", **headers).status_code == 401
    assert behind.sign_in("fw_wrong", **{"X-Forwarded-For": "203.0.113.9"}).status_code == 429
    assert behind.sign_in("fw_wrong", **{"X-Forwarded-For": "203.0.113.10"}).status_code == 401
    wait_until(lambda: "Wrong keys from 203.0.113.9: 1 " in behind.log.read_text())
    assert "fw_wrong" not in behind.log.read_text()
    assert behind.key not in behind.log.read_text()


def test_a_forged_address_does_not_escape_the_count(elsewhere: Served) -> None:
    tried = [elsewhere.sign_in("fw_wrong", **{"X-Forwarded-For": f"203.0.113.{number}"}) for number in range(BURST + 1)]
    assert tried[-1].status_code == 429


@pytest.mark.skipif(not shutil.which("nginx") or not shutil.which("openssl"), reason="needs nginx and openssl")
def test_behind_nginx_with_tls_a_browser_signs_in_and_out(behind: Served, tmp_path: Path) -> None:
    """Old browsers send Origin and no Sec-Fetch-Site: it must be the address that the user sees."""
    made = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=x")
    files = ("-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem"))
    subprocess.run(["openssl", "req", *made, *files], check=True, capture_output=True)
    port = free_port()
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(NGINX.format(folder=tmp_path, port=port, console=behind.port))
    url = f"https://127.0.0.1:{port}"
    with (
        running(["nginx", "-c", str(configuration), "-e", str(tmp_path / "first.log")], url),
        httpx.Client(base_url=url, verify=False, timeout=20) as client,  # our own certificate
    ):
        signed_in = client.post("/login", data={"key": behind.key}, headers={"Origin": url})
        assert signed_in.status_code == 303
        assert signed_in.headers["set-cookie"].startswith("__Host-forewarn_console=")
        assert client.get("/v1/reports/volume").status_code != 401
        assert client.post("/logout", headers={"Origin": "https://elsewhere.example"}).status_code == 403
        assert client.post("/logout", headers={"Origin": url}).status_code == 303
        assert client.get("/v1/reports/volume").status_code == 401


@pytest.mark.parametrize("value", ["*", "0.0.0.0/0", "::/0", "proxy.example", "10.0.0.1/8", "10.0.0.1;10.0.0.2"])
def test_proxies_that_cannot_be_meant_stop_the_start(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("FOREWARN_TRUSTED_PROXIES", value)
    with pytest.raises(ConfigurationError, match="FOREWARN_TRUSTED_PROXIES"):
        settings.load()
