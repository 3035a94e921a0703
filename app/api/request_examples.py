"""A real example of each call, from request_examples.json, for the OpenAPI document; the tests send them."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def examples() -> dict[str, Any]:
    """Bodies of requests and answers, by name."""
    return json.loads((files("app.api") / "request_examples.json").read_bytes())  # type: ignore[no-any-return]  # an object
