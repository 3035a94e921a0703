"""Everything that is wrong in rules/ and locales/, and the bundle where nothing is."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.authoring.drafts import Draft, Drafts, RuleDraft, TextDraft, draft
from app.authoring.encode import encode
from app.authoring.fields import day
from app.authoring.problem import Finding, Problem
from app.authoring.problem_codes import Code, Level
from app.authoring.region_file import RegionFile
from app.authoring.rule_file import RuleFile
from app.authoring.source_files import Sources, read_sources
from app.authoring.text_file import TextFile
from app.bundle.decode import decode_all
from app.bundle.record import BLANK
from app.checks.acceptance import Accepted, apply_acceptances
from app.checks.amount_precision import imprecise_amounts
from app.checks.blank import has_blank, is_blank
from app.checks.confusables import confusable_words
from app.checks.contradictions import contradictions
from app.checks.hidden_characters import in_document
from app.checks.language_parity import copied_texts, placeholder_warnings, variant_errors
from app.checks.message_texts import Scope, label_errors, message_errors, missing_label, missing_labels
from app.checks.never_shown import never_shown
from app.checks.official_addresses import address_errors
from app.checks.phone_numbers import phone_warnings
from app.checks.readability import deceptions, readability_warnings
from app.checks.references import References
from app.checks.region_contacts import overdue_contacts, region_errors
from app.checks.rule_examples import example_warnings, missing_examples
from app.checks.truncation import truncated_texts
from app.checks.vocabulary import (
    Vocabulary,
    doubtful_conditions,
    fact_faults,
    new_typologies,
    typology_fault,
    undescribed_facts,
)
from app.domain.bundle import Bundle
from app.domain.message import TEXT_FACTS

_CONTACTS = ("contacts",)
_ATTRIBUTES = ("attributes",)


@dataclass(frozen=True, slots=True)
class Checked:
    """`bundle` and its `content` are None where there is any error. `texts` holds each file's text, by path.

    What the files accept is in `accepted`, not in `problems`.
    """

    problems: tuple[Problem, ...]
    bundle: bytes | None
    content: Bundle | None
    texts: dict[str, str] = field(repr=False)
    accepted: tuple[Accepted, ...] = ()

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
    found = _sorted([*sources.problems, *_problems(sources, drafts, today)])
    left, accepted = apply_acceptances(found, drafts)
    problems = _sorted(left)
    texts = {each.path: each.document.text for each in drafts.every()}
    if any(problem.level is Level.ERROR for problem in problems):
        return Checked(problems, None, None, texts, tuple(accepted))
    bundle = encode(drafts)
    return Checked(problems, bundle, decode_all(bundle), texts, tuple(accepted))


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems), key=lambda p: (p.path, p.line, p.column, p.code, p.message)))


def _problems(sources: Sources, drafts: Drafts, today: date) -> Iterator[Problem]:
    for each in drafts.every():
        yield from each.problems
        wrong = {problem.where for problem in each.problems}
        yield from each.locate(found for found in in_document(each.document.data) if found.where not in wrong)
    yield from _facts_and_typologies(drafts)
    for region_id, region in drafts.regions.items():
        yield from _region(region_id, region, today)
    vocabulary = _vocabulary(drafts)
    typologies = _typologies(drafts)
    for rule in drafts.rules.values():
        yield from rule.locate(_rule(rule, vocabulary, typologies, today))
    yield from never_shown(drafts, today)
    for texts in drafts.texts.values():
        yield from truncated_texts(texts.document)
        yield from texts.locate(_texts(texts, drafts))
    yield from References(sources, drafts).problems()


def _facts_and_typologies(drafts: Drafts) -> Iterator[Problem]:
    if drafts.facts is not None and drafts.facts.parts is not None:
        yield from drafts.facts.locate([*fact_faults(drafts.facts.parts.facts), *undescribed_facts(drafts.facts.parts)])
    if drafts.typologies is not None and drafts.typologies.parts is not None:
        yield from drafts.typologies.locate(new_typologies(drafts.typologies.parts))


def _region(region_id: str, draft: Draft[RegionFile], today: date) -> Iterator[Problem]:
    if draft.parts is None:
        return
    findings = (each for each in region_errors(draft.parts) if not _follows(each, draft, draft.parts))
    yield from draft.locate(findings)
    yield from draft.locate(overdue_contacts(draft.parts, today))
    yield from draft.locate(phone_warnings(region_id, draft.parts))
    yield from draft.locate(each for each in address_errors(draft.parts) if not _unsure_address(each, draft))
    yield from draft.locate(_names(draft.parts))


def _unsure_address(finding: Finding, draft: Draft[RegionFile]) -> bool:
    """Whether the official domains, or whether the contact is verified, could not be read."""
    verified = (*finding.where[:-1], "verified")
    return finding.code is Code.UNOFFICIAL_ADDRESS and (
        not draft.certain(("official_domains",)) or draft.stands_in(verified)
    )


def _names(region: RegionFile) -> Iterator[Finding]:
    """The names that alerts show, in the letters of the region's languages or Latin ones."""
    shown = {("name",): region.name, ("partner", "name"): region.partner.name, ("partner", "unit"): region.partner.unit}
    for where, text in shown.items():
        faults = [list(confusable_words(text or "", language)) for language in region.languages]
        for each in min(faults, key=len):
            yield each.at(where)


