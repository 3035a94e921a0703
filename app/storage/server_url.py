"""The URL of the Redis server that a running `forewarn up` keeps. Reading it needs no Redis client."""

from pathlib import Path

URL_FILE = "redis.url"


def server_url(state_dir: Path) -> str | None:
    """The URL of the server for this state folder; None if there is none."""
    try:
        return (state_dir / URL_FILE).read_text().strip() or None
    except OSError:
        return None
