"""What redis-py raises, as one line for people: what Redis refused and why, or that it did not answer."""

import re
from typing import Any

import redis

LONGEST = 300  # characters of a reply

# By the code that a reply begins with: what to do about it.
_HINTS = {
    "OOM": "its memory is full: see that `forewarn archive` runs, or raise maxmemory",
    "MISCONF": "it cannot write to its own disk",
    "READONLY": "this is a replica; name the primary",
    "LOADING": "it reads its data from disk and takes commands when it has",
    "BUSY": "somebody's script does not end",
    "NOAUTH": "the URL has no password",
    "WRONGPASS": "the URL has a wrong user or password",
    "NOPERM": "docs/operating.md lists what its user needs",
    "WRONGTYPE": "somebody else wrote to a key of ours",
    "MOVED": "a Redis Cluster cannot be used",
    "ASK": "a Redis Cluster cannot be used",
    "CLUSTERDOWN": "a Redis Cluster cannot be used",
    "CROSSSLOT": "a Redis Cluster cannot be used",
}

# redis-py puts the whole command before a reply, values included; Redis puts the place in the script behind it.
_COMMAND = re.compile(r"Command # \d+ \(.*\) of pipeline caused error: ", re.DOTALL)
_PLACE = re.compile(r"(?: script: \w+,| script:)? on @user_script:\d+\.?\s*$")


def described(error: Exception, client: Any, doing: str) -> str:
    """One line without control characters; names the server, never the password.

    `client` is a client of redis-py, `doing` what was asked: "store the bundle".
    """
    where = f"Redis at {_address(client)}"
    said = _line(_PLACE.sub("", _COMMAND.sub("", str(error))))
    if not is_reply(error):
        return f"{where} did not answer: {said or type(error).__name__}"
    code = getattr(error, "status_code", None) or said.partition(" ")[0]
    reply = said if said.startswith(code) else f"{code} {said}"
    hint = f" ({_HINTS[code]})" if code in _HINTS else ""
    return f"{where} refused to {doing}: {reply}{hint}"


def is_reply(error: Exception) -> bool:
    """Whether Redis said so itself. redis-py counts some replies as connection errors: LOADING, NOAUTH."""
    return isinstance(error, redis.ResponseError) or getattr(error, "status_code", None) is not None


def _address(client: Any) -> str:
    options = client.connection_pool.connection_kwargs
    return str(options.get("path") or f"{options.get('host', 'localhost')}:{options.get('port', 6379)}")


def _line(text: str) -> str:
    """
    >>> _line("WRONGTYPE\\x1b[31m a\\nb")
    'WRONGTYPE [31m a b'
    """
    printable = "".join(character if character.isprintable() else " " for character in text[: 2 * LONGEST])
    return " ".join(printable.split())[:LONGEST]
