"""Every source file, read and validated: the checks judge drafts, and a bundle is made of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from app.authoring.condition_syntax import Parsed, parse
from app.authoring.document import Document
from app.authoring.error_recovery import Recovered, recover
from app.authoring.facts_file import FactsFile
from app.authoring.languages_file import LanguagesFile
from app.authoring.problem import Finding, Path, Problem
from app.authoring.problem_codes import Code
from app.authoring.region_file import RegionFile
from app.authoring.rule_file import RuleFile
from app.authoring.shape import validate
from app.authoring.source_files import SourceFile, Sources
from app.authoring.text_file import TextFile
from app.authoring.typologies_file import TypologiesFile
from app.authoring.yaml_reader import read
from app.domain.condition import Clause

F = TypeVar("F", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Draft(Generic[F]):
    """One file. `form` is None where the file is not valid; `problems` then says why.

    `parts` holds its valid parts, with stand-ins for the others; None where nothing could be recovered. `lost` are the
    entries that could not be kept at all.
    """

    document: Document
    form: F | None
    problems: tuple[Problem, ...]
    parts: F | None
    stand_ins: frozenset[Path]
    lost: frozenset[Path]

    @property
    def path(self) -> str:
        return self.document.path

    def locate(self, findings: Iterable[Finding]) -> list[Problem]:
        """Leaves out findings about a stand-in: the value that it replaces has its problem already."""
        return [self.document.locate(finding) for finding in findings if not self.stands_in(finding.where)]

    def stands_in(self, where: Path) -> bool:
        """Whether this value, or anything around it, is a stand-in."""
        return any(where[:end] in self.stand_ins for end in range(len(where) + 1))

    def certain(self, where: Path) -> bool:
        """Whether this value is exactly what the author wrote, with everything in it."""
        inside = (each for each in (*self.stand_ins, *self.lost) if each[: len(where)] == where)
        return not self.stands_in(where) and not any(inside)

    def names_lost(self, where: Path) -> frozenset[str]:
        """The names of the entries in this place that could not be kept."""
        return frozenset(str(each[-1]) for each in self.lost if each[:-1] == where)


@dataclass(frozen=True, slots=True)
class RuleDraft(Draft[RuleFile]):
    """`when` is parsed even where the rest of the rule is not valid."""

    id: str
    when: Parsed

    @property
    def region(self) -> str:
        return self.id.partition("/")[0]

    @property
    def clause(self) -> Clause | None:
        """The condition; None where any part of it could not be read."""
        return self.when.clause if not self.when.findings and self.certain(("when",)) else None


@dataclass(frozen=True, slots=True)
class TextDraft(Draft[TextFile]):
    """`written` holds the names of all messages; None where the file is too broken to tell."""

    region: str
    language: str
    written: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Drafts:
    facts: Draft[FactsFile] | None
    typologies: Draft[TypologiesFile] | None
    languages: Draft[LanguagesFile] | None
    regions: Mapping[str, Draft[RegionFile]]
    rules: Mapping[str, RuleDraft]
    texts: Mapping[tuple[str, str], TextDraft]

    def every(self) -> list[Draft[BaseModel]]:
        alone = [draft for draft in (self.facts, self.typologies, self.languages) if draft is not None]
        return [*alone, *self.regions.values(), *self.rules.values(), *self.texts.values()]  # type: ignore[list-item]  # Draft is read-only


def draft(sources: Sources) -> Drafts:
    return Drafts(
        _draft(FactsFile, sources.facts) if sources.facts else None,
        _draft(TypologiesFile, sources.typologies) if sources.typologies else None,
        _draft(LanguagesFile, sources.languages) if sources.languages else None,
        {region: _draft(RegionFile, file) for region, file in sources.regions.items()},
        {rule_id: _rule(rule_id, file) for rule_id, file in sources.rules.items()},
        {place: _texts(*place, file) for place, file in sources.texts.items()},
    )


def _draft(form: type[F], file: SourceFile) -> Draft[F]:
    document = read(file.path, file.raw)
    valid, findings = _validated(form, document)
    return Draft(document, valid, _problems(document, findings), *_parts(form, document, valid))


def _rule(rule_id: str, file: SourceFile) -> RuleDraft:
    document = read(file.path, file.raw)
    form, findings = _validated(RuleFile, document)
    written = document.data.get("when") if isinstance(document.data, dict) else None
    parsed = parse(written) if isinstance(written, dict) else Parsed()
    problems = _problems(document, [*findings, *parsed.findings])
    parts = _parts(RuleFile, document, form)
    return RuleDraft(document, form if not parsed.findings else None, problems, *parts, rule_id, parsed)


def _texts(region: str, language: str, file: SourceFile) -> TextDraft:
    document = read(file.path, file.raw)
    form, findings = _validated(TextFile, document)
    data = document.data
    messages = data.get("messages") if isinstance(data, dict) else None
    written = frozenset(messages) if isinstance(messages, dict) else None
    parts = _parts(TextFile, document, form)
    return TextDraft(document, form, _problems(document, findings), *parts, region, language, written)


def _validated(form: type[F], document: Document) -> tuple[F | None, list[Finding]]:
    """A file that is not YAML has its problem already."""
    if document.data is None and document.problems:
        return None, []
    return validate(form, document.data)


def _parts(form: type[F], document: Document, valid: F | None) -> tuple[F | None, frozenset[Path], frozenset[Path]]:
    """The valid parts, the places of their stand-ins, and the entries that were lost."""
    recovered = Recovered(valid, frozenset(), frozenset()) if valid is not None else recover(form, document.data)
    if recovered is None:
        return None, frozenset(), frozenset()
    return recovered.form, recovered.stand_ins | _replaced(document), recovered.lost | _duplicated(document)


def _replaced(document: Document) -> frozenset[Path]:
    """Single values that could not be read, such as an alias: the document has something else in their place."""
    reported = {(problem.line, problem.column) for problem in document.problems}
    around = {where[:-1] for where in document.values if where} if reported else set()
    return frozenset(where for where, place in document.values.items() if place in reported and where not in around)


def _duplicated(document: Document) -> frozenset[Path]:
    """Entries that are there twice: the document has only the second."""
    return frozenset(problem.where for problem in document.problems if problem.code == Code.DUPLICATE_KEY.slug)


def _problems(document: Document, findings: Iterable[Finding]) -> tuple[Problem, ...]:
    """The document's own problems, and the findings in other places."""
    reported = {(problem.line, problem.column) for problem in document.problems}
    located = [document.locate(finding) for finding in findings]
    return (*document.problems, *(problem for problem in located if (problem.line, problem.column) not in reported))
