"""Says what in a changed docs/openapi.json would break a client made from the older one; exit code 1 if anything.

    git show main:docs/openapi.json > old.json && python3 deploy/contract_breaks.py old.json docs/openapi.json

docs/stability.md says which versions may break what.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Schema = dict[str, Any]
LOWER = ("maxLength", "maxItems", "maximum", "maxProperties")  # a limit of a request that must not fall
HIGHER = ("minLength", "minItems", "minimum")  # and that must not rise


class Document:
    def __init__(self, content: Schema) -> None:
        self.content = content

    def resolved(self, part: Schema) -> Schema:
        while "$ref" in part:
            found = self.content
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            part = found
        return part

    def choices(self, schema: Schema) -> dict[str, Schema]:
        """The schemas that a value may be of, by type."""
        schema = self.resolved(schema)
        found = [self.resolved(each) for each in schema.get("anyOf", schema.get("oneOf", [schema]))]
        return {str(each.get("type", "string" if "enum" in each else "any")): each for each in found}

    def operations(self) -> dict[str, Schema]:
        return {
            f"{method.upper()} {path}": operation
            for path, methods in self.content["paths"].items()
            for method, operation in methods.items()
        }


def breaks(old: Document, new: Document) -> Iterator[str]:
    after = new.operations()
    for name, was in old.operations().items():
        now = after.get(name)
        if now is None:
            yield f"{name}: is gone"
            continue
        if was["operationId"] != now["operationId"]:
            yield f"{name}: the operationId was {was['operationId']}"
        before = {(each["in"], each["name"]) for each in was.get("parameters", [])}
        for each in now.get("parameters", []):
            if each.get("required") and (each["in"], each["name"]) not in before:
                yield f"{name}: the parameter {each['name']} is required"
        for place in sorted(before - {(each["in"], each["name"]) for each in now.get("parameters", [])}):
            yield f"{name}: the parameter {place[1]} is gone"
        for status, answer in was["responses"].items():
            if status not in now["responses"] and status < "3":
                yield f"{name}: no answer has status {status}"
            elif status in now["responses"]:
                here = new.resolved(now["responses"][status])
                yield from _media(old, old.resolved(answer), new, here, f"{name} {status}")
        if "requestBody" in was:
            yield from _media(old, was["requestBody"], new, now.get("requestBody", {}), f"{name} request", asked=True)


def _media(old: Document, was: Schema, new: Document, now: Schema, place: str, *, asked: bool = False) -> Iterator[str]:
    for kind, media in was.get("content", {}).items():
        if kind not in now.get("content", {}):
            yield f"{place}: no {kind}"
        elif "schema" in media:
            yield from _schema(old, media["schema"], new, now["content"][kind]["schema"], place, asked=asked)


def _schema(old: Document, was: Schema, new: Document, now: Schema, place: str, *, asked: bool) -> Iterator[str]:
    before, after = old.choices(was), new.choices(now)
    # A request may be of more types than before, an answer of fewer.
    for kind in sorted(before.keys() - after.keys() if asked else after.keys() - before.keys()):
        yield f"{place}: {'may no longer' if asked else 'may now'} be of type {kind}"
    for kind in sorted(before.keys() & after.keys()):
        yield from _one_type(old, before[kind], new, after[kind], place, asked=asked)


def _one_type(old: Document, was: Schema, new: Document, now: Schema, place: str, *, asked: bool) -> Iterator[str]:
    known, named = was.get("properties", {}), now.get("properties", {})
    for field in sorted(known.keys() - named.keys()):
        yield f"{place}/{field}: is gone"
    required, before = set(now.get("required", [])), set(was.get("required", []))
    for field in sorted(required - before if asked else before - required):
        yield f"{place}/{field}: is {'' if asked else 'no longer '}required"
    for field in sorted(known.keys() & named.keys()):
        yield from _schema(old, known[field], new, named[field], f"{place}/{field}", asked=asked)
    if "items" in was and "items" in now:
        yield from _schema(old, was["items"], new, now["items"], f"{place}/-", asked=asked)
    if not asked and was.get("additionalProperties") is not False and now.get("additionalProperties") is False:
        yield f"{place}: is closed, so no field can be added later"
    if asked:
        for word in sorted(set(was.get("enum", [])) - set(now.get("enum", was.get("enum", [])))):
            yield f"{place}: no longer takes {word}"
        falls = [limit for limit in LOWER if limit in now and now[limit] < was.get(limit, float("inf"))]
        rises = [limit for limit in HIGHER if limit in now and now[limit] > was.get(limit, float("-inf"))]
        for limit in [*falls, *rises]:
            yield f"{place}: {limit} is {now[limit]}"


def main() -> None:
    old, new = (Document(json.loads(Path(name).read_bytes())) for name in sys.argv[1:])
    sys.exit("\n".join(breaks(old, new)) or 0)


if __name__ == "__main__":
    main()
