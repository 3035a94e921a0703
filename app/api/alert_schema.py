"""JSON Schemas of the alert in an answer, for clients that are not web pages: docs/native.md.

Readers get the open one. It names the words of today as examples, because a generator makes a closed type of an `enum`,
and the first new word would break it (docs/decisions/0029). The closed one says all that this version writes.
"""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from app.api.response_models import Alert
from app.domain.message import Direction, TextStatus
from app.domain.region import ACTIONS, CONTACT_ACTIONS
from app.domain.rule import ACKNOWLEDGEMENTS, MODES, Severity

Schema = dict[str, Any]

OPEN = "schemas/alert.json"
CLOSED = "schemas/alert-written.json"

# By the model and the member.
_WORDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Action", "kind"): ACTIONS,
    ("Presentation", "mode"): MODES,
    ("Presentation", "acknowledge"): ACKNOWLEDGEMENTS,
    ("Alert", "severity"): tuple(severity.word for severity in Severity),
    ("Alert", "direction"): get_args(Direction),
    ("Alert", "text_status"): get_args(TextStatus),
}


def schemas(typologies: Iterable[str]) -> dict[str, Schema]:
    """By the path of each in the repository."""
    words = {**_WORDS, ("Alert", "typology"): tuple(typologies)}
    return {OPEN: _open(words), CLOSED: _closed(words)}


def _open(words: Mapping[tuple[str, str], tuple[str, ...]]) -> Schema:
    whole, models = _models("An alert as clients read it: unknown words and members are possible.")
    for (model, member), values in words.items():
        models[model]["properties"][member]["examples"] = list(values)
    seconds = models["Presentation"]["properties"]["min_display_seconds"]
    del seconds["minimum"], seconds["maximum"]
    return whole


def _closed(words: Mapping[tuple[str, str], tuple[str, ...]]) -> Schema:
    whole, models = _models("An alert as this version of the service writes it.")
    for each in models.values():
        each["additionalProperties"] = False
    for (model, member), values in words.items():
        models[model]["properties"][member]["enum"] = list(values)
    alert, action = models["Alert"]["properties"], models["Action"]
    alert["title"]["minLength"] = 1
    action["properties"] |= {
        "label": {"type": "string", "minLength": 1},
        "url": {"type": "string", "pattern": "^https://"},
        "phone": {"type": "string", "pattern": "^[+*#0-9]"},
    }
    url, phone = {"required": ["url"]}, {"required": ["phone"]}
    action |= {
        "if": {"properties": {"kind": {"enum": list(CONTACT_ACTIONS)}}},
        "then": {"oneOf": [url, phone]},
        "else": {"not": {"anyOf": [url, phone]}},
    }
    return whole


def _models(description: str) -> tuple[Schema, dict[str, Schema]]:
    """The schema of the model, and each of its objects by the name of its model."""
    made = Alert.model_json_schema()
    inner = made.pop("$defs")
    dialect = "https://json-schema.org/draft/2020-12/schema"
    whole: Schema = {"$schema": dialect, **made, "description": description, "$defs": inner}
    models = {"Alert": whole, **inner}
    for model in models.values():
        for member in model["properties"].values():
            member.pop("title", None)
            member.pop("default", None)
            if "anyOf" in member:
                member["type"] = [one["type"] for one in member.pop("anyOf")]
    return whole, models
