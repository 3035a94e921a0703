"""One assessment request at a time to a running service, over HTTP or HTTPS."""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson

from app.domain.errors import ForewarnError

TIMEOUT = 10.0  # seconds


class AssessmentRefused(ForewarnError):
    """The service cannot answer, and asking again will not help."""


@dataclass(frozen=True, slots=True)
class AssessmentClient:
    """Calls the service at `url` with an API key."""

    url: str
    key: str

    def assess(self, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer, or None where the service is not ready or not reachable. Raises AssessmentRefused."""
        try:
            status, content = self._post("/v1/assessments", orjson.dumps(request))
        except (OSError, http.client.HTTPException):
            return None
        if status in {http.client.UNAUTHORIZED, http.client.FORBIDDEN}:
            raise AssessmentRefused(
                f"{self.url} refused the key ({status}): expected one made with --scope assess --test"
            )
        if status >= http.client.INTERNAL_SERVER_ERROR or status == http.client.TOO_MANY_REQUESTS:
            return None
        if status != http.client.OK:
            raise AssessmentRefused(f"{self.url} answered {status} to an assessment: {_problem_detail(content)}")
        try:
            answer = orjson.loads(content)
        except ValueError:
            raise AssessmentRefused(f"{self.url} is not a Forewarn service: its answer is not JSON") from None
        return answer if isinstance(answer, dict) else None

    def _post(self, path: str, body: bytes) -> tuple[int, bytes]:
        parts = urlsplit(self.url)
        connection = _connection(parts.scheme, parts.hostname or "", parts.port)
        try:
            headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
            connection.request("POST", parts.path.rstrip("/") + path, body, headers)
            with connection.getresponse() as response:
                return response.status, response.read()
        finally:
            connection.close()


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=context)
    raise AssessmentRefused("--url: expected a service such as https://forewarn.example or http://127.0.0.1:8000")


def _problem_detail(content: bytes) -> str:
    try:
        problem = orjson.loads(content)
        errors = "; ".join(f"{error['pointer']} {error['detail']}" for error in problem.get("errors", []))
        return errors or str(problem["detail"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return "no problem document"
