"""The root of our errors.

ForewarnError
├── BundleError        a bundle that cannot be served (bundle)
├── StorageError       Redis or the state folder did not do what it was asked (storage)
└── ConfigurationError a setting, a key file or a command line that makes no sense (wiring)
"""


class ForewarnError(Exception):
    """Something went wrong that has one clear line to say about it; never shows a user's value."""


class ConfigurationError(ForewarnError):
    """A setting or a file of settings that cannot be used; the message names it and what was expected."""
