"""The refusal of a whole bundle."""

from collections.abc import Iterable

from app.authoring.problem import Finding
from app.domain.errors import ForewarnError


class BundleError(ForewarnError):
    """A bundle that no worker may serve; the message says which line and why."""


def refuse_first(findings: Iterable[Finding], what: str = "") -> None:
    """Raises BundleError for the first finding, if there is any. `what` names the record."""
    for finding in findings:
        where = ".".join(str(part) for part in finding.where)
        raise BundleError(": ".join(part for part in (what, where, finding.message) if part))
