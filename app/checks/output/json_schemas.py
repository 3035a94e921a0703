"""A JSON Schema for each kind of file, so that editors complete what can be written and underline what cannot.

Draft 7 without `$defs`: what every YAML editor knows. What looks across files is for `forewarn check` alone.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from app.authoring.accept_entry import acceptable
from app.authoring.facts_file import FactForm, FactsFile
from app.authoring.fields import TEXT_LIMIT
from app.authoring.file_kind import FileKind
from app.authoring.languages_file import LanguagesFile
from app.authoring.problem_codes import Code
from app.authoring.region_file import RegionFile
from app.authoring.rule_file import RuleFile
from app.authoring.text_file import TextFile
from app.authoring.typologies_file import TypologiesFile
from app.checks.fact_ranges import range_of
from app.domain.fact import FACTS, Kind
from app.domain.message import FIRST_VARIANT, TEXT_FACTS
from app.domain.operators import OPERATORS, OPERATORS_OF, Takes
from app.domain.rule import DEFAULT_PRESENTATION, Severity

Schema = dict[str, Any]

_FORMS: Mapping[FileKind, type[BaseModel]] = {
    FileKind.RULE: RuleFile,
    FileKind.REGION: RegionFile,
    FileKind.TEXTS: TextFile,
    FileKind.FACTS: FactsFile,
    FileKind.TYPOLOGIES: TypologiesFile,
    FileKind.LANGUAGES: LanguagesFile,
}

_CONDITION = {"$ref": "#/definitions/condition"}
_TEXT: Schema = {"type": "string", "maxLength": TEXT_LIMIT}
_FLAG: Schema = {"type": "boolean"}
_NUMBER: Schema = {"type": "number"}


def schemas(facts: FactsFile, typologies: TypologiesFile) -> dict[str, Schema]:
    """By the path of each in the repository."""
    made = {kind: _schema(form) for kind, form in _FORMS.items()}
    _complete_rule(made[FileKind.RULE], facts, typologies)
    _complete_region(made[FileKind.REGION])
    _complete_texts(made[FileKind.TEXTS])
    _complete_facts(made[FileKind.FACTS])
    for schema in made.values():
        schema["properties"]["accept"] |= _accept()
    _accept_in_messages(made[FileKind.TEXTS])
    return {path(kind): schema for kind, schema in made.items()}


def path(kind: FileKind) -> str:
    return f"schemas/{kind.slug}.json"


def _schema(form: type[BaseModel]) -> Schema:
    generated = form.model_json_schema(by_alias=True)
    whole = _inlined(generated, generated.get("$defs", {}))
    return {"$schema": "http://json-schema.org/draft-07/schema#", **whole}


def _inlined(node: Schema, forms: Mapping[str, Schema]) -> Schema:
    """What pydantic says, without references, titles of its own, and defaults that are empty."""
    if "$ref" in node:
        inner = forms[node["$ref"].rpartition("/")[2]]
        return _inlined(inner, forms) | _inlined({key: value for key, value in node.items() if key != "$ref"}, forms)
    if "anyOf" in node:
        return _optional(node, forms)
    kept = {key: value for key, value in node.items() if key not in {"title", "$defs", "default", "patternProperties"}}
    if node.get("default") not in (None, {}, []):
        kept["default"] = node["default"]
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(node.get(key), dict):
            kept[key] = _inlined(node[key], forms)
    if "properties" in node:
        kept["properties"] = {name: _inlined(each, forms) for name, each in node["properties"].items()}
    if "patternProperties" in node:
        ((pattern, values),) = node["patternProperties"].items()
        kept["propertyNames"] = kept.get("propertyNames", {}) | {"pattern": pattern}
        kept["additionalProperties"] = _inlined(values, forms)
    return kept


def _optional(node: Schema, forms: Mapping[str, Schema]) -> Schema:
    """What may be left out may also be null; that is one more type, not another form to choose."""
    value, _null = node["anyOf"]
    inner = _inlined(value, forms)
    inner["type"] = [inner["type"], "null"]
    if "enum" in inner:
        inner["enum"] = [*inner["enum"], None]
    told = {key: text for key, text in node.items() if key == "description"}
    return inner | told


def _complete_rule(rule: Schema, facts: FactsFile, typologies: TypologiesFile) -> None:
    properties = rule["properties"]
    kinds = {name: each.description for name, each in typologies.typologies.items()}
    properties["typology"] |= {"enum": list(kinds), "enumDescriptions": list(kinds.values())}
    properties["severity"]["enumDescriptions"] = [
        _severity(Severity[word.upper()]) for word in ("info", "caution", "high", "critical")
    ]
    properties["when"] = {"allOf": [_CONDITION], "description": properties["when"]["description"]}
    example = properties["examples"]["items"]
    example["properties"]["given"] |= {"properties": _given(facts)}
    example["defaultSnippets"] = [
        {
            "label": "an example",
            "body": {"given": {"$1": "$2"}, "expect": "match"},
            "description": "A withdrawal to try.",
        }
    ]
    values = {name: _values(form) for name, form in facts.facts.items() if form.values}
    rule["definitions"] = {"condition": _condition(facts), **values}


def _severity(severity: Severity) -> str:
    usual = DEFAULT_PRESENTATION[severity]
    wait = f", {usual.min_display_seconds} seconds to wait" if usual.min_display_seconds else ""
    box = ", a box to tick" if usual.acknowledge == "checkbox" else ""
    return f"{usual.mode.capitalize()}{wait}{box}, where `presentation` says nothing else."


def _condition(facts: FactsFile) -> Schema:
    nested = {"type": "array", "items": _CONDITION}
    described = {name: facts.facts.get(name) for name in FACTS}
    attributes = {f"attributes.{name}": form for name, form in facts.attributes.items()}
    return {
        "type": "object",
        "description": "Facts and what is asked of each; all must be true.",
        "properties": {
            **{name: _fact(name, form) for name, form in described.items()},
            **{name: _attribute(form) for name, form in attributes.items()},
            "all": nested | {"description": "Each of these conditions must be met."},
            "any": nested | {"description": "At least one of these conditions must be met."},
        },
        "patternProperties": {rf"^attributes\.[\s\S]{{1,{TEXT_LIMIT - len('attributes.')}}}$": _attribute(None)},
        "additionalProperties": False,
    }


def _fact(name: str, form: FactForm | None) -> Schema:
    one = _one(name, form)
    operators = _operators(FACTS[name], one, one)
    plain = [] if FACTS[name] is Kind.SET else [one, {"type": "array", "items": one}]
    return {"description": form.means if form else "", "anyOf": [*plain, operators]}


def _attribute(form: FactForm | None) -> Schema:
    """An attribute may have any type, whatever facts.yaml says: the check only warns."""
    one: Schema = {"anyOf": [_TEXT, _FLAG, _NUMBER]}
    described = {"description": form.means if form else "A fact that an exchange adds; facts.yaml declares it."}
    return described | {"anyOf": [one, {"type": "array", "items": one}, _operators(None, one, _TEXT)]}


def _one(name: str, form: FactForm | None) -> Schema:
    """One value. Those of facts.yaml are offered; others are possible, and the check warns."""
    if FACTS[name] is Kind.FLAG:
        return _FLAG
    if FACTS[name] is Kind.NUMBER:
        return _number(name, form)
    return {"$ref": f"#/definitions/{name}"} if form is not None and form.values else _TEXT


def _number(name: str, form: FactForm | None) -> Schema:
    allowed = range_of(name, form) if form is not None else None
    bounds = {"minimum": allowed.gte, "maximum": allowed.lte} if allowed is not None else {}
    return _NUMBER | {keyword: bound for keyword, bound in bounds.items() if bound is not None}


def _values(form: FactForm) -> Schema:
    return {"anyOf": [{"enum": list(form.values), "enumDescriptions": list(form.values.values())}, _TEXT]}


def _operators(kind: Kind | None, one: Schema, text: Schema) -> Schema:
    """`one` is a value of the fact, `text` a member of its set."""
    arguments: Mapping[Takes, Schema] = {
        Takes.BOUND: one if kind is Kind.NUMBER else _NUMBER,
        Takes.VALUE: one,
        Takes.VALUES: {"type": "array", "items": one},
        Takes.TEXTS: {"type": "array", "items": text},
        Takes.FLAG: _FLAG,
    }
    operators = {name: OPERATORS[name] for name in OPERATORS_OF[kind]}
    return {
        "type": "object",
        "properties": {
            name: arguments[each.takes] | {"description": each.description} for name, each in operators.items()
        },
        "additionalProperties": False,
        "minProperties": 1,
    }


def _given(facts: FactsFile) -> Schema:
    """What an example can give. Another value is possible, and the check warns."""
    properties: Schema = {}
    for name, kind in FACTS.items():
        form = facts.facts.get(name)
        one = _one(name, form)
        usual = {"type": "array", "items": one} if kind is Kind.SET else one
        properties[name] = {"description": form.means if form else "", "anyOf": [usual, {}]}
    return properties


def _complete_region(region: Schema) -> None:
    properties = region["properties"]
    properties["languages"]["uniqueItems"] = True
    contacts = properties["contacts"]
    contacts["propertyNames"] |= {"not": {"enum": list(TEXT_FACTS)}}
    contacts["additionalProperties"]["anyOf"] = [_has("phone"), _has("url")]
    for each in properties["global"], properties["actions"]:
        each.pop("title", None)


def _has(entry: str) -> Schema:
    return {"required": [entry], "properties": {entry: {"type": "string"}}}


def _complete_texts(texts: Schema) -> None:
    message = texts["properties"]["messages"]["additionalProperties"]
    message["properties"]["variants"]["propertyNames"] |= {"not": {"const": FIRST_VARIANT}}
    message["defaultSnippets"] = [
        {"label": "a message", "body": {"title": "$1", "body": ["$2"]}, "description": "A heading and a paragraph."}
    ]


def _complete_facts(facts: Schema) -> None:
    each = facts["properties"]["facts"]
    form = each["additionalProperties"]
    each["properties"] = {
        name: form | {"properties": form["properties"] | {"type": {"const": kind.value}}}
        for name, kind in FACTS.items()
    }
    each["additionalProperties"] = False


def _accept() -> Schema:
    """Each code with what it is about."""
    codes = {"properties": dict(_reasons()), "additionalProperties": False, "propertyNames": {"enum": acceptable()}}
    return {"type": ["object", "null"], **codes}


def _reasons() -> Iterator[tuple[str, Schema]]:
    about = {code.slug: code.about for code in Code}
    for slug in acceptable():
        yield slug, {"type": "string", "minLength": 5, "maxLength": 500, "description": about[slug]}


def _accept_in_messages(texts: Schema) -> None:
    texts["properties"]["messages"]["additionalProperties"]["properties"]["accept"] |= _accept()
