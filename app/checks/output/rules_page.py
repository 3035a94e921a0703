"""The reference of the rule language, docs/rules.md: made from the forms, the facts and the typologies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from app.checks.output.markdown import document, heading, table
from app.domain.fact import Kind
from app.domain.message import TEXT_FACTS
from app.domain.operators import OPERATORS, OPERATORS_OF, Takes
from app.domain.rule import DEFAULT_PRESENTATION

_INTRODUCTION = """\
# The rule language

Made by `make docs` from the code, `rules/facts.yaml` and `rules/typologies.yaml`: change those, not this page. For a
guided tour see [partners.md](partners.md); for what each message of `forewarn check` means, [checks.md](checks.md).

A region has two folders, named by its ISO 3166-1 code in lower case (`gb`, not `uk`):

```text
rules/hk/region.yaml                    whose rules these are, languages, contacts
rules/hk/investment-new-address.yaml    one warning rule; its id is hk/investment-new-address
locales/hk/zh-Hant.yaml                 the texts, one file a language
locales/hk/en.yaml
```

`rules/global/` and `locales/global/` hold rules for every region; each region.yaml says when they apply. Files are
UTF-8, in a plain subset of YAML: no anchors, tags, merge keys or several documents, and every key once. Only `true`
and `false` are true and false, so `no`, `on` and `yes` stay words; a number is written as in `1000` or `0.8`. Where a
text begins with a character that YAML reads in its own way (`{`, `[`, `*`, `&`, `!`, `#`, `@`, `%`, `>`, `|`, quotes)
or has `: ` or ` #` inside, put it in quotes. A file has at most $file_limit bytes and $depth levels.

## A rule

```yaml
typology: investment
severity: high
rationale: New payees and large first transfers are the pattern in reported cases.
message: investment
priority: 10
when:
  destination.first_use: true
  amount_usd: {gte: 1000}
  any:
    - declared_purpose: [investment, trading_platform]
    - account.age_days: {lt: 30}
active: {from: 2026-11-01, until: 2027-04-30}
presentation: {mode: interstitial, min_display_seconds: 10, acknowledge: checkbox}
examples:
  - given: {destination.first_use: true, amount_usd: 5000, declared_purpose: investment}
    expect: match
  - given: {destination.first_use: false, amount_usd: 5000, declared_purpose: investment}
    expect: no match
```
"""

_CONDITIONS = """\
## Conditions

`when` is a mapping, and all of its entries must hold. `all: [...]` holds where every one of its entries does, `any:
[...]` where one does; they nest. An empty `all` holds, an empty `any` does not. Without `when` a rule matches every
withdrawal of its region. There is no free `not`: it would match whatever the exchange does not send. A rule has at
most $size_limit conditions and values together.

$operators

**A condition on a fact that the withdrawal does not give is not met**, whatever the operator; only `{given: false}`
is. So `destination.kind: {not: exchange}` wants an exchange that sends the kind, and sends another one. An empty list
of tags or signals is given, and `{none: [...]}` holds on it.

Values keep their type: `"1"`, `1` and `true` are three values; `1` and `1.0` are one. Text compares exactly, capital
letters included. An attribute of another type than the condition's meets only `not`, `not_in` and `given: true`. The
withdrawal's own id, the user and the destination's address are never facts, so no rule can single anybody out.
"""

_ORDER = """\
## Which alert is shown

Of all rules that match, the gravest severity comes first (`critical`, `high`, `caution`, `info`); within a severity
the higher `priority`; then the id in alphabetical order. The first is shown, the others are counted. The rules of
`global` join in as the region's `global` entry says, and are shown with global's own texts and contacts.

What a rule leaves out of `presentation` follows from its severity:

$presentations
"""

_TEXTS = """\
## Placeholders

$placeholders are the withdrawal's own; the destination is shortened to its first and last six characters. Every
*verified* contact of the region is a placeholder by its name, such as `{helpline}`.

A paragraph or question that names a fact which the withdrawal does not give is left out whole, so at least one
paragraph names none. Titles and labels cannot be left out, so they use contacts only. Texts are plain: no markup, no
web, mail, messenger or wallet address, and no run of three or more digits that is not a placeholder.

An action whose contact is missing or not verified is left out of the alert. `cancel` always comes first, `proceed`
always last.
"""

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
    return document(
        [
            _filled(_INTRODUCTION, file_limit=f"{FILE_LIMIT:,}", depth=str(DEPTH_LIMIT)),
            _form(RuleFile),
            *_forms({"active": Active, "presentation": PresentationForm, "examples, each": Example}),
            _filled(_CONDITIONS, operators=_operators(), size_limit=f"{SIZE_LIMIT:,}"),
            _filled(_ORDER, presentations=_presentations()),
            heading(2, "A region"),
            _form(RegionFile),
            *_forms({"partner": Partner, "contacts, each": ContactForm, "actions": ActionContacts}),
            heading(2, "A text file"),
            _form(TextFile),
            *_forms({"messages, each": MessageForm, "variants, each": VariantForm, "actions": Labels}),
            _filled(_TEXTS, placeholders=_series(f"`{{{name}}}`" for name in TEXT_FACTS)),
            heading(2, "Facts"),
            _facts(facts.facts),
            heading(2, "Attributes"),
            "What an exchange adds beyond the facts; a rule asks for `attributes.NAME`.",
            _facts(facts.attributes, "attributes."),
            heading(2, "Typologies"),
            table(("typology", "name", "how it works"), _typologies(typologies)),
        ]
    )


def _forms(forms: Mapping[str, type[BaseModel]]) -> Iterator[str]:
    for place, form in forms.items():
        yield f"**{place}**"
        yield _form(form)


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
            _KINDS[Kind(fact.type)] + (f": {fact.unit}" if fact.unit else ""),
            fact.means,
            "<br>".join(f"`{value}`: {meaning}" for value, meaning in fact.values.items()),
        )
        for name, fact in facts.items()
    )
    return table(("fact", "type", "what it says", "usual values"), rows)


def _typologies(form: TypologiesFile) -> Iterator[tuple[str, ...]]:
    for name, typology in form.typologies.items():
        yield f"`{name}`", typology.name, typology.description


def _series(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}"


def _filled(text: str, **values: str) -> str:
    return Template(text).substitute({name: value.rstrip() for name, value in values.items()})
