"""The lines of a bundle: which kinds there are, in which order, and the form of each."""

from typing import Literal

from pydantic import Field

from app.authoring.facts_file import FactForm
from app.authoring.fields import Form, Language, MessageName, ShortText
from app.authoring.region_file import RegionCore
from app.authoring.rule_file import PresentationForm, RuleCore
from app.authoring.text_file import Defaults, MessageCore
from app.authoring.typologies_file import TypologyForm
from app.domain.rule import DEFAULT_PRESENTATION, Presentation, Severity

# Raised when a reader of older bundles would misread a newer one.
FORMAT = 1

# A worker reads one line at a time and may not hold its event loop: 256 KiB is what the largest source file has.
LINE_LIMIT = 1024 * 1024


class Header(Form):
    kind: Literal["header"] = "header"
    format: int = Field(FORMAT)
    facts: dict[ShortText, FactForm]
    attributes: dict[ShortText, FactForm]
    typologies: dict[ShortText, TypologyForm]


class RegionRecord(RegionCore):
    kind: Literal["region"] = "region"
    id: str


class TextsRecord(Form):
    """What all messages of one region in one language share; the messages follow, one a line."""

    kind: Literal["texts"] = "texts"
    region: str
    language: Language
    status: Literal["official", "draft", "machine", "sample"]
    defaults: Defaults = Field(default_factory=Defaults)


class MessageRecord(MessageCore):
    kind: Literal["message"] = "message"
    region: str
    language: str
    name: MessageName


class RuleRecord(RuleCore):
    kind: Literal["rule"] = "rule"
    id: str


Record = Header | RegionRecord | TextsRecord | MessageRecord | RuleRecord

# In the order in which they come; a reader knows a region before its texts and the texts before the rules.
KINDS: dict[str, type[Header | RegionRecord | TextsRecord | MessageRecord | RuleRecord]] = {
    "header": Header,
    "region": RegionRecord,
    "texts": TextsRecord,
    "message": MessageRecord,
    "rule": RuleRecord,
}


def presentation_of(severity: Severity, given: PresentationForm) -> Presentation:
    """What a rule says of its presentation, filled up by its severity."""
    usual = DEFAULT_PRESENTATION[severity]
    return Presentation(
        given.mode or usual.mode,
        usual.min_display_seconds if given.min_display_seconds is None else given.min_display_seconds,
        given.acknowledge or usual.acknowledge,
    )
