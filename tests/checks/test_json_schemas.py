"""What an editor accepts is what the loader accepts, as far as one file alone can tell."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.authoring.condition_syntax import parse
from app.authoring.drafts import draft
from app.authoring.facts_file import FactsFile
from app.authoring.file_kind import FileKind
from app.authoring.problem import Finding
from app.authoring.problem_codes import Code
from app.authoring.region_file import RegionFile
from app.authoring.rule_file import RuleFile
from app.authoring.source_files import SourceFile, Sources
from app.authoring.text_file import TextFile
from app.authoring.yaml_reader import read
from app.checks.fact_ranges import out_of_range, range_of
from app.checks.message_texts import message_errors
from app.checks.output.generated_files import contents
from app.checks.output.json_schemas import path
from app.checks.region_contacts import region_errors
from app.checks.vocabulary import fact_errors, typology_errors
from app.domain.fact import FACTS
from tests.checks.folders import FACTS_YAML, REGION, RULE, TEXTS
from tests.deployment import FIXTURE

ROOT = Path(__file__).parents[2]
_MADE = contents(FIXTURE)
SCHEMAS: dict[FileKind, Any] = {kind: json.loads(_MADE[path(kind)]) for kind in FileKind}
LANGUAGES_YAML = "readers:\n  hu: The translators\n  sw:\n"
TYPOLOGIES_YAML = "typologies:\n  investment: {name: Investment, description: A fake platform.}\n"
BASE = {
    FileKind.RULE: RULE,
    FileKind.REGION: REGION,
    FileKind.TEXTS: TEXTS,
    FileKind.FACTS: FACTS_YAML,
    FileKind.TYPOLOGIES: TYPOLOGIES_YAML,
    FileKind.LANGUAGES: LANGUAGES_YAML,
}
# The schemas are made from these facts.
RANGES = {
    name: allowed
    for name, form in FactsFile.model_validate(
        read("f", (FIXTURE / "rules/facts.yaml").read_bytes()).data
    ).facts.items()
    if (allowed := range_of(name, form)) is not None
}
KNOWN_TYPOLOGIES = SCHEMAS[FileKind.RULE]["properties"]["typology"]["enum"]


def kind_of(file: Path) -> FileKind:
    named = {"facts": FileKind.FACTS, "typologies": FileKind.TYPOLOGIES, "region": FileKind.REGION}
    if "locales" in file.parts:
        return FileKind.LANGUAGES if file.stem == "languages" else FileKind.TEXTS
    return named.get(file.stem, FileKind.RULE)


def loaded(kind: FileKind, text: str) -> list[str]:
    """What the loader says of this file's form, for itself."""
    file = SourceFile("f", text.encode())
    drafts = draft(
        {
            FileKind.RULE: Sources("r", "l", rules={"hk/f": file}),
            FileKind.REGION: Sources("r", "l", regions={"hk": file}),
            FileKind.TEXTS: Sources("r", "l", texts={("hk", "en"): file}),
            FileKind.FACTS: Sources("r", "l", facts=file),
            FileKind.TYPOLOGIES: Sources("r", "l", typologies=file),
            FileKind.LANGUAGES: Sources("r", "l", languages=file),
        }[kind]
    )
    [only] = drafts.every()
    found = only.locate(_faults(only.parts))
    return [problem.message for problem in (*only.problems, *found)]


def _faults(form: object) -> Iterator[Finding]:
    """Of one file for itself, and of its form: what it says in its texts is another matter."""
    if isinstance(form, RuleFile):
        yield from typology_errors(form.typology, KNOWN_TYPOLOGIES)
        yield from (each for each in out_of_range(parse(form.when), RANGES) if each.code is Code.OUT_OF_RANGE)
    elif isinstance(form, FactsFile):
        yield from fact_errors(form.facts)
    elif isinstance(form, RegionFile):
        yield from (each for each in region_errors(form) if each.code in {Code.BAD_VALUE, Code.CONTACT_NAME})
    elif isinstance(form, TextFile):
        for name, message in form.messages.items():
            for part in message_errors(message, ("messages", name), None):
                yield from (each for each in part if each.code is Code.BAD_VALUE)


def refused(kind: FileKind, text: str) -> list[str]:
    """What an editor underlines."""
    data = read("f", text.encode()).data
    return [error.message for error in jsonschema.Draft7Validator(SCHEMAS[kind]).iter_errors(data)]


