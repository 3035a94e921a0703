"""The journal as the hot path needs it.

It takes events as JSON objects without `event_id`, which it adds. It never waits for the network and never raises.
"""

from collections.abc import Sequence
from typing import Protocol


class AssessmentRecorder(Protocol):
    """A warning must not wait for its record."""

    def record_many(self, bodies: Sequence[bytes]) -> None:
        """Events that cannot be written wait in a bounded buffer; those that do not fit are counted as lost."""
        ...


class OutcomeRecorder(Protocol):
    """The exchange sends an outcome again if it was not recorded, so none is ever buffered."""

    def append(self, body: bytes) -> bool:
        """True if the event is on disk."""
        ...

    def append_many(self, bodies: Sequence[bytes]) -> bool:
        """True if all of them are on disk; otherwise none is."""
        ...
