"""Everything that is wrong in rules/ and locales/, and the bundle where nothing is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.authoring.agreement import placeholder_doubts, variant_faults
from app.authoring.bundle import decode_all, encode
from app.authoring.codes import Code, Level
from app.authoring.contacts import overdue_contacts, region_faults
from app.authoring.coverage import Coverage
from app.authoring.drafts import Drafts, RuleDraft, TextDraft, draft
from app.authoring.examples import example_doubts
from app.authoring.fields import day
from app.authoring.problem import Finding, Problem
from app.authoring.rule_file import RuleFile
from app.authoring.sources import Sources, read_sources
from app.authoring.vocabulary import (
    Vocabulary,
    doubtful_conditions,
    fact_faults,
    new_typologies,
    typology_fault,
    undescribed_facts,
)
from app.authoring.wording import Scope, label_faults, message_faults, missing_label, missing_labels
from app.domain.bundle import Bundle


@dataclass(frozen=True, slots=True)
class Checked:
    """`bundle` and its `content` are None where there is any error. `texts` holds each file's text, by path."""

    problems: tuple[Problem, ...]
    bundle: bytes | None
    content: Bundle | None
    texts: dict[str, str] = field(repr=False)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.level is Level.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.level is Level.WARNING)


def check(rules_dir: Path, locales_dir: Path, today: date) -> Checked:
    """Never raises for what is in the folders. `today` decides which contacts are due for another check."""
    return check_sources(read_sources(rules_dir, locales_dir), today)


def check_sources(sources: Sources, today: date) -> Checked:
    if not sources.complete:
        return Checked(_sorted(sources.problems), None, None, {})
    drafts = draft(sources)
    problems = _sorted([*sources.problems, *_problems(sources, drafts, today)])
    texts = {each.path: each.document.text for each in drafts.every()}
    if any(problem.level is Level.ERROR for problem in problems):
        return Checked(problems, None, None, texts)
    bundle = encode(drafts)
    return Checked(problems, bundle, decode_all(bundle), texts)


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems), key=lambda p: (p.path, p.line, p.column, p.code, p.message)))


def _problems(sources: Sources, drafts: Drafts, today: date) -> Iterator[Problem]:
    for each in drafts.every():
        yield from each.problems
    yield from _facts_and_typologies(drafts)
    for region in drafts.regions.values():
        if region.form is not None:
            yield from region.locate(region_faults(region.form))
            yield from region.locate(overdue_contacts(region.form, today))
    vocabulary = _vocabulary(drafts)
    typologies = drafts.typologies.form.typologies if drafts.typologies and drafts.typologies.form else None
    for rule in drafts.rules.values():
        yield from rule.locate(_rule(rule, vocabulary, typologies))
    for texts in drafts.texts.values():
        yield from texts.locate(_texts(texts, drafts))
    yield from Coverage(sources, drafts).problems()


def _facts_and_typologies(drafts: Drafts) -> Iterator[Problem]:
    if drafts.facts is not None and drafts.facts.form is not None:
        yield from drafts.facts.locate([*fact_faults(drafts.facts.form.facts), *undescribed_facts(drafts.facts.form)])
    if drafts.typologies is not None and drafts.typologies.form is not None:
        yield from drafts.typologies.locate(new_typologies(drafts.typologies.form))


def _vocabulary(drafts: Drafts) -> Vocabulary | None:
    form = drafts.facts.form if drafts.facts else None
    return Vocabulary.of(form.facts, form.attributes) if form else None


def _rule(rule: RuleDraft, vocabulary: Vocabulary | None, typologies: Mapping[str, object] | None) -> Iterator[Finding]:
    if vocabulary is not None:
        yield from doubtful_conditions(rule.when, vocabulary)
    if rule.form is None:
        return
    if typologies is not None:
        yield from typology_fault(rule.form.typology, typologies)
    yield from _period(rule.form)
    yield from example_doubts(rule.form, rule.when.clause)


def _period(rule: RuleFile) -> Iterator[Finding]:
    since, until = rule.active.since, rule.active.until
    if since is not None and until is not None and day(until) <= day(since):
        message = f"from {since} until {until}, which excludes that day, is no day at all"
        yield Finding(Code.REVERSED_PERIOD, ("active",), message, "`until` is the first day on which the rule is off")


def _texts(draft: TextDraft, drafts: Drafts) -> Iterator[Finding]:
    form = draft.form
    if form is None:
        return
    region = drafts.regions.get(draft.region)
    scope = Scope.of(region.form) if region is not None and region.form is not None else None
    yield from label_faults(form.defaults.actions, ("defaults", "actions"), scope)
    for name, message in form.messages.items():
        for part in message_faults(message, ("messages", name), scope):
            yield from part
    if scope is not None:
        yield from _labels(draft, scope)
    first = _first_language(draft, drafts)
    if first is not None and first.form is not None and first is not draft:
        yield from variant_faults(form, first.form)
        yield from placeholder_doubts(form, first.form)


def _labels(draft: TextDraft, scope: Scope) -> Iterator[Finding]:
    """A label that no message has is missing once, not in every message."""
    if draft.form is None:
        return
    defaults, messages = draft.form.defaults.actions, draft.form.messages
    lacking = {name: missing_labels(defaults, message, scope) for name, message in messages.items()}
    everywhere = set.intersection(*map(set, lacking.values())) if lacking else set()
    if everywhere:
        yield missing_label([label for label in next(iter(lacking.values())) if label in everywhere], ("defaults",))
    for name, labels in lacking.items():
        if own := [label for label in labels if label not in everywhere]:
            yield missing_label(own, ("messages", name))


def _first_language(draft: TextDraft, drafts: Drafts) -> TextDraft | None:
    region = drafts.regions.get(draft.region)
    if region is None or region.form is None:
        return None
    return drafts.texts.get((draft.region, region.form.languages[0]))
