"""One persistent connection to a running service on this machine."""

import http.client
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import orjson

from app.domain.errors import ForewarnError

TIMEOUT = 10.0  # seconds; the service answers in a millisecond

EXPECTED = "expected a service on this machine, such as http://127.0.0.1:8000"


class NotDriven(ForewarnError):
    """The service cannot be driven, or refuses what it is sent."""


class NoAnswer(NotDriven):
    """Two attempts got no answer."""


def address_of(url: str) -> tuple[str, int]:
    """Host and port of a loopback URL; raises NotDriven for any other.

    There is no way around this: simulated withdrawals could not be told apart from those of a real exchange.

    >>> address_of("http://localhost:8000")
    ('127.0.0.1', 8000)
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
    except ValueError:
        raise NotDriven(f"--url: {EXPECTED}") from None
    if parts.scheme != "http" or parts.username or parts.path not in {"", "/"} or parts.query:
        raise NotDriven(f"--url: {EXPECTED}")
    if host == "localhost":  # never resolved: a name can point to any address
        return "127.0.0.1", port
    with suppress(ValueError):
        if ip_address(host).is_loopback:
            return host, port
    raise NotDriven(f"--url: simulated events are for this machine only; {EXPECTED}")


class ServiceClient:
    """Raises NotDriven for a refusal that a retry would not change, NoAnswer where there is no answer."""

    def __init__(self, host: str, port: int, key: str) -> None:
        self._url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def assess(self, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """None where the service is not ready."""
        status, answer = self._post("/v1/assessments", request)
        return answer if status == http.client.OK else None

    def report(self, outcomes: Sequence[Mapping[str, str]]) -> bool:
        """Whether the outcomes were recorded: all of them or none."""
        if len(outcomes) == 1:
            (only,) = outcomes
            body = {name: value for name, value in only.items() if name != "assessment_id"}
            status, _ = self._post(f"/v1/assessments/{only['assessment_id']}/outcomes", body)
            return status == http.client.ACCEPTED
        status, answer = self._post("/v1/outcomes", outcomes)
        if status != http.client.OK:
            return False
        refused = [result for result in answer["results"] if not result["recorded"]]
        if refused:
            raise NotDriven(f"The service at {self._url} refused an outcome: {refused[0]['detail']}")
        return True

    def close(self) -> None:
        self._connection.close()

    def _post(self, path: str, body: object) -> tuple[int, Any]:
        status, content = self._twice(path, orjson.dumps(body))
        try:
            answer = orjson.loads(content)
        except ValueError:
            raise NotDriven(f"{self._url} is not a Forewarn service: its answer is not JSON") from None
        if status in {http.client.UNAUTHORIZED, http.client.FORBIDDEN}:
            raise NotDriven(f"The service at {self._url} refused the key ({status}): expected one with scope assess")
        if http.client.BAD_REQUEST <= status < http.client.INTERNAL_SERVER_ERROR:
            raise NotDriven(
                f"The service at {self._url} answered {status} to {path}: {answer.get('detail', '')}".rstrip(": ")
            )
        return status, answer

    def _twice(self, path: str, content: bytes) -> tuple[int, bytes]:
        """Retries once: a service that restarts closes connections, and every call can be repeated."""
        with suppress(OSError, http.client.HTTPException):
            return self._once(path, content)
        self._connection.close()
        try:
            return self._once(path, content)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            why = "it took too long" if isinstance(error, TimeoutError) else (str(error) or type(error).__name__)
            raise NoAnswer(f"No answer from {self._url}: {why}") from None

    def _once(self, path: str, content: bytes) -> tuple[int, bytes]:
        self._connection.request("POST", path, content, self._headers)
        with self._connection.getresponse() as response:
            return response.status, response.read()
