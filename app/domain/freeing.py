"""Freeing many objects takes as long as making them: a little at a time, it delays no answer."""

from collections.abc import Generator

_AT_ONCE = 256


def free(objects: list[object], at_once: int = _AT_ONCE) -> Generator[None, None, None]:
    """Empties a list from its end, pausing after some: 256 small ones take about a quarter of a millisecond."""
    while objects:
        del objects[-at_once:]
        yield
