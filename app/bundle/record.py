"""The lines of a bundle and the form of each: types, limits and required entries.

This is the format that workers enforce. `app.checks` judges what authors write before it is published, and may become
stricter at any time. A limit here can be raised but never lowered: bundles outlive the version that published them.
"""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from app.domain.fact import Kind
from app.domain.region import ACTIONS, CONTACT_ACTIONS, GlobalRules

# Raised when a worker of an older version would misread a newer bundle.
FORMAT = 1

# Nothing larger is fetched or published. 100,000 rules of the benchmarks are 39 MB.
BUNDLE_LIMIT = 64 * 1024 * 1024
RULE_LIMIT = 100_000
REGION_LIMIT = 300  # ISO 3166-1 has 249

# A worker parses one line without a pause: 1 MiB of text takes 0.4 ms, 20,000 of the marks that separate entries 2 ms.
LINE_LIMIT = 1024 * 1024
LINE_MARKS = b"{[:,"
LINE_MARKS_LIMIT = 20_000

# At least one letter or digit: an alert shows no empty text.
_WORD = r"[^\W_]"
# What stands in a template until its author writes the text.
BLANK = "FILL IN:"

# Besides the first wording. Choosing one takes 0.5 microseconds for each.
VARIANT_LIMIT = 25

Name = Annotated[str, Meta(min_length=1, max_length=128)]
ShownName = Annotated[str, Meta(pattern=_WORD, max_length=128)]
Remark = Annotated[str, Meta(min_length=1, max_length=1000)]
Text = Annotated[str, Meta(pattern=_WORD, max_length=2000)]
Body = Annotated[list[Text], Meta(min_length=1, max_length=12)]
Questions = Annotated[list[Text], Meta(max_length=12)]
Labels = dict[Annotated[str, Meta(pattern=rf"^(?:{'|'.join(ACTIONS)})\Z")], Text]
ActionContacts = dict[Annotated[str, Meta(pattern=rf"^(?:{'|'.join(CONTACT_ACTIONS)})\Z")], Name]


class Form(Struct, forbid_unknown_fields=True):
    """A mapping with these entries and no others."""


class Fact(Form):
    """A fact or an attribute in words."""

    type: Kind
    means: Remark
    unit: Name | None = None
    values: Annotated[dict[Name, Remark], Meta(max_length=2000)] = {}


class Typology(Form):
    name: Name
    description: Remark


class Header(Form, tag_field="kind", tag="header"):
    format: int
    facts: dict[Name, Fact]
    attributes: dict[Name, Fact]
    typologies: dict[Name, Typology]


class Partner(Form):
    name: ShownName
    unit: ShownName | None = None


class ContactRecord(Form):
    does: Remark
    verified_at: date
    verify_by: date
    verified: bool
    source: Remark | None = None
    does_not: Remark | None = None
    hours: Name | None = None
    phone: Annotated[str, Meta(pattern=r"^[+*#0-9][0-9 ()*#+-]*\Z", max_length=24)] | None = None
    url: Annotated[str, Meta(pattern=r"^https://[!-~]+\Z", max_length=256)] | None = None


class RegionRecord(Form, tag_field="kind", tag="region"):
    id: str
    name: ShownName
    partner: Partner
    languages: Annotated[list[Name], Meta(min_length=1, max_length=32)]
    timezone: Name = "UTC"
    global_rules: GlobalRules = field(default=GlobalRules.FALLBACK, name="global")
    official_domains: list[str] = []
    contacts: dict[Name, ContactRecord] = {}
    actions: ActionContacts = {}


class DefaultTexts(Form):
    actions: Labels = {}


class TextsRecord(Form, tag_field="kind", tag="texts"):
    """What all messages of one region in one language share; the messages follow, one a line."""

    region: str
    language: str
    status: Literal["official", "draft", "machine", "sample"]
    defaults: DefaultTexts = field(default_factory=DefaultTexts)


class VariantRecord(Form):
    """Another wording. What it leaves out is as in the first."""

    title: Text | None = None
    body: Body | None = None
    questions: Questions | None = None
    actions: Labels = {}


class MessageRecord(Form, tag_field="kind", tag="message"):
    region: str
    language: str
    name: Name
    title: Text
    body: Body
    questions: Questions = []
    actions: Labels = {}
    variants: Annotated[dict[Name, VariantRecord], Meta(max_length=VARIANT_LIMIT)] = {}


class Active(Form):
    """`since` is inclusive, `until` exclusive: days in the region's time zone."""

    since: date | None = field(default=None, name="from")
    until: date | None = None


class PresentationRecord(Form):
    mode: Literal["banner", "dialog", "interstitial"]
    min_display_seconds: Annotated[int, Meta(ge=0, le=60)]
    acknowledge: Literal["none", "checkbox"]


class RuleRecord(Form, tag_field="kind", tag="rule"):
    """`when` is a condition of `condition_source`; without it the rule always matches."""

    id: str
    typology: str
    severity: Literal["info", "caution", "high", "critical"]
    rationale: Remark
    message: str
    presentation: PresentationRecord
    priority: Annotated[int, Meta(ge=-1_000_000, le=1_000_000)] = 0
    when: dict[str, object] = {}
    active: Active = field(default_factory=Active)
    enabled: bool = True


Record = Header | RegionRecord | TextsRecord | MessageRecord | RuleRecord

# The order of the lines: regions come before their texts, and texts before the rules that show them.
ORDER: tuple[type[Record], ...] = (Header, RegionRecord, TextsRecord, MessageRecord, RuleRecord)


def kind_of(record: Record) -> str:
    """The `kind` of a line."""
    return str(record.__struct_config__.tag)
