"""Room for the connections that a worker may have: each is an open file of its process."""

import logging
import resource

log = logging.getLogger(__name__)

# What a worker opens besides: Redis, segments of the journal, metrics. 34 were counted in an idle one.
OTHERS = 128


def make_room(connections: int) -> None:
    """Raises this process's limit of open files as far as it may. Warns where that is not enough."""
    needed = connections + OTHERS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        log.warning(
            "This process may open %d files, too few for FOREWARN_MAX_CONNECTIONS=%d: raise `ulimit -n` to %d",
            hard,
            connections,
            needed,
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed if hard == resource.RLIM_INFINITY else min(needed, hard), hard))
