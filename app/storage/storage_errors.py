"""The errors of storage."""

from app.bundle.refusal import BundleError
from app.domain.errors import ForewarnError


class StorageError(ForewarnError):
    """The message names the thing, its value and what was expected; it never contains a secret."""


class RedisRefused(StorageError):
    """Redis answered, and its answer was an error."""


class BundleMissing(StorageError):
    """Redis, or the state folder, does not hold this revision."""


class BundleCorrupt(StorageError, BundleError):
    """The bytes under a revision's name do not hash to it."""


class BundleTooLarge(StorageError, BundleError):
    """A bundle beyond `app.bundle.record.BUNDLE_LIMIT`."""


class PointerError(StorageError):
    """What should name the revision in force names none."""


class ServerError(StorageError):
    """The embedded server was not found, did not start, or belongs to somebody else."""
