"""The root of our errors.

ForewarnError
├── BundleError        a bundle that cannot be served (bundle)
├── StorageError       Redis or the state folder failed (storage)
└── ConfigurationError an unusable setting, key file or command line (wiring)
"""


class ForewarnError(Exception):
    """An error with a message of one line, which never contains a user's value."""


class ConfigurationError(ForewarnError):
    """An unusable setting or settings file. The message names it and says what was expected."""
