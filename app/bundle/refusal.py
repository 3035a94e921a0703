"""The refusal of a whole bundle."""

from app.domain.errors import ForewarnError


class BundleError(ForewarnError):
    """A bundle that no worker may serve; the message says which line and why."""
