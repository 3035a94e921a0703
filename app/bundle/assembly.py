"""A bundle's records, each held against those before it, to the content that workers serve from."""

from collections.abc import Generator
from dataclasses import dataclass, field
from sys import intern

from app.authoring.condition_syntax import parse
from app.authoring.fields import REGION_NAME, RULE_NAME, RULE_NAME_LIMIT, day
from app.authoring.region_file import RegionCore
from app.authoring.rule_file import PresentationForm
from app.authoring.script import direction
from app.authoring.text_file import Labels
from app.authoring.vocabulary import Vocabulary, fact_faults, typology_fault
from app.bundle.record import (
    FORMAT,
    KINDS,
    Header,
    MessageRecord,
    Record,
    RegionRecord,
    RuleRecord,
    TextsRecord,
    presentation_of,
)
from app.bundle.refusal import BundleError, refuse_first
from app.bundle.templates import Templates, label_templates, message_of
from app.checks.message_texts import Scope, label_faults, message_faults, missing_label, missing_labels
from app.checks.region_contacts import region_faults
from app.domain.bundle import Bundle
from app.domain.message import Message, Texts
from app.domain.region import Contact, GlobalRules, Region
from app.domain.rule import Presentation, Rule, Severity

_ORDER = {kind: i for i, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class _Language:
    """The texts of one region in one language, while its messages arrive."""

    texts: Texts
    defaults: Labels
    templates: Templates
    messages: dict[str, Message]


@dataclass(slots=True)
class Assembly:
    """Every method raises BundleError."""

    header: Header | None = None
    regions: dict[str, Region] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)
    languages: dict[tuple[str, str], _Language] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    _reached: int = 0
    _shown: dict[str, frozenset[str]] = field(default_factory=dict)
    _presentations: dict[Presentation, Presentation] = field(default_factory=dict)

    def add(self, record: Record) -> Generator[None, None, None]:
        """Pauses within what may be long."""
        order = _ORDER[record.kind]
        if (self.header is None) is not (record.kind == "header"):
            raise BundleError("a bundle begins with its one header")
        if order < self._reached:
            raise BundleError(f"a {record.kind} out of order")
        self._reached = order
        if isinstance(record, RuleRecord):
            self._rule(record)
        elif isinstance(record, MessageRecord):
            yield from self._message(record)
        elif isinstance(record, TextsRecord):
            self._texts(record)
        elif isinstance(record, RegionRecord):
            self._region(record)
        else:
            self._header(record)

    def close(self) -> Generator[None, None, None]:
        """Whether nothing is missing that no rule has asked for."""
        if self.header is None:
            raise BundleError("no header: the bundle is empty")
        for region in self.regions:
            self._messages_of(region)
            yield

    def bundle(self) -> Bundle:
        if self.header is None:
            raise BundleError("no header: the bundle is empty")
        vocabulary = Vocabulary.of(self.header.facts, self.header.attributes)
        return Bundle(
            vocabulary.known_values,
            vocabulary.attributes,
            self.regions,
            {place: language.texts for place, language in self.languages.items()},
            tuple(self.rules.values()),
        )

    def _header(self, record: Header) -> None:
        if record.format != FORMAT:
            raise BundleError(f"format {record.format}; this version reads format {FORMAT}")
        refuse_first(fact_faults(record.facts), "header")
        self.header = record

    def _region(self, record: RegionRecord) -> None:
        if not REGION_NAME.fullmatch(record.id) or record.id in self.regions:
            raise BundleError("a region whose id is not possible, or not its own")
        refuse_first(region_faults(record), record.id)
        self.regions[record.id] = region_of(record.id, record)
        self.scopes[record.id] = Scope.of(record)

    def _texts(self, record: TextsRecord) -> None:
        place = record.region, record.language
        region = self.regions.get(record.region)
        if region is None or record.language not in region.languages or place in self.languages:
            raise BundleError(f"texts in {record.language} that no region asks for, or twice")
        labels = record.defaults.actions
        refuse_first(label_faults(labels, ("defaults",), self.scopes[record.region]), "/".join(place))
        messages: dict[str, Message] = {}
        texts = Texts(record.region, record.language, record.status, direction(record.language), messages)
        self.languages[place] = _Language(texts, labels, label_templates(labels), messages)

    def _message(self, record: MessageRecord) -> Generator[None, None, None]:
        language = self.languages.get((record.region, record.language))
        if language is None or record.name in language.messages:
            raise BundleError("a message of texts that are not there, or twice")
        scope = self.scopes[record.region]
        what = f"{record.region}/{record.language}/{record.name}"
        for part in message_faults(record, (), scope):
            refuse_first(part, what)
            yield
        if lacking := missing_labels(language.defaults, record, scope):
            refuse_first([missing_label(lacking, ())], what)
        language.messages[intern(record.name)] = message_of(record, language.templates)

    def _rule(self, record: RuleRecord) -> None:
        region, _, name = record.id.partition("/")
        if region not in self.regions or not RULE_NAME.fullmatch(name) or len(name) > RULE_NAME_LIMIT:
            raise BundleError("a rule whose id is not the place of a rule in a region")
        if record.id in self.rules:
            raise BundleError(f"{record.id} is there twice")
        if self.header is not None:
            refuse_first(typology_fault(record.typology, self.header.typologies), record.id)
        if record.message not in self._messages_of(region):
            raise BundleError(f"{record.id}: its message is missing in a language of its region")
        parsed = parse(record.when)
        refuse_first(parsed.findings, record.id)
        severity = Severity[record.severity.upper()]
        self.rules[record.id] = Rule(
            id=record.id,
            typology=intern(record.typology),
            severity=severity,
            rationale=intern(record.rationale),  # rules of one kind often share theirs
            message=intern(record.message),
            presentation=self._presentation(severity, record.presentation),
            priority=record.priority,
            when=parsed.clause,
            active_from=day(record.active.since) if record.active.since else None,
            active_until=day(record.active.until) if record.active.until else None,
            enabled=record.enabled,
        )

    def _presentation(self, severity: Severity, form: PresentationForm) -> Presentation:
        presentation = presentation_of(severity, form)
        return self._presentations.setdefault(presentation, presentation)

    def _messages_of(self, region: str) -> frozenset[str]:
        """The messages that a rule of the region can show: those with a text in every language."""
        shown = self._shown.get(region)
        if shown is None:
            shown = self._shown[region] = self._complete(self.regions[region])
        return shown

    def _complete(self, region: Region) -> frozenset[str]:
        lacking = [language for language in region.languages if (region.id, language) not in self.languages]
        if lacking:
            raise BundleError(f"{region.id} has no texts in {', '.join(lacking)}")
        first, *others = [self.languages[region.id, language].messages for language in region.languages]
        for messages in others:
            for name in messages.keys() & first.keys():
                if messages[name].variants != first[name].variants:
                    raise BundleError(f"{region.id}: the variants of {name} are not the same in every language")
        return frozenset(first).intersection(*others)


def region_of(folder: str, form: RegionCore) -> Region:
    return Region(
        folder,
        form.name,
        form.partner.name,
        form.partner.unit,
        tuple(form.languages),
        form.timezone,
        GlobalRules(form.global_),
        tuple(form.official_domains),
        {name: Contact(name, each.phone, each.url, each.verified) for name, each in form.contacts.items()},
        form.actions.named(),
    )
