"""The files under rules/ and locales/. A file's place says what it holds."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from app.authoring.countries import country_meant
from app.authoring.problem import START, Problem
from app.authoring.problem_codes import Code
from app.authoring.suggestions import quoted
from app.authoring.yaml_reader import SIZE_LIMIT
from app.domain.region import REGION_ID
from app.domain.rule import RULE_NAME, RULE_NAME_LIMIT

K = TypeVar("K")

FACTS = "facts"
TYPOLOGIES = "typologies"
LANGUAGES = "languages"
REGION = "region"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """`path` is the path that messages show."""

    path: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Sources:
    """Files by what they hold: regions by folder, rules by id, texts by (folder, language)."""

    rules_path: str
    locales_path: str
    facts: SourceFile | None = None
    typologies: SourceFile | None = None
    languages: SourceFile | None = None
    regions: dict[str, SourceFile] = field(default_factory=dict)
    rules: dict[str, SourceFile] = field(default_factory=dict)
    texts: dict[tuple[str, str], SourceFile] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    complete: bool = True  # False where a folder could not be read, so that nothing more can be checked


def read_sources(rules_dir: Path, locales_dir: Path) -> Sources:
    """Never raises: a file or folder that cannot be read is a problem."""
    missing = [_no_folder(folder) for folder in (rules_dir, locales_dir) if not folder.is_dir()]
    if missing:
        return Sources(str(rules_dir), str(locales_dir), problems=tuple(missing), complete=False)
    rules, locales = _Folder(rules_dir), _Folder(locales_dir)
    named = _named(rules, {FACTS, TYPOLOGIES}, "rules lie in their region's folder: rules/hk/name.yaml")
    named |= _named(locales, {LANGUAGES}, "texts lie in their region's folder: locales/hk/en.yaml")
    regions, ours = _regions_and_rules(rules)
    texts = _texts(locales)
    return Sources(
        str(rules_dir),
        str(locales_dir),
        named.get(FACTS),
        named.get(TYPOLOGIES),
        named.get(LANGUAGES),
        regions,
        ours,
        texts,
        (*rules.problems, *locales.problems),
    )


def _named(folder: "_Folder", names: Container[str], hint: str) -> dict[str, SourceFile]:
    """The files with these names at the top of the folder; `hint` says where any other belongs."""
    named: dict[str, SourceFile] = {}
    for name, path in folder.top():
        if name in names:
            folder.keep(path, name, named)
        else:
            folder.stray(path, hint)
    return named


def _regions_and_rules(rules: "_Folder") -> tuple[dict[str, SourceFile], dict[str, SourceFile]]:
    regions: dict[str, SourceFile] = {}
    ours: dict[str, SourceFile] = {}
    for folder, name, path in rules.below():
        if name == REGION:
            rules.keep(path, folder, regions)
        elif RULE_NAME.fullmatch(name) and len(name) <= RULE_NAME_LIMIT:
            rules.keep(path, f"{folder}/{name}", ours)
        else:
            rules.misnamed(path)
    return regions, ours


def _texts(locales: "_Folder") -> dict[tuple[str, str], SourceFile]:
    texts: dict[tuple[str, str], SourceFile] = {}
    for folder, name, path in locales.below():
        locales.keep(path, (folder, name), texts)
    return texts


def _no_folder(folder: Path) -> Problem:
    what = "this is no folder" if folder.exists() else "the folder does not exist"
    return Problem.at(_shown(folder), START, Code.NO_FOLDER, what)


class _Folder:
    """Lists one of the two folders in a fixed order, and collects the problems of its files."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._real = root.resolve()
        self.problems: list[Problem] = []

    def top(self) -> Iterator[tuple[str, Path]]:
        """YAML files directly in the folder."""
        yield from self._yaml(self._root)

    def below(self) -> Iterator[tuple[str, str, Path]]:
        """(region folder, file name without its ending, path) of every file in a region's folder."""
        for folder in self._children(self._root):
            if not folder.is_dir() or not self._inside(folder):
                continue
            files = list(self._yaml(folder))
            if files and not REGION_ID.fullmatch(folder.name):
                hint = _folder_meant(folder.name)
                self._problem(folder, Code.FOLDER_NAME, f"{quoted(folder.name)} is not a region's folder", hint)
                continue
            for name, path in files:
                yield folder.name, name, path
            self._deeper(folder)

    def keep(self, path: Path, key: K, kept: dict[K, SourceFile]) -> None:
        try:
            with path.open("rb") as file:
                kept[key] = SourceFile(_shown(path), file.read(SIZE_LIMIT + 1))
        except OSError as error:
            self._problem(path, Code.UNREADABLE, f"cannot be read: {error.strerror}")

    def stray(self, path: Path, hint: str) -> None:
        self._problem(path, Code.STRAY_FILE, "nothing reads a file in this place", hint)

    def misnamed(self, path: Path) -> None:
        hint = "lower case letters, digits and hyphens: investment-new-address.yaml"
        self._problem(path, Code.FILE_NAME, f"{quoted(path.name)} cannot be a rule's name", hint)

    def _yaml(self, folder: Path) -> Iterator[tuple[str, Path]]:
        for path in self._children(folder):
            ending = path.suffix.lower()
            if ending not in {".yaml", ".yml"} or not self._inside(path) or path.is_dir():
                continue
            if not path.is_file():
                self._problem(path, Code.UNREADABLE, "not a file" if path.exists() else "the link leads nowhere")
            elif path.suffix != ".yaml":
                self._problem(path, Code.EXTENSION, f"{quoted(path.name)} is not loaded", f"name it {path.stem}.yaml")
            else:
                yield path.stem, path

    def _deeper(self, folder: Path) -> None:
        for inner in self._children(folder):
            if inner.is_dir() and self._inside(inner):
                for _, path in self._yaml(inner):
                    self.stray(path, "rules and texts lie directly in their region's folder")

    def _children(self, folder: Path) -> list[Path]:
        try:
            return sorted(child for child in folder.iterdir() if not child.name.startswith("."))
        except OSError as error:
            self._problem(folder, Code.UNREADABLE, f"cannot be read: {error.strerror}")
            return []

    def _inside(self, path: Path) -> bool:
        try:
            if not path.is_symlink() or path.resolve().is_relative_to(self._real):
                return True
        except (OSError, RuntimeError):  # a link to itself; Python 3.13 changed which of the two it is
            pass
        self._problem(path, Code.SYMLINK, "this link leads out of the folder", "put the file itself here")
        return False

    def _problem(self, path: Path, code: Code, message: str, hint: str | None = None) -> None:
        self.problems.append(Problem.at(_shown(path), START, code, message, hint))


def _folder_meant(name: str) -> str:
    lower = name.lower()
    if REGION_ID.fullmatch(lower):
        return f"rename it to {quoted(lower)}"
    return country_meant(lower) or "folders are two-letter codes: `hk` for Hong Kong, `gb` for the United Kingdom"


def _shown(path: Path) -> str:
    """A path that any terminal can print."""
    return path.as_posix().encode("utf-8", "replace").decode()
