"""A bundle's revision is the hash of its bytes."""

import hashlib
import re

SCHEME = "sha256:"
REVISION = re.compile(SCHEME + r"[0-9a-f]{64}")


def revision_of(bundle: bytes) -> str:
    """
    >>> revision_of(b"")[:15]
    'sha256:e3b0c442'
    """
    return SCHEME + hashlib.sha256(bundle).hexdigest()
