"""Runs every check on rules/ and locales/, and encodes the bundle if there is no error."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.authoring.drafts import Drafts, draft
from app.authoring.encode import encode
from app.authoring.problem import Problem
from app.authoring.problem_codes import Level
from app.authoring.source_files import Sources, read_sources
from app.authoring.translation_state import State, Translation, translations
from app.bundle.decode import decode_all
from app.checks.acceptance import Accepted, apply_acceptances
from app.checks.fact_ranges import Ranges, out_of_range, range_problems
from app.checks.hidden_characters import in_document
from app.checks.never_shown import never_shown
from app.checks.references import References
from app.checks.region_checks import REGION_CHECKS, RegionContext, scope_of
from app.checks.rule_checks import RULE_CHECKS, RuleContext
from app.checks.text_checks import TEXT_CHECKS, TextContext
from app.checks.truncation import truncated_texts
from app.checks.vocabulary import Vocabulary, doubtful_conditions, fact_errors, new_typologies, undescribed_facts
from app.domain.bundle import Bundle
from app.domain.fact import ATTRIBUTE_PREFIX

_ATTRIBUTES = ("attributes",)


@dataclass(frozen=True, slots=True)
class Checked:
    """`bundle` and its `content` are None if there is any error. `texts` holds each file's text, by path.

    Accepted warnings are in `accepted`, not in `problems`. `earlier` are the problems that a change did not bring; None
    where the files are judged by themselves. `redone` are translations that are behind, but that the change has
    new words for, also accepted ones. `behind` are translations whose source has changed since.
    """

    problems: tuple[Problem, ...]
    bundle: bytes | None
    content: Bundle | None
    texts: dict[str, str] = field(repr=False)
    accepted: tuple[Accepted, ...] = ()
    earlier: frozenset[Problem] | None = None
    redone: frozenset[Problem] = frozenset()
    behind: tuple[Translation, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.level is Level.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.level is Level.WARNING)

    @property
    def counted(self) -> tuple[Problem, ...]:
        """All problems, or those that the change brings."""
        return tuple(filter(self.counts, self.problems))

    def counts(self, problem: Problem) -> bool:
        return problem not in self.redone and problem not in (self.earlier or ())


def check(rules_dir: Path, locales_dir: Path, today: date) -> Checked:
    """Never raises because of the folders' contents. `today` decides which contacts are due for another check."""
    return check_sources(read_sources(rules_dir, locales_dir), today)


