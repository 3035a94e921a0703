"""The words and names that are shipped beside the code as YAML."""

from importlib.resources import files
from typing import Any

import yaml


def data_file(room: str, *place: str) -> Any:
    """What a file of a room holds; None where there is none: `data_file("app.checks", "words", "en.yaml")`."""
    file = files(room).joinpath(*place)
    return yaml.load(file.read_bytes(), yaml.CSafeLoader) if file.is_file() else None
