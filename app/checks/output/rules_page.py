"""The reference of the rule language, docs/rules.md: made from the forms, the facts and the typologies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from string import Template
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.authoring.entry_types import bare, entries, is_form, limits, of_field
from app.authoring.facts_file import FactForm, FactsFile
from app.authoring.fields import ContactName, Day, Domain, Language, Phone, TimeZone, Url
from app.authoring.region_file import ActionContacts, ContactForm, Partner, RegionFile
from app.authoring.rule_file import Active, Example, PresentationForm, RuleFile
from app.authoring.text_file import Labels, MessageForm, TextFile, VariantForm
from app.authoring.typologies_file import TypologiesFile
from app.authoring.yaml_reader import DEPTH_LIMIT
from app.authoring.yaml_reader import SIZE_LIMIT as FILE_LIMIT
from app.bundle.condition_source import SIZE_LIMIT
from app.checks.fact_ranges import in_words, range_of
from app.checks.output.markdown import table
from app.domain.fact import Kind
from app.domain.message import TEXT_FACTS
from app.domain.operators import OPERATORS, OPERATORS_OF, Takes
from app.domain.predicate import Range
from app.domain.rule import DEFAULT_PRESENTATION

_KINDS = {Kind.TEXT: "text", Kind.FLAG: "true or false", Kind.NUMBER: "number", Kind.SET: "set"}
_ATTRIBUTE = "attribute of any type"
_USED = {
    Takes.BOUND: "`{NAME: number}`",
    Takes.VALUE: "`{NAME: value}`",
    Takes.VALUES: "`{NAME: [...]}`",
    Takes.TEXTS: "`{NAME: [...]}`",
    Takes.FLAG: "`{NAME: true}`, `{NAME: false}`",
}
_NAMED: Sequence[tuple[Any, str]] = (
    (Day, "a day: `2026-11-01`"),
    (Language, "a language tag: `zh-Hant`"),
    (TimeZone, "a time zone: `Asia/Hong_Kong`"),
    (Phone, 'a number in quotes: `"18222"`'),
    (Url, 'an address in quotes: `"https://..."`'),
    (Domain, "a domain: `police.example`"),
    (ContactName, "a name: `helpline`"),
)
_SPELLED = {str: "text", bool: "`true` or `false`", int: "a whole number", float: "a number"}


def markdown(facts: FactsFile, typologies: TypologiesFile) -> str:
    """docs/rules.md."""
    page = files("app.checks.output").joinpath("rules_page.md").read_text(encoding="utf-8")
    return Template(page).substitute(
        file_limit=f"{FILE_LIMIT:,}",
        depth=DEPTH_LIMIT,
        rule=_forms(RuleFile, {"active": Active, "presentation": PresentationForm, "examples, each": Example}),
        operators=_operators(),
        size_limit=f"{SIZE_LIMIT:,}",
        presentations=_presentations(),
        region=_forms(RegionFile, {"partner": Partner, "contacts, each": ContactForm, "actions": ActionContacts}),
        text_file=_forms(TextFile, {"messages, each": MessageForm, "variants, each": VariantForm, "actions": Labels}),
        placeholders=_series(f"`{{{name}}}`" for name in TEXT_FACTS),
        facts=_facts(facts.facts),
        attributes=_facts(facts.attributes, "attributes."),
        typologies=table(("typology", "name", "how it works"), _typologies(typologies)),
    )


def _forms(whole: type[BaseModel], parts: Mapping[str, type[BaseModel]]) -> str:
    return "\n\n".join([_form(whole), *(f"**{place}**\n\n{_form(form)}" for place, form in parts.items())])


def _form(form: type[BaseModel]) -> str:
    rows = (
        (f"`{name}`", _value(info), "yes" if info.is_required() else "", info.description or "")
        for name, info in entries(form).items()
    )
    return table(("entry", "value", "needed", "what it says"), rows)


def _value(info: FieldInfo) -> str:
    """What can be written for an entry, in a few words."""
    return _written(of_field(info))


def _written(annotation: Any) -> str:
    named = next((words for kind, words in _NAMED if annotation in {kind, kind | None}), None)
    kind = bare(annotation)
    if named or is_form(kind):
        return named or "entries"
    if get_origin(kind) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(kind))
    if get_origin(kind) is list:
        return f"a list; each {_written(get_args(kind)[0])}"
    spelled = _SPELLED.get(kind, "entries")
    allowed = limits(annotation)
    return f"{spelled}, {allowed['ge']:,} to {allowed['le']:,}" if {"ge", "le"} <= allowed.keys() else spelled


def _operators() -> str:
    rows = (
        (
            _KINDS[kind] if kind else _ATTRIBUTE,
            ", ".join(
                [
                    *(() if kind is Kind.SET else ("a value", "a list of values (one of them)")),
                    *(_USED[OPERATORS[name].takes].replace("NAME", name) for name in names),
                ]
            ),
        )
        for kind, names in OPERATORS_OF.items()
    )
    return table(("fact", "conditions"), rows)


def _presentations() -> str:
    rows = (
        (f"`{severity.name.lower()}`", f"`{shown.mode}`", str(shown.min_display_seconds), f"`{shown.acknowledge}`")
        for severity, shown in DEFAULT_PRESENTATION.items()
    )
    return table(("severity", "mode", "min_display_seconds", "acknowledge"), rows)


def _facts(facts: Mapping[str, FactForm], prefix: str = "") -> str:
    rows = (
        (
            f"`{prefix}{name}`",
            _kind(prefix + name, fact),
            fact.means,
            "<br>".join(f"`{value}`: {meaning}" for value, meaning in fact.values.items()),
        )
        for name, fact in facts.items()
    )
    return table(("fact", "type", "what it says", "usual values"), rows)


def _kind(name: str, fact: FactForm) -> str:
    """The kind of a fact, with the unit and range of a number."""
    kind = _KINDS[Kind(fact.type)] + (f": {fact.unit}" if fact.unit else "")
    allowed = range_of(name, fact)
    return kind if allowed is None or allowed == Range() else f"{kind}, {in_words(allowed)}"


def _typologies(form: TypologiesFile) -> Iterator[tuple[str, ...]]:
    for name, typology in form.typologies.items():
        yield f"`{name}`", typology.name, typology.description


def _series(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}"
