"""What can go wrong in the dataset."""

from app.domain.errors import ForewarnError


class DatasetError(ForewarnError):
    """The dataset's place cannot be used; the message names it, without what a URL may hold of a password."""


def told(place: str, error: OSError) -> str:
    """One line: which place, and what the operating system or the object store says of it.

    >>> told("/data", FileNotFoundError(2, "No such file or directory", "/data/x"))
    '/data: No such file or directory'
    """
    says = error.strerror or str(error) or type(error).__name__
    return f"{place}: {' '.join(says.split())}"
