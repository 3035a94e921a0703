"""Variables that look like settings and are none: misspelt ones, Kubernetes' own, and those of another version."""

import re
from collections.abc import Collection, Iterable

# For a Service named `forewarn` or `forewarn-console`, Kubernetes sets such variables in every pod of its namespace:
# https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
_SERVICE_LINK = re.compile(
    r"FOREWARN_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)"
)

EDITS = 2


def misspelt(names: Iterable[str], known: Collection[str]) -> dict[str, str]:
    """Each name that is at most two edits from a known one, with that one. An edit adds, drops or changes a letter."""
    found = {}
    for name in names:
        upper = name.upper()
        # The test of the first letters keeps out the environment's other variables: comparing takes 80 us a name.
        if upper in known or "WARN" not in upper:
            continue
        near = [one for one in known if _within(upper, one, EDITS)]
        if near:
            found[name] = min(near, key=lambda one: (not _within(upper, one, 1), one))
    return found


def unknown(names: Iterable[str], known: Collection[str], prefix: str) -> list[str]:
    """The names with our prefix that mean nothing to this version. Those that Kubernetes sets are not among them."""
    return sorted(
        name
        for name in names
        if (upper := name.upper()).startswith(prefix) and upper not in known and not _SERVICE_LINK.fullmatch(upper)
    )


def _within(one: str, other: str, edits: int) -> bool:
    """Whether `edits` edits make one text the other.

    >>> _within("FOREWARN_SECRTE", "FOREWARN_SECRET", 2), _within("FOREWARN_PORT", "FOREWARN_DATASET", 2)
    (True, False)
    """
    if abs(len(one) - len(other)) > edits:
        return False
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[same:], other[same:]
    if not one or not other or not edits:
        return len(one) + len(other) <= edits
    return any(_within(a, b, edits - 1) for a, b in ((one[1:], other[1:]), (one[1:], other), (one, other[1:])))