def modeline(kind: FileKind) -> str:
    """The first line of a file of this kind: editors find its schema by it."""
    return f"# yaml-language-server: $schema={'../' * kind.example.count('/')}{path(kind)}"


def written() -> list[Path]:
    return [file for folder in ("rules", "locales") for file in sorted((FIXTURE / folder).rglob("*.yaml"))]


def test_every_schema_is_a_schema() -> None:
    for schema in SCHEMAS.values():
        jsonschema.Draft7Validator.check_schema(schema)


def test_files_without_a_mistake_are_not_underlined() -> None:
    underlined = {file: refused(kind_of(file), file.read_text()) for file in written()}

    assert {file: said for file, said in underlined.items() if said} == {}


@pytest.mark.parametrize("kind", FileKind, ids=lambda kind: kind.slug)
def test_a_modeline_leads_to_the_schema(kind: FileKind) -> None:
    """From where such a file lies."""
    target = modeline(kind).partition("$schema=")[2]

    assert ((ROOT / kind.example).parent / target).resolve() == ROOT / path(kind)


def test_editors_without_the_modeline_find_every_file() -> None:
    settings = json.loads((ROOT / ".vscode/settings.json").read_text())["yaml.schemas"]

    for file in written():
        place = file.relative_to(FIXTURE)
        matching = [
            schema
            for schema, globs in settings.items()
            if _matches(place, [globs] if isinstance(globs, str) else globs)
        ]
        assert matching == [f"./{path(kind_of(file))}"], place


def _matches(place: Path, globs: list[str]) -> bool:
    return any(place.match(each) for each in globs if not each.startswith("!")) and not any(
        place.match(each[1:]) for each in globs if each.startswith("!")
    )