def _follows(finding: Finding, draft: Draft[RegionFile], parts: RegionFile) -> bool:
    """Whether a fault of a region is only that something else in it could not be read."""
    if finding.code is Code.UNKNOWN_CONTACT:
        named = parts.actions.named()[str(finding.where[-1])]
        return draft.stands_in(_CONTACTS) or named in _lost_contacts(draft)
    return finding.code is Code.BAD_VALUE and bool(draft.names_lost(finding.where))


def _scope(draft: Draft[RegionFile] | None) -> Scope | None:
    """What the region's texts can name; None where that cannot be told."""
    if draft is None or draft.parts is None or draft.stands_in(_CONTACTS):
        return None
    unsure = (name for name in draft.parts.contacts if draft.stands_in((*_CONTACTS, name, "verified")))
    return Scope.of(draft.parts, _lost_contacts(draft).union(unsure))


def _lost_contacts(draft: Draft[RegionFile]) -> frozenset[str]:
    """The contacts whose names are not possible, as they were probably meant: `Help Line` is `help_line`."""
    return frozenset(re.sub(r"[\W_]+", "_", name.lower()) for name in draft.names_lost(_CONTACTS))


def _vocabulary(drafts: Drafts) -> Vocabulary | None:
    draft = drafts.facts
    if draft is None or draft.parts is None:
        return None
    facts = {name: form for name, form in draft.parts.facts.items() if draft.certain(("facts", name))}
    written = draft.parts.attributes
    attributes = {name: form for name, form in written.items() if draft.certain((*_ATTRIBUTES, name))}
    unsure = draft.names_lost(_ATTRIBUTES) | (written.keys() - attributes.keys())
    return Vocabulary.of(facts, attributes, None if draft.stands_in(_ATTRIBUTES) else unsure)


def _typologies(drafts: Drafts) -> frozenset[str] | None:
    draft = drafts.typologies
    if draft is None or draft.parts is None or draft.stands_in(("typologies",)):
        return None
    return draft.names_lost(("typologies",)).union(draft.parts.typologies)


def _rule(
    rule: RuleDraft, vocabulary: Vocabulary | None, typologies: Collection[str] | None, today: date
) -> Iterator[Finding]:
    if vocabulary is not None and not rule.when.cut:
        yield from doubtful_conditions(rule.when, vocabulary)
    if rule.parts is None:
        return
    if is_blank(rule.parts.rationale):
        hint = f"write the reason in the place of `{BLANK} …`"
        yield Finding(Code.UNFILLED, ("rationale",), "nobody has written this yet", hint)
    if typologies is not None:
        yield from typology_fault(rule.parts.typology, typologies)
    if rule.certain(("active",)):
        yield from _period(rule.parts, today)
    clause = rule.clause
    if clause is not None:
        yield from contradictions(rule.when)
    yield from imprecise_amounts(rule.when)
    for doubt in example_warnings(rule.parts, clause):
        if doubt.code is not Code.EXAMPLE_FAILED or rule.certain(doubt.where[:2]):
            yield doubt
    if clause is not None and rule.certain(("examples",)):
        yield from missing_examples(rule.parts, clause)