def check_sources(sources: Sources, today: date) -> Checked:
    if not sources.complete:
        return Checked(in_order(sources.problems), None, None, {})
    drafts = draft(sources)
    context = _Context(sources, drafts, today)
    found = in_order([*sources.problems, *(each for run in _CHECKS for each in run(context))])
    left, accepted = apply_acceptances(found, drafts)
    problems = in_order(left)
    texts = {each.path: each.document.text for each in drafts.every()}
    if any(problem.level is Level.ERROR for problem in problems):
        return Checked(problems, None, None, texts, tuple(accepted))
    bundle = encode(drafts)
    behind = tuple(each for each in translations(drafts) if each.state is State.BEHIND)
    return Checked(problems, bundle, decode_all(bundle), texts, tuple(accepted), behind=behind)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By place, each once."""
    return tuple(sorted(set(problems), key=lambda p: (p.path, p.line, p.column, p.code, p.message)))


@dataclass(frozen=True, slots=True)
class _Context:
    """Everything that a check can look at."""

    sources: Sources
    drafts: Drafts
    today: date


def _forms(context: _Context) -> Iterator[Problem]:
    """What cannot be read, or does not fit the form of its file."""
    for each in context.drafts.every():
        yield from each.problems


def _hidden_characters(context: _Context) -> Iterator[Problem]:
    """Except in a value that is wrong anyway."""
    for each in context.drafts.every():
        wrong = {problem.where for problem in each.problems}
        yield from each.locate(found for found in in_document(each.document.data) if found.where not in wrong)


def _facts(context: _Context) -> Iterator[Problem]:
    facts = context.drafts.facts
    if facts is not None and facts.parts is not None:
        parts = facts.parts
        yield from facts.locate([*fact_errors(parts.facts), *undescribed_facts(parts)])
        yield from facts.locate(range_problems(parts.facts, "facts"))
        yield from facts.locate(range_problems(parts.attributes, "attributes", ATTRIBUTE_PREFIX))


def _typologies(context: _Context) -> Iterator[Problem]:
    typologies = context.drafts.typologies
    if typologies is not None and typologies.parts is not None:
        yield from typologies.locate(new_typologies(typologies.parts))


def _regions(context: _Context) -> Iterator[Problem]:
    for region_id, region in context.drafts.regions.items():
        if region.parts is not None:
            checked = RegionContext(region_id, region, region.parts, context.today)
            for check_region in REGION_CHECKS:
                yield from region.locate(check_region(checked))


def _conditions(context: _Context) -> Iterator[Problem]:
    """Whether or not the rest of the rule can be read."""
    vocabulary = _vocabulary(context.drafts)
    for rule in context.drafts.rules.values():
        if vocabulary is not None and not rule.when.cut:
            yield from rule.locate(doubtful_conditions(rule.when, vocabulary))
            found = out_of_range(rule.when, vocabulary.ranges)
            yield from rule.locate(each for each in found if rule.certain(each.where))


def _rules(context: _Context) -> Iterator[Problem]:
    typologies, ranges = _known_typologies(context.drafts), _ranges(context.drafts)
    for rule in context.drafts.rules.values():
        if rule.parts is not None:
            checked = RuleContext(rule, rule.parts, typologies, context.today, ranges)
            for check_rule in RULE_CHECKS:
                yield from rule.locate(check_rule(checked))


def _never_shown(context: _Context) -> Iterable[Problem]:
    return never_shown(context.drafts, context.today, _ranges(context.drafts))


def _truncated_texts(context: _Context) -> Iterator[Problem]:
    for texts in context.drafts.texts.values():
        yield from truncated_texts(texts.document)


def _texts(context: _Context) -> Iterator[Problem]:
    for texts in context.drafts.texts.values():
        if texts.parts is not None:
            scope = scope_of(context.drafts.regions.get(texts.region))
            checked = TextContext(texts, texts.parts, context.drafts, scope)
            for check_texts in TEXT_CHECKS:
                yield from texts.locate(check_texts(checked))


def _references(context: _Context) -> Iterable[Problem]:
    return References(context.sources, context.drafts).problems()


# Every check is a line here, or in the table that `_regions`, `_rules` or `_texts` runs.
_CHECKS: Sequence[Callable[[_Context], Iterable[Problem]]] = (
    _forms,
    _hidden_characters,
    _facts,
    _typologies,
    _regions,
    _conditions,
    _rules,
    _never_shown,
    _truncated_texts,
    _texts,
    _references,
)


def _vocabulary(drafts: Drafts) -> Vocabulary | None:
    draft = drafts.facts
    if draft is None or draft.parts is None:
        return None
    facts = {name: form for name, form in draft.parts.facts.items() if draft.certain(("facts", name))}
    written = draft.parts.attributes
    attributes = {name: form for name, form in written.items() if draft.certain((*_ATTRIBUTES, name))}
    unsure = draft.names_lost(_ATTRIBUTES) | (written.keys() - attributes.keys())
    return Vocabulary.of(facts, attributes, None if draft.stands_in(_ATTRIBUTES) else unsure)


def _ranges(drafts: Drafts) -> Ranges:
    """Empty where facts.yaml could not be read: then a number may be anything."""
    vocabulary = _vocabulary(drafts)
    return vocabulary.ranges if vocabulary is not None else {}


def _known_typologies(drafts: Drafts) -> frozenset[str] | None:
    draft = drafts.typologies
    if draft is None or draft.parts is None or draft.stands_in(("typologies",)):
        return None
    return draft.names_lost(("typologies",)).union(draft.parts.typologies)