CHANGES: dict[FileKind, list[tuple[str, str]]] = {
    FileKind.RULE: [
        ("severity: high", "severity: hgih"),
        ("severity: high", "severity: 3"),
        ("severity: high", "severity:"),
        ("severity: high\n", ""),
        ("typology: investment", "typology: investmnt"),
        ("rationale: New", "rationale: 5 #"),
        ("rationale: New payees are the pattern.", 'rationale: ""'),
        ("rationale: New payees are the pattern.", f"rationale: {'x' * 1001}"),
        ("message: investment", "message: Investment Group"),
        ("message: investment", "message: [investment]"),
        ("severity: high", "severity: high\npriority: 1.5"),
        ("severity: high", "severity: high\npriority: 1000001"),
        ("severity: high", 'severity: high\npriority: "1"'),
        ("severity: high", "severity: high\npriority: 10"),
        ("severity: high", "severity: high\npriorty: 10"),
        ("severity: high", "severity: high\nenabled: no"),
        ("severity: high", "severity: high\nenabled: false"),
        ("severity: high", "severity: high\nactive: {from: 2026-11-01}"),
        ("severity: high", "severity: high\nactive: {from: 2026-11-01, until: null}"),
        ("severity: high", "severity: high\nactive: {from: 1.11.2026}"),
        ("severity: high", "severity: high\nactive: {form: 2026-11-01}"),
        ("severity: high", "severity: high\nactive: 2026-11-01"),
        ("severity: high", "severity: high\nactive:"),
        ("severity: high", "severity: high\npresentation: {mode: popup}"),
        ("severity: high", "severity: high\npresentation: {mode: banner, min_display_seconds: 61}"),
        ("severity: high", "severity: high\npresentation: {mode: banner, acknowledge: none}"),
        ("severity: high", "severity: high\npresentation: {acknowledge: true}"),
        ("severity: high", "severity: high\naccept: {missing-example: Agreed with the partner.}"),
        ("severity: high", "severity: high\naccept: {bad-value: Agreed with the partner.}"),
        ("severity: high", "severity: high\naccept: {mising-example: Agreed with the partner.}"),
        ("severity: high", "severity: high\naccept: {missing-example: no}"),
        ("severity: high", "severity: high\naccept: [missing-example]"),
        ("severity: high", "severity: high\naccept:"),
        ("expect: no match", "expect: no"),
        ("expect: no match", "expected: no match"),
        ("examples:\n", "examples: {}\nmore:\n"),
    ],
    FileKind.REGION: [
        ("name: Hong Kong\n", ""),
        ("{name: Police, unit: Unit}", "Police"),
        ("{name: Police, unit: Unit}", "{name: Police, unit: null}"),
        ("{name: Police, unit: Unit}", "{unit: Unit}"),
        ("languages: [en, ar]", "languages: en"),
        ("languages: [en, ar]", "languages: []"),
        ("languages: [en, ar]", "languages: [en, en_GB]"),
        ("timezone: Asia/Hong_Kong", "timezone: 8"),
        ("timezone: Asia/Hong_Kong", "timezone: Hong Kong"),
        ("timezone: Asia/Hong_Kong", "global: none"),
        ("timezone: Asia/Hong_Kong", "global: off"),
        ("timezone: Asia/Hong_Kong", "globals: off"),
        ("[police.example]", "[https://police.example]"),
        ("[police.example]", "[Police.Example]"),
        ('phone: "18222"', "phone: 18222"),
        ('phone: "18222"', 'phone: "call us"'),
        ('phone: "18222"', "hours: 24 h"),
        ('phone: "18222"', "phone: null"),
        ('phone: "18222"', 'phone: "+852 1822 2"'),
        ("https://police.example/lookup", "http://police.example/lookup"),
        ("https://police.example/lookup", "police.example"),
        ("verified: true}\n  desk", "verified: yes}\n  desk"),
        ("verified: true}\n  desk", "verified: false}\n  desk"),
        ("verify_by: 2027-05-01", "verify_by: May 2027"),
        ("does: advice, ", ""),
        ("  helpline:", "  Help Line:"),
        ("  secret:", "  amount:"),
        ("languages: [en, ar]", "languages: [en, en]"),
        ("  secret:", "  hot_line2:"),
        ("{review: lookup,", "{revew: lookup,"),
        ("{review: lookup,", "{review: null,"),
    ],
    FileKind.TEXTS: [
        ("language: en", "language: English!"),
        ("language: en", "language: zh-Hant"),
        ("status: sample", "status: final"),
        ("status: sample", "status: machine"),
        ("status: sample\n", ""),
        ("{cancel: Cancel,", "{cancle: Cancel,"),
        ("{cancel: Cancel,", "{cancel: 5,"),
        ("  investment:\n", "  Investment Group:\n"),
        ("title: Stop", "title: {amount}"),
        ("title: Stop", "titel: Stop"),
        ("title: Stop", f"title: {'x' * 301}"),
        ('questions: ["Who told you to?"]', "questions: Who told you to?"),
        ('questions: ["Who told you to?"]', "questions: []"),
        ('["Who told you to?"]', "[1]"),
        ("b: {title: Wait}", "a: {title: Wait}"),
        ("b: {title: Wait}", "b: {titel: Wait}"),
        ("b: {title: Wait}", "b: {body: []}"),
        ("b: {title: Wait}", "b: {title: null}"),
        ("    variants:", "    accept: {placeholders-differ: Agreed with the partner.}\n    variants:"),
        ("    variants:", "    accept: {digits: Agreed with the partner.}\n    variants:"),
    ],
    FileKind.FACTS: [
        ("  asset: {type: text", "  asset: {type: txt"),
        ("  asset: {type: text", "  asset: {type: number"),
        ("  asset: {type: text, means: A fact.", "  asset: {type: text"),
        ("  asset:", "  aset:"),
        ("{USDT: a token,", "{USDT: 5,"),
        ("{USDT: a token,", "{USDT: 5 token,"),
        ("facts:\n", "attributes:\n  branch: {type: text, means: The branch.}\nfacts:\n"),
        ("facts:\n", "attributes:\n  branch: {type: text}\nfacts:\n"),
        ("facts:\n", "attributes: [branch]\nfacts:\n"),
    ],
    FileKind.TYPOLOGIES: [
        ("name: Investment, ", ""),
        ("name: Investment, ", "nmae: Investment, "),
        ("name: Investment, ", "name: [Investment], "),
        ("typologies:\n", "typologies:\n  romance: {name: R, description: D}\n"),
        ("typologies:\n", "typology:\n"),
    ],
    FileKind.LANGUAGES: [
        ("hu: The translators", "hu: [The translators]"),
        ("hu: The translators", "hu: 5"),
        ("hu: The translators", "h: The translators"),
        ("hu: The translators", "hu-RO: The translators"),
        ("readers:", "owners:"),
    ],
}


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [(kind, *change) for kind, changes in CHANGES.items() for change in changes],
    ids=lambda each: each.slug if isinstance(each, FileKind) else repr(each),
)
def test_schema_and_loader_agree_on_a_file(kind: FileKind, old: str, new: str) -> None:
    assert old in BASE[kind]
    text = BASE[kind].replace(old, new, 1)

    assert bool(refused(kind, text)) == bool(loaded(kind, text)), (refused(kind, text), loaded(kind, text))


