"""The rules and texts of a revision or of the working folder: checked, and compiled where they have no errors."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from app.authoring.drafts import Drafts, RuleDraft, draft
from app.authoring.rule_file import RuleFile
from app.authoring.source_files import Sources, read_sources
from app.authoring.yaml_reader import SIZE_LIMIT
from app.bundle.revision import revision_of
from app.checks.checker import Checked, check_sources
from app.domain.condition import Clause
from app.review.git_repository import Entry, Repository
from app.service.rulebook import Rulebook, compile_now


@dataclass(frozen=True, slots=True)
class FolderPaths:
    """The paths of the two folders in a repository, with slashes."""

    rules: str
    locales: str

    def holds(self, path: str) -> bool:
        return any(path.startswith(f"{folder}/") for folder in (self.rules, self.locales))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`book` is None where the files have errors; `drafts` then still has every part that could be read.

    Problems and drafts name files by their path in the repository.
    """

    drafts: Drafts
    checked: Checked
    book: Rulebook | None

    def form(self, rule_id: str) -> RuleFile | None:
        """The rule as written; None where it is missing or unreadable."""
        rule = self.drafts.rules.get(rule_id)
        return rule.form if rule is not None else None

    def clause(self, rule_id: str) -> Clause | None:
        rule: RuleDraft | None = self.drafts.rules.get(rule_id)
        return rule.clause if rule is not None and rule.form is not None else None


def placed(rules: Path, locales: Path) -> tuple[Repository, FolderPaths]:
    """The repository that the folders belong to, and their places in it. Raises GitError."""
    around = next(folder for folder in (rules, *rules.absolute().parents) if folder.is_dir())
    repository = Repository.containing(around)
    return repository, FolderPaths(repository.inside(rules), repository.inside(locales))


def snapshot_of_folder(repository: Repository, places: FolderPaths, today: date) -> Snapshot:
    """The files in the working folder."""
    sources = read_sources(repository.root / places.rules, repository.root / places.locales)
    return _snapshot(_relative(sources, repository.root), today)


def snapshot_of_commit(repository: Repository, commit: str, places: FolderPaths, today: date) -> Snapshot:
    """The files of a commit, whatever is checked out."""
    return _snapshot(sources_of_commit(repository, commit, places), today)


def sources_of_commit(repository: Repository, commit: str, places: FolderPaths) -> Sources:
    """The files of a commit, named by their path in the repository."""
    entries = [entry for path, entry in repository.files(commit).items() if places.holds(path)]
    with _checked_out(repository, entries) as root:
        for folder in (places.rules, places.locales):
            (root / folder).mkdir(parents=True, exist_ok=True)
        return _relative(read_sources(root / places.rules, root / places.locales), root)


@contextmanager
def _checked_out(repository: Repository, entries: list[Entry]) -> Iterator[Path]:
    """The files in a temporary folder. A file over the size limit is replaced by filler that is over it too."""
    small = [entry for entry in entries if entry.size <= SIZE_LIMIT]
    contents: Mapping[str, bytes] = repository.contents(small)
    with TemporaryDirectory(prefix="forewarn-review-") as folder:
        root = Path(folder).resolve()
        for entry in entries:
            path = root / entry.path
            path.parent.mkdir(parents=True, exist_ok=True)
            if entry.is_link:
                path.symlink_to(os.fsdecode(contents[entry.path]))
            else:
                path.write_bytes(contents.get(entry.path, b"#" * (SIZE_LIMIT + 1)))
        yield root


def _snapshot(sources: Sources, today: date) -> Snapshot:
    checked = check_sources(sources, today)
    book = None
    if checked.bundle is not None and checked.content is not None:
        book = compile_now(revision_of(checked.bundle), checked.content)
    return Snapshot(draft(sources), checked, book)


def _relative(sources: Sources, root: Path) -> Sources:
    def short(path: str) -> str:
        return Path(path).relative_to(root).as_posix() if Path(path).is_relative_to(root) else path

    return replace(
        sources,
        rules_path=short(sources.rules_path),
        locales_path=short(sources.locales_path),
        facts=sources.facts and replace(sources.facts, path=short(sources.facts.path)),
        typologies=sources.typologies and replace(sources.typologies, path=short(sources.typologies.path)),
        languages=sources.languages and replace(sources.languages, path=short(sources.languages.path)),
        regions={key: replace(file, path=short(file.path)) for key, file in sources.regions.items()},
        rules={key: replace(file, path=short(file.path)) for key, file in sources.rules.items()},
        texts={key: replace(file, path=short(file.path)) for key, file in sources.texts.items()},
        problems=tuple(replace(problem, path=short(problem.path)) for problem in sources.problems),
    )
