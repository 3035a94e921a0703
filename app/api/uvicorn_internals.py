"""The names inside uvicorn's HTTP/1.1 protocol that `http_connection` builds on. Any release may rename them."""

from collections.abc import Iterator
from importlib import import_module
from types import CodeType

_MODULE = "uvicorn.protocols.http.httptools_impl"

# By class of that module. Attributes are those that its `__init__` sets.
_METHODS = {
    "HttpToolsProtocol": (
        "_unset_keepalive_if_required",
        "connection_lost",
        "connection_made",
        "data_received",
        "eof_received",
        "on_body",
        "on_header",
        "on_headers_complete",
        "on_message_begin",
        "on_message_complete",
        "on_response_complete",
        "on_url",
        "pause_writing",
        "resume_writing",
        "send_400_response",
        "shutdown",
    ),
    "FlowControl": ("pause_reading", "resume_reading"),
}
_ATTRIBUTES = {
    "HttpToolsProtocol": (
        "app_state",
        "cycle",
        "flow",
        "loop",
        "parser",
        "pipeline",
        "scheme",
        "server_state",
        "timeout_keep_alive",
        "transport",
    ),
    "FlowControl": ("read_paused", "write_paused"),
    "RequestResponseCycle": (
        "disconnected",
        "keep_alive",
        "message_event",
        "response_complete",
        "response_started",
        "transport",
        "waiting_for_100_continue",
    ),
    "ServerState": ("default_headers", "total_requests"),
}


def missing_names() -> list[str]:
    """The names that this uvicorn lacks, such as `HttpToolsProtocol.cycle`; none where the protocol can be used."""
    try:
        module = import_module(_MODULE)
    except ImportError:
        return [_MODULE]
    return list(_missing(vars(module)))


def _missing(names: dict[str, object]) -> Iterator[str]:
    for owner in dict.fromkeys([*_METHODS, *_ATTRIBUTES]):
        found = names.get(owner)
        if not isinstance(found, type):
            yield owner
            continue
        code = getattr(vars(found).get("__init__"), "__code__", None)
        set_at_start = code.co_names if isinstance(code, CodeType) else ()
        yield from (f"{owner}.{name}" for name in _METHODS.get(owner, ()) if not callable(getattr(found, name, None)))
        yield from (f"{owner}.{name}" for name in _ATTRIBUTES.get(owner, ()) if name not in set_at_start)
