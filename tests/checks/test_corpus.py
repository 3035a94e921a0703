"""Each wrong file of the corpus has one fault, told at its place and nowhere else; no right file has any.

`corpus/base` is a faultless region. A file of `corpus/wrong` or `corpus/right` takes the place of the one of its kind;
a folder of `corpus/wrong/places` is laid over the base. `corpus/wrong/expected.yaml` says what is wrong with each.
"""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.authoring.file_kind import FileKind
from app.authoring.problem_codes import Code
from app.checks.checker import check

CORPUS = Path(__file__).parent / "corpus"
TODAY = date(2026, 11, 20)

PLACES = {
    FileKind.RULE.slug: "rules/hk/investment-group.yaml",
    FileKind.REGION.slug: "rules/hk/region.yaml",
    FileKind.TEXTS.slug: "locales/hk/en.yaml",
    FileKind.FACTS.slug: "rules/facts.yaml",
    FileKind.TYPOLOGIES.slug: "rules/typologies.yaml",
    FileKind.LANGUAGES.slug: "locales/languages.yaml",
}

EXPECTED: dict[str, Any] = yaml.safe_load((CORPUS / "wrong/expected.yaml").read_text(encoding="utf-8"))
RIGHT = sorted(path.relative_to(CORPUS / "right").as_posix() for path in (CORPUS / "right").rglob("*.yaml"))

# Faults that no file shows: of the folders themselves, of links and rights.
ELSEWHERE = {Code.NO_FOLDER, Code.UNREADABLE, Code.SYMLINK}


def found(root: Path) -> list[tuple[str, str, int, int]]:
    problems = check(root / "rules", root / "locales", TODAY).problems
    return [(Path(p.path).relative_to(root).as_posix(), p.code, p.line, p.column) for p in problems]


def lay(root: Path, file: Path) -> str:
    """The base with a file of the corpus in its place, which is returned."""
    shutil.copytree(CORPUS / "base", root, dirs_exist_ok=True)
    if file.is_dir():
        shutil.copytree(file, root, dirs_exist_ok=True)
        return ""
    place = PLACES[file.parent.name]
    shutil.copyfile(file, root / place)
    return place


@pytest.mark.parametrize("name", EXPECTED)
def test_a_wrong_file_is_told_at_its_place_and_nowhere_else(name: str, tmp_path: Path) -> None:
    fault = EXPECTED[name]
    place = lay(tmp_path, CORPUS / "wrong" / name)

    assert found(tmp_path) == [(fault.get("path", place), fault["code"], fault["line"], fault["column"])]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_file_is_not_reported(name: str, tmp_path: Path) -> None:
    lay(tmp_path, CORPUS / "right" / name)

    assert found(tmp_path) == []


def test_the_base_is_faultless(tmp_path: Path) -> None:
    shutil.copytree(CORPUS / "base", tmp_path, dirs_exist_ok=True)

    assert found(tmp_path) == []


def test_every_wrong_file_has_its_expectation() -> None:
    files = {
        path.relative_to(CORPUS / "wrong").as_posix() for kind in PLACES for path in (CORPUS / "wrong" / kind).iterdir()
    }
    folders = {f"places/{path.name}" for path in (CORPUS / "wrong/places").iterdir()}

    assert files | folders == set(EXPECTED)


def test_every_code_has_a_wrong_file() -> None:
    shown = {fault["code"] for fault in EXPECTED.values()}

    assert [code.slug for code in Code if code not in ELSEWHERE and code.slug not in shown] == []
