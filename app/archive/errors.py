"""What can go wrong in the dataset."""

from app.domain.errors import ForewarnError


class DatasetError(ForewarnError):
    """The dataset's place cannot be used; the message names it, without what a URL may hold of a password."""
