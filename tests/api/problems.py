"""What every refusal must be."""

import json

import httpx

# Sent in every place that takes a value: no answer may hold it.
VALUE = "Zq7value"

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
}


def refused(answer: httpx.Response, status: int) -> dict[str, str]:
    """The errors by pointer, once the answer is seen to be a whole problem document that echoes no value."""
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    assert VALUE not in answer.text
    document = json.loads(answer.text)
    assert document["type"] == "about:blank"
    assert (document["title"], document["status"]) == (TITLES[status], status)
    assert document["detail"]
    assert set(document) == {"type", "title", "status", "detail"} | ({"errors"} if status == 422 else set())
    errors = document.get("errors", [])
    assert all(set(error) == {"pointer", "detail"} and error["detail"] for error in errors)
    by_pointer: dict[str, str] = {}
    for error in errors:
        # A place in the body is named once. What is wrong elsewhere, as in the query, has no pointer of its own.
        assert error["pointer"] not in by_pointer or error["pointer"] == ""
        by_pointer[error["pointer"]] = "; ".join(filter(None, [by_pointer.get(error["pointer"]), error["detail"]]))
    assert (status == 422) == bool(errors)
    return by_pointer