def _period(rule: RuleFile, today: date) -> Iterator[Finding]:
    since, until = rule.active.since, rule.active.until
    if since is not None and until is not None and day(until) <= day(since):
        message = f"from {since} until {until}, which excludes that day, is no day at all"
        yield Finding(Code.REVERSED_PERIOD, ("active",), message, "`until` is the first day on which the rule is off")
    elif until is not None and rule.enabled and day(until) < today:  # on that day it may still be the day before there
        hint = "set a later day, delete the rule, or write `enabled: false` to keep it for another time"
        yield Finding(Code.EXPIRED, ("active", "until"), f"this rule is off since {until}", hint)


def _texts(draft: TextDraft, drafts: Drafts) -> Iterator[Finding]:
    parts = draft.parts
    if parts is None:
        return
    scope = _scope(drafts.regions.get(draft.region))
    yield from label_errors(parts.defaults.actions, ("defaults", "actions"), scope)
    for name, message in parts.messages.items():
        for part in message_errors(message, ("messages", name), scope):
            yield from part
    blank = _unwritten(parts)
    yield from (each for each in _of_readers(draft, parts, drafts) if each.where[:2] not in blank)
    if scope is not None:
        yield from _labels(draft, parts, scope)
    first = _first_language(draft, drafts)
    if first is not None and first.parts is not None and first is not draft:
        unwritten = blank | _unwritten(first.parts)
        differing = _differences(draft, parts, first, first.parts, drafts)
        yield from (each for each in differing if each.where[:2] not in unwritten)


def _unwritten(parts: TextFile) -> frozenset[tuple[str | int, ...]]:
    """The messages that are still to be written, in part or as a whole."""
    return frozenset(("messages", name) for name, message in parts.messages.items() if has_blank(message))


def _of_readers(draft: TextDraft, parts: TextFile, drafts: Drafts) -> Iterator[Finding]:
    """What is said of texts that somebody has written, in the language that the file and its name agree on."""
    if parts.language != draft.language:
        return
    yield from deceptions(parts)
    yield from (each for each in readability_warnings(parts) if draft.certain(each.where))
    for other in _languages_before(draft, drafts):
        yield from copied_texts(parts, other)


def _labels(draft: TextDraft, parts: TextFile, scope: Scope) -> Iterator[Finding]:
    """A label that no message has is missing once, not in every message."""
    if draft.stands_in(("defaults", "actions")):
        return
    lacking = {
        name: missing_labels(parts.defaults.actions, message, scope)
        for name, message in parts.messages.items()
        if not draft.stands_in(("messages", name, "actions"))
    }
    everywhere = set.intersection(*map(set, lacking.values())) if lacking else set()
    if everywhere:
        yield missing_label([label for label in next(iter(lacking.values())) if label in everywhere], ("defaults",))
    for name, labels in lacking.items():
        if own := [label for label in labels if label not in everywhere]:
            yield missing_label(own, ("messages", name))


def _differences(
    draft: TextDraft, parts: TextFile, first: TextDraft, first_parts: TextFile, drafts: Drafts
) -> Iterator[Finding]:
    """Where both languages are sure of what they say."""
    for finding in variant_errors(parts, first_parts):
        variants = (*finding.where, "variants")
        if not any(each.stands_in(variants) or each.names_lost(variants) for each in (draft, first)):
            yield finding
    scope = _scope(drafts.regions.get(draft.region))
    known = frozenset(TEXT_FACTS) | (scope.verified if scope is not None else frozenset())
    for finding in placeholder_warnings(parts, first_parts, known):
        if draft.certain(finding.where) and first.certain(finding.where):
            yield finding


def _languages_before(draft: TextDraft, drafts: Drafts) -> Iterator[TextFile]:
    """The texts of the region's languages that stand before this one in its list."""
    region = drafts.regions.get(draft.region)
    languages = region.parts.languages if region is not None and region.parts is not None else []
    for language in languages[: languages.index(draft.language)] if draft.language in languages else ():
        other = drafts.texts.get((draft.region, language))
        if other is not None and other.parts is not None:
            yield other.parts


def _first_language(draft: TextDraft, drafts: Drafts) -> TextDraft | None:
    region = drafts.regions.get(draft.region)
    if region is None or region.parts is None or region.stands_in(("languages", 0)):
        return None
    return drafts.texts.get((draft.region, region.parts.languages[0]))
