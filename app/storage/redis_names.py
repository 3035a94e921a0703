"""Every name that this system uses in Redis."""

BUNDLE_PREFIX = "forewarn:bundle:"
BUNDLE_CURRENT = "forewarn:bundle:current"
BUNDLE_LOG = "forewarn:bundle:log"
BUNDLE_CHANNEL = "forewarn:bundle"

EVENTS = "forewarn:events"
EVENTS_EPOCH = "forewarn:events:epoch"
ARCHIVED = "forewarn:archived"  # hash: segment -> number of the last line that is safe in the dataset
ARCHIVER = "forewarn:archiver"  # hash: who archives, until when, and what is being written

# Fields of one entry of EVENTS.
VERSION = "v"
SEGMENT = "segment"
FIRST = "first"
BATCH = "events"
EVENTS_VERSION = 1

# Fields of one entry of BUNDLE_LOG.
ACTION = "action"
REVISION = "revision"
PREVIOUS = "previous"
BY = "by"
COMMIT = "commit"
AT = "at"
PUBLISH = "publish"
ROLLBACK = "rollback"


def bundle_key(revision: str) -> str:
    """
    >>> bundle_key("sha256:9f86")
    'forewarn:bundle:sha256:9f86'
    """
    return BUNDLE_PREFIX + revision
