"""One connection to a running service on this machine, kept open."""

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
    """The service is none that can be driven, or does not take what it is sent."""


class Silent(NotDriven):
    """Nobody answered, twice."""


def address_of(url: str) -> tuple[str, int]:
    """Host and port of a loopback address; raises NotDriven for any other.

    Made-up withdrawals in the figures of a real exchange could not be told apart any more, so there is no way around
    this.

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
    if host == "localhost":  # never looked up: a name can be made to mean any address
        return "127.0.0.1", port
    with suppress(ValueError):
        if ip_address(host).is_loopback:
            return host, port
    raise NotDriven(f"--url: simulated events are for this machine only; {EXPECTED}")


class ServiceLine:
    """Raises NotDriven for an answer that will not change, Silent where there is none."""

    def __init__(self, host: str, port: int, key: str) -> None:
        self._at = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def assess(self, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """None where the service is not ready."""
        status, answer = self._post("/v1/assessments", request)
        return answer if status == http.client.OK else None

    def report(self, outcomes: Sequence[Mapping[str, str]]) -> bool:
        """Whether they are recorded; all of them or none."""
        if len(outcomes) == 1:
            (only,) = outcomes
            said = {name: value for name, value in only.items() if name != "assessment_id"}
            status, _ = self._post(f"/v1/assessments/{only['assessment_id']}/outcomes", said)
            return status == http.client.ACCEPTED
        status, answer = self._post("/v1/outcomes", outcomes)
        if status != http.client.OK:
            return False
        refused = [result for result in answer["results"] if not result["recorded"]]
        if refused:
            raise NotDriven(f"The service at {self._at} refused an outcome: {refused[0]['detail']}")
        return True

    def close(self) -> None:
        self._connection.close()

    def _post(self, path: str, body: object) -> tuple[int, Any]:
        status, content = self._twice(path, orjson.dumps(body))
        try:
            answer = orjson.loads(content)
        except ValueError:
            raise NotDriven(f"What listens at {self._at} is no Forewarn service: it does not answer in JSON") from None
        if status in {http.client.UNAUTHORIZED, http.client.FORBIDDEN}:
            raise NotDriven(f"The service at {self._at} refused the key ({status}): expected one with scope assess")
        if http.client.BAD_REQUEST <= status < http.client.INTERNAL_SERVER_ERROR:
            raise NotDriven(
                f"The service at {self._at} answered {status} to {path}: {answer.get('detail', '')}".rstrip(": ")
            )
        return status, answer

    def _twice(self, path: str, content: bytes) -> tuple[int, bytes]:
        """A service that restarts closes connections; every call can be sent again."""
        with suppress(OSError, http.client.HTTPException):
            return self._once(path, content)
        self._connection.close()
        try:
            return self._once(path, content)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            why = "it took too long" if isinstance(error, TimeoutError) else (str(error) or type(error).__name__)
            raise Silent(f"No answer from {self._at}: {why}") from None

    def _once(self, path: str, content: bytes) -> tuple[int, bytes]:
        self._connection.request("POST", path, content, self._headers)
        with self._connection.getresponse() as response:
            return response.status, response.read()
