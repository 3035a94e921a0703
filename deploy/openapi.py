"""Writes what clients are made from, for `make docs`. With `--check`, only says what is stale.

The service gives the document of OpenAPI at /openapi.json too; tests/api/test_openapi.py compares the two.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.api import alert_schema, service_app
from app.authoring.typologies_file import TypologiesFile
from app.authoring.yaml_reader import read

ROOT = Path(__file__).parents[1]
TYPOLOGIES = ROOT / "rules/typologies.yaml"


def contents() -> Mapping[str, str]:
    """By the path of each in the repository."""
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
    typologies = TypologiesFile.model_validate(read(str(TYPOLOGIES), TYPOLOGIES.read_bytes()).data).typologies
    made = {"docs/openapi.json": app.openapi(), **alert_schema.schemas(typologies)}
    return {path: json.dumps(each, indent=2, ensure_ascii=False) + "\n" for path, each in made.items()}


def main() -> None:
    stale = {
        path: text
        for path, text in contents().items()
        if not (ROOT / path).is_file() or (ROOT / path).read_text(encoding="utf-8") != text
    }
    if sys.argv[1:] == ["--check"]:
        sys.exit("".join(f"{path} is stale: run `make docs`\n" for path in stale) or 0)
    for path, text in stale.items():
        (ROOT / path).write_text(text, encoding="utf-8")
        print(f"Wrote {path}")


if __name__ == "__main__":
    main()
