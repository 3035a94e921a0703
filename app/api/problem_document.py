"""Problem documents (RFC 9457). They name fields and never repeat a value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import orjson
from pydantic_core import ErrorDetails

from app.api.reply import PROBLEM, Headers, Reply

# Python 3.11 has the older names of three phrases of RFC 9110.
TITLES = {status.value: status.phrase for status in HTTPStatus}
TITLES |= {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}

FAULT = "A fault of our own. Show your fallback alert and let the user decide."

# Of requests that no route takes.
_UNROUTED = {404: "There is nothing here.", 405: "This path does not answer this method."}

# Keeps an answer small however wrong the body is; every field of the contract fits.
_ERROR_LIMIT = 200


@dataclass(frozen=True, slots=True)
class FieldError:
    """One error. `pointer` is a JSON pointer (RFC 6901) into the body; "" is the whole body."""

    pointer: str
    detail: str


def problem(status: int, detail: str, errors: Sequence[FieldError] = (), headers: Headers = ()) -> Reply:
    document: dict[str, object] = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail}
    if errors:
        listed = errors[:_ERROR_LIMIT]
        document["errors"] = [{"pointer": error.pointer, "detail": error.detail} for error in listed]
    return Reply(status, orjson.dumps(document), PROBLEM, headers)


def unrouted(status: int, detail: str = "") -> Reply:
    """What the framework refuses, a 404 or 405 in our own words."""
    return problem(status, _UNROUTED.get(status, detail))


def not_issued() -> Reply:
    return problem(404, "We did not issue this assessment id.")


def unauthorized() -> Reply:
    return problem(
        401,
        "Send `Authorization: Bearer <key>` with a key that `forewarn keys new` made.",
        headers=((b"www-authenticate", b'Bearer realm="forewarn"'),),
    )


def forbidden(scope: str) -> Reply:
    return problem(403, f"This key lacks the scope `{scope}`.")


def wrong_media_type() -> Reply:
    return problem(415, "Send the body as `Content-Type: application/json` (UTF-8).")


def wrong_coding() -> Reply:
    return problem(415, "Send the body without `Content-Encoding`.", headers=((b"accept-encoding", b"identity"),))


def cut_off() -> Reply:
    return problem(400, "The body ends before it is complete.")


def too_large(limit: int) -> Reply:
    return problem(413, f"The body is larger than {limit} bytes.", headers=((b"connection", b"close"),))


def empty() -> Reply:
    return problem(400, "The body is empty: send JSON.")


def not_json(detail: str) -> Reply:
    return problem(400, f"The body is not JSON: {detail}.")


def no_rulebook() -> Reply:
    return problem(
        503,
        "No rules are loaded yet. Show your fallback alert and let the user decide.",
        headers=((b"retry-after", b"1"),),
    )


def fault() -> Reply:
    return problem(500, FAULT)


def not_recorded() -> Reply:
    return problem(503, "The outcome could not be recorded. Send it again.", headers=((b"retry-after", b"2"),))


def invalid(errors: Sequence[FieldError]) -> Reply:
    count = len(errors)
    return problem(422, f"{count} field{'s are' if count > 1 else ' is'} not as expected.", errors)


def pointer(parts: Iterable[str | int]) -> str:
    text = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    # A JSON name may hold half a surrogate pair, which UTF-8 cannot encode.
    return text.encode(errors="replace").decode()


_EXPECTED = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this call",
    "string_type": "expected text",
    "string_unicode": "expected text that is Unicode",
    "bool_type": "expected true or false",
    "float_type": "expected a number",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_parsing_size": "expected a smaller whole number",
    "finite_number": "expected a finite number",
    "list_type": "expected a list",
    "dict_type": "expected an object",
    "string_too_long": "expected at most {max_length} characters",
    "string_too_short": "expected text that is not empty",
    "too_long": "expected at most {max_length} entries",
    "greater_than_equal": "expected at least {ge}",
    "less_than_equal": "expected at most {le}",
    "literal_error": "expected one of {expected}",
}


def expectation(error: ErrorDetails) -> str:
    """pydantic's error in our own words: its messages quote patterns, and some quote the input."""
    return _EXPECTED.get(error["type"], "is not as expected").format(**error.get("ctx", {}))
