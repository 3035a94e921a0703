"""Assembles a bundle's records into the content that workers serve; every reference between records must resolve.

`record` declares their types and limits. `app.checks` judged the texts and rules before the bundle was published.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from sys import intern

from app.bundle.condition_source import clause_of
from app.bundle.record import (
    ORDER,
    REGION_LIMIT,
    RULE_LIMIT,
    Header,
    MessageRecord,
    PresentationRecord,
    Record,
    RegionRecord,
    RuleRecord,
    TextsRecord,
    kind_of,
)
from app.bundle.refusal import BundleError
from app.bundle.regions import region_of
from app.bundle.text_direction import direction
from app.bundle.wordings import (
    Templates,
    first_wording,
    label_templates,
    override,
    refuse_unfilled_labels,
    refuse_unshowable,
)
from app.domain.bundle import Attribute, Bundle
from app.domain.condition import ALWAYS
from app.domain.fact import ATTRIBUTE_PREFIX, FACTS
from app.domain.message import FIRST_VARIANT, Message, Texts
from app.domain.region import ACTIONS, CONTACT_ACTIONS, REGION_ID, Region
from app.domain.rule import RULE_NAME, RULE_NAME_LIMIT, Presentation, Rule, Severity


@dataclass(frozen=True, slots=True)
class _Scope:
    """What the texts of a region may name, and which actions need a label."""

    contacts: frozenset[str]
    actions: tuple[str, ...]

    @classmethod
    def of(cls, region: Region) -> "_Scope":
        contacts = frozenset(region.verified_contacts())
        return cls(contacts, tuple(each for each in ACTIONS if each not in CONTACT_ACTIONS or each in region.actions))


@dataclass(frozen=True, slots=True)
class _Language:
    """The texts of one region in one language, while its messages arrive."""

    texts: Texts
    labels: Templates
    messages: dict[str, Message]


@dataclass(slots=True)
class Assembly:
    """Every method raises BundleError; `add` also TemplateError."""

    header: Header | None = None
    regions: dict[str, Region] = field(default_factory=dict)
    scopes: dict[str, _Scope] = field(default_factory=dict)
    languages: dict[tuple[str, str], _Language] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    _reached: int = 0
    _complete: dict[str, frozenset[str]] = field(default_factory=dict)
    _presentations: dict[Presentation, Presentation] = field(default_factory=dict)

    def add(self, record: Record) -> Generator[None, None, None]:
        """Pauses within a long record."""
        order = ORDER.index(type(record))
        if (self.header is None) is not isinstance(record, Header):
            raise BundleError("a bundle begins with its one header")
        if order < self._reached:
            raise BundleError(f"a {kind_of(record)} out of order")
        self._reached = order
        if isinstance(record, RuleRecord):
            yield from self._rule(record)
        elif isinstance(record, MessageRecord):
            yield from self._message(record)
        elif isinstance(record, TextsRecord):
            self._texts(record)
        elif isinstance(record, RegionRecord):
            self._region(record)
        else:
            self._header(record)

    def close(self) -> Generator[None, None, None]:
        """Refuses a region without texts, which no rule has needed so far."""
        for region in self.regions:
            self._messages_of(region)
            yield

    def bundle(self) -> Bundle:
        if self.header is None:
            raise BundleError("no header: the bundle is empty")
        attributes = {ATTRIBUTE_PREFIX + name: form for name, form in self.header.attributes.items()}
        return Bundle(
            {name: frozenset(form.values) for name, form in {**self.header.facts, **attributes}.items()},
            {ATTRIBUTE_PREFIX + name: Attribute(name, form.type) for name, form in self.header.attributes.items()},
            self.regions,
            {place: language.texts for place, language in self.languages.items()},
            tuple(self.rules.values()),
        )

    def _header(self, record: Header) -> None:
        for name, fact in record.facts.items():
            if name not in FACTS:
                raise BundleError(f"`{name}` is not a fact that this version knows")
            if fact.type is not FACTS[name]:
                raise BundleError(f"`{name}` is {FACTS[name]}, not {fact.type}")
        self.header = record

    def _region(self, record: RegionRecord) -> None:
        if not REGION_ID.fullmatch(record.id) or record.id in self.regions:
            raise BundleError(f"a region whose id is not possible, or there twice: {record.id!r}")
        if len(self.regions) == REGION_LIMIT:
            raise BundleError(f"more than {REGION_LIMIT} regions")
        region = self.regions[record.id] = region_of(record)
        self.scopes[record.id] = _Scope.of(region)

    def _texts(self, record: TextsRecord) -> None:
        place = record.region, record.language
        region = self.regions.get(record.region)
        if region is None or record.language not in region.languages or place in self.languages:
            raise BundleError(f"texts in {record.language} that no region asks for, or twice")
        labels = label_templates(record.defaults.actions)
        refuse_unfilled_labels(labels, self.scopes[record.region].contacts)
        messages: dict[str, Message] = {}
        texts = Texts(record.region, record.language, record.status, _direction(record.language), messages)
        self.languages[place] = _Language(texts, labels, messages)

    def _message(self, record: MessageRecord) -> Generator[None, None, None]:
        language = self.languages.get((record.region, record.language))
        if language is None or record.name in language.messages:
            raise BundleError("a message of texts that are not there, or twice")
        if FIRST_VARIANT in record.variants:
            raise BundleError(f"a variant cannot have the name of the first wording, `{FIRST_VARIANT}`")
        scope = self.scopes[record.region]
        first = first_wording(record, language.labels)
        wordings = {FIRST_VARIANT: first}
        for name, variant in sorted(record.variants.items()):
            yield
            wordings[name] = override(first, variant)
        for name, wording in wordings.items():
            yield
            try:
                refuse_unshowable(wording, scope.contacts, scope.actions)
            except BundleError as error:
                raise BundleError(f"{record.region}/{record.language}/{record.name}, variant {name}: {error}") from None
        language.messages[intern(record.name)] = Message(wordings)

    def _rule(self, record: RuleRecord) -> Generator[None, None, None]:
        region, _, name = record.id.partition("/")
        if region not in self.regions or not RULE_NAME.fullmatch(name) or len(name) > RULE_NAME_LIMIT:
            raise BundleError(f"a rule whose id is not the place of a rule in a region: {record.id!r}")
        if record.id in self.rules:
            raise BundleError(f"{record.id} is there twice")
        if len(self.rules) == RULE_LIMIT:
            raise BundleError(f"more than {RULE_LIMIT:,} rules")
        if self.header is not None and record.typology not in self.header.typologies:
            raise BundleError(f"{record.id}: {record.typology!r} is not a typology of the header")
        if record.message not in self._messages_of(region):
            raise BundleError(f"{record.id}: its message is missing in a language of its region")
        when = (yield from clause_of(record.when)) if record.when else ALWAYS
        self.rules[record.id] = Rule(
            id=record.id,
            typology=intern(record.typology),
            severity=Severity[record.severity.upper()],
            rationale=intern(record.rationale),  # similar rules often share theirs
            message=intern(record.message),
            presentation=self._presentation(record.presentation),
            priority=record.priority,
            when=when,
            active_from=record.active.since,
            active_until=record.active.until,
            enabled=record.enabled,
        )

    def _presentation(self, record: PresentationRecord) -> Presentation:
        presentation = Presentation(record.mode, record.min_display_seconds, record.acknowledge)
        return self._presentations.setdefault(presentation, presentation)

    def _messages_of(self, region: str) -> frozenset[str]:
        """The messages that a rule of the region can show: those with a text in every language."""
        complete = self._complete.get(region)
        if complete is None:
            complete = self._complete[region] = self._in_every_language(self.regions[region])
        return complete

    def _in_every_language(self, region: Region) -> frozenset[str]:
        lacking = [language for language in region.languages if (region.id, language) not in self.languages]
        if lacking:
            raise BundleError(f"{region.id} has no texts in {', '.join(lacking)}")
        first, *others = [self.languages[region.id, language].messages for language in region.languages]
        for messages in others:
            for name in messages.keys() & first.keys():
                if messages[name].variants != first[name].variants:
                    raise BundleError(f"{region.id}: the variants of {name} are not the same in every language")
        return frozenset(first).intersection(*others)


def _direction(language: str) -> str:
    try:
        return direction(language)
    except (ValueError, LookupError):
        raise BundleError(f"{language!r} is not a language tag") from None
