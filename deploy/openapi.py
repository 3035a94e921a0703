"""Writes docs/openapi.json, for `make docs`. With `--check`, only says whether it is stale.

The service gives the same document at /openapi.json; tests/api/test_openapi.py compares the two.
"""

import json
import sys
from pathlib import Path
from typing import Any

from app.api import service_app

FILE = Path(__file__).parents[1] / "docs/openapi.json"


def document() -> str:
    nothing: Any = None  # no call is answered
    app = service_app.build(
        path=nothing,
        keys=nothing,
        active=nothing,
        health=nothing,
        set_gauges=nothing,
        metrics_page=nothing,
        clock=nothing,
        lifespan=nothing,
    )
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    made = document()
    if sys.argv[1:] == ["--check"]:
        fresh = FILE.is_file() and FILE.read_text(encoding="utf-8") == made
        sys.exit(0 if fresh else "docs/openapi.json is stale: run `make docs`")
    FILE.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
