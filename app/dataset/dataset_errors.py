"""What can go wrong in the dataset."""

from app.domain.errors import ForewarnError


class DatasetError(ForewarnError):
    """The dataset cannot be used. The message names it, without any password in its URL."""


def reason_of(dataset: str, error: OSError) -> str:
    """One line: the dataset's name, and the reason given by the operating system or the object store.

    >>> reason_of("/data", FileNotFoundError(2, "No such file or directory", "/data/x"))
    '/data: No such file or directory'
    """
    reason = error.strerror or str(error) or type(error).__name__
    return f"{dataset}: {' '.join(reason.split())}"