VALUES = [
    "USDT", "5", "1.5", "true", "null", '""', "x" * 129, "[]", "[USDT]", "[1, 2]", "[true]", "[null]", "[[USDT]]", "{}",
    "{not: USDT}", "{not: 5}", "{not: true}", "{not: null}", "{not: [USDT]}", "{not_in: [USDT]}", "{not_in: [5]}",
    "{not_in: USDT}", "{not_in: []}", "{given: true}", "{given: yes}", "{gte: 5}", "{gte: 5, lt: 9.5}", "{gte: a}",
    "{gte: true}", "{above: 5}", "{gte: 5, not: 6}", "{any: [a]}", "{any: a}", "{any: [1]}", "{all: []}",
    "{none: [a], given: true}", "{given: null}", "{any: [a], not: b}",
]  # fmt: skip


@pytest.mark.parametrize("fact", [*FACTS, "attributes.branch"])
def test_schema_and_loader_agree_on_every_condition(fact: str) -> None:
    """Each fact with each kind of value and operator."""
    differing = []
    for value in VALUES:
        text = f"{RULE[: RULE.index('when:')]}when:\n  {fact}: {value}\n"
        if bool(refused(FileKind.RULE, text)) != bool(loaded(FileKind.RULE, text)):
            differing.append(value)
    assert differing == []


@pytest.mark.parametrize(
    "when",
    [
        "{}", "[]", "null", "{any: []}", "{any: {asset: A}}", "{all: [{asset: A}, {any: [{network: B}]}]}",
        "{all: [A]}", "{all: [{}]}", "{any: [{asst: A}]}", "{user_id: u}", "{amount: 5}", "{attributes.: x}",
        "{attributes: {x: 1}}", f"{{attributes.{'x' * 200}: 1}}", "{not: {asset: A}}", "{any: null}",
    ],
)  # fmt: skip
def test_schema_and_loader_agree_on_groups(when: str) -> None:
    text = f"{RULE[: RULE.index('when:')]}when: {when}\n"

    assert bool(refused(FileKind.RULE, text)) == bool(loaded(FileKind.RULE, text))


# What no schema can say, so that an editor is silent and `forewarn check` is not.
BEYOND_A_SCHEMA: list[tuple[FileKind, str, str]] = [
    (FileKind.RULE, "severity: high", "severity: high\nactive: {from: 2026-02-30}"),  # the calendar
    (FileKind.REGION, "languages: [en, ar]", "languages: [en, english]"),  # the registry of languages
    (FileKind.REGION, "Asia/Hong_Kong", "Asia/Honkong"),  # the list of time zones
    (FileKind.RULE, "gte: 1000", "gte: 9223372036854775808"),  # 64 bits, for whole numbers only
    (FileKind.RULE, "severity: high", "severity: high\naccept: {missing-example: okay.}"),  # what a reason is
    (FileKind.RULE, "severity: high", "severity: high\npriority: 1.0"),  # to a schema, 1.0 is a whole number
]


@pytest.mark.parametrize(("kind", "old", "new"), BEYOND_A_SCHEMA, ids=repr)
def test_where_only_the_loader_can_tell(kind: FileKind, old: str, new: str) -> None:
    text = BASE[kind].replace(old, new, 1)

    assert refused(kind, text) == []
    assert loaded(kind, text) != []


def test_the_words_of_facts_are_offered() -> None:
    """Those of facts.yaml, with their meanings."""
    definitions = SCHEMAS[FileKind.RULE]["definitions"]
    offered = definitions["declared_purpose"]["anyOf"][0]

    assert "investment" in offered["enum"]
    assert len(offered["enum"]) == len(offered["enumDescriptions"])
    assert re.search(r"\w", definitions["condition"]["properties"]["amount_usd"]["description"])


def test_conditions_are_read_as_the_schema_says() -> None:
    """Every fact that the schema offers is one."""
    properties = SCHEMAS[FileKind.RULE]["definitions"]["condition"]["properties"]

    assert {*FACTS, "all", "any"} <= set(properties)
    assert parse({name: {"given": True} for name in properties if name not in {"all", "any"}}).findings == []
