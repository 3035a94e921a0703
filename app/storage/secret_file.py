"""A file that holds one secret, as Docker and Kubernetes mount it."""

from pathlib import Path

LIMIT = 65_536  # characters; a path such as /dev/zero has no end


def read_secret(path: Path) -> str:
    """The content without the line break at its end. Raises ValueError, which names the path and shows no content."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            content = file.read(LIMIT + 1)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8") from None
    secret = content.removesuffix("\n").removesuffix("\r")
    if not secret:
        raise ValueError(f"{path} is empty")
    if len(content) > LIMIT:
        raise ValueError(f"{path} is longer than {LIMIT} characters")
    return secret
