"""Freeing many objects takes as long as making them: a little at a time, it delays no answer."""

from collections.abc import Generator

_AT_ONCE = 256


def free(objects: list[object]) -> Generator[None, None, None]:
    """Empties a list from its end, pausing about every quarter of a millisecond."""
    while objects:
        del objects[-_AT_ONCE:]
        yield
