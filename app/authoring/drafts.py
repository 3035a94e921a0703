"""Every source file, read and held against its form: what the checks look at and what a bundle is made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from app.authoring.conditions import Parsed, parse
from app.authoring.document import Document, read
from app.authoring.facts_file import FactsFile
from app.authoring.problem import Finding, Problem
from app.authoring.region_file import RegionFile
from app.authoring.rule_file import RuleFile
from app.authoring.shape import fit
from app.authoring.sources import SourceFile, Sources
from app.authoring.text_file import TextFile
from app.authoring.typologies_file import TypologiesFile

F = TypeVar("F", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Draft(Generic[F]):
    """One file. `form` is None where it does not fit its form; `problems` then says why."""

    document: Document
    form: F | None
    problems: tuple[Problem, ...]

    @property
    def path(self) -> str:
        return self.document.path

    def locate(self, findings: Iterable[Finding]) -> list[Problem]:
        return [self.document.locate(finding) for finding in findings]


@dataclass(frozen=True, slots=True)
class RuleDraft(Draft[RuleFile]):
    """`when` is parsed whether or not the rest of the rule fits."""

    id: str
    when: Parsed

    @property
    def region(self) -> str:
        return self.id.partition("/")[0]


@dataclass(frozen=True, slots=True)
class TextDraft(Draft[TextFile]):
    """`form` holds the messages that fit, `written` the names of all of them; None where that cannot be told."""

    region: str
    language: str
    written: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Drafts:
    facts: Draft[FactsFile] | None
    typologies: Draft[TypologiesFile] | None
    regions: Mapping[str, Draft[RegionFile]]
    rules: Mapping[str, RuleDraft]
    texts: Mapping[tuple[str, str], TextDraft]

    def every(self) -> list[Draft[BaseModel]]:
        alone = [draft for draft in (self.facts, self.typologies) if draft is not None]
        return [*alone, *self.regions.values(), *self.rules.values(), *self.texts.values()]  # type: ignore[list-item]  # Draft is read-only


def draft(sources: Sources) -> Drafts:
    return Drafts(
        _draft(FactsFile, sources.facts) if sources.facts else None,
        _draft(TypologiesFile, sources.typologies) if sources.typologies else None,
        {region: _draft(RegionFile, file) for region, file in sources.regions.items()},
        {rule_id: _rule(rule_id, file) for rule_id, file in sources.rules.items()},
        {place: _texts(*place, file) for place, file in sources.texts.items()},
    )


def _draft(form: type[F], file: SourceFile) -> Draft[F]:
    document = read(file.path, file.raw)
    fitted, findings = _fit(form, document)
    return Draft(document, fitted, _problems(document, findings))


def _rule(rule_id: str, file: SourceFile) -> RuleDraft:
    document = read(file.path, file.raw)
    form, findings = _fit(RuleFile, document)
    written = document.data.get("when") if isinstance(document.data, dict) else None
    parsed = parse(written) if isinstance(written, dict) else Parsed()
    problems = _problems(document, [*findings, *parsed.findings])
    return RuleDraft(document, form if not parsed.findings else None, problems, rule_id, parsed)


def _texts(region: str, language: str, file: SourceFile) -> TextDraft:
    document = read(file.path, file.raw)
    form, findings = _fit(TextFile, document)
    data = document.data
    messages = data.get("messages") if isinstance(data, dict) else None
    written = frozenset(messages) if isinstance(messages, dict) else None
    if form is None and isinstance(data, dict) and isinstance(messages, dict):
        # One message with a fault does not keep the others from being checked.
        faulty = {
            finding.where[1] for finding in findings if finding.where[:1] == ("messages",) and len(finding.where) > 1
        }
        sound = {name: message for name, message in messages.items() if name not in faulty}
        form, _ = fit(TextFile, {**data, "messages": sound})
    return TextDraft(document, form, _problems(document, findings), region, language, written)


def _fit(form: type[F], document: Document) -> tuple[F | None, list[Finding]]:
    """A file that is no YAML at all has its fault already; so has a place that the document complains of."""
    if document.data is None and document.problems:
        return None, []
    return fit(form, document.data)


def _problems(document: Document, findings: Iterable[Finding]) -> tuple[Problem, ...]:
    """The document's own problems, and what was found at other places."""
    told = {(problem.line, problem.column) for problem in document.problems}
    located = [document.locate(finding) for finding in findings]
    return (*document.problems, *(problem for problem in located if (problem.line, problem.column) not in told))
