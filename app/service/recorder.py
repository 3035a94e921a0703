"""What the hot path needs of the journal."""

from collections.abc import Sequence
from typing import Protocol


class Recorder(Protocol):
    """Takes events as JSON objects without `event_id`, which it adds. Never waits for the network, never raises."""

    def record(self, body: bytes) -> bool:
        """Whether the event is on disk; otherwise it waits in a bounded buffer, and what does not fit is counted."""
        ...

    def append(self, body: bytes) -> bool:
        """Whether the event is on disk; it is never buffered."""
        ...

    def append_many(self, bodies: Sequence[bytes]) -> bool:
        """Like `append`, for several events: all of them or none."""
        ...
