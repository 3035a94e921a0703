"""A language is guarded by its word list, or by a person who is named to read every text in it."""

from pathlib import Path

import pytest

from tests.checks.folders import REGION, REGION_PATH, TEXTS, checked

IN_HUNGARIAN = {
    REGION_PATH: REGION.replace("languages: [en, ar]", "languages: [en, ar, hu]"),
    "locales/hk/hu.yaml": TEXTS.replace("language: en", "language: hu").replace("Stop", "Küldje el a kódot"),
}


def warned(root: Path, readers: str | None) -> bool:
    found = checked(root, {**IN_HUNGARIAN, "locales/languages.yaml": readers})
    assert not found.errors
    return "unguarded-language" in {problem.code for problem in found.warnings}


@pytest.mark.parametrize("readers", [None, "readers: {}\n", "readers:\n  hu:\n", "readers: {sw: The translators}\n"])
def test_a_language_that_nobody_reads_is_warned_about(tmp_path: Path, readers: str | None) -> None:
    assert warned(tmp_path, readers)


def test_a_language_with_a_reader_is_not(tmp_path: Path) -> None:
    assert not warned(tmp_path, "readers: {hu: The translators}\n")


def test_the_warning_names_the_way_of_officers_before_that_of_maintainers(tmp_path: Path) -> None:
    [warning] = [each for each in checked(tmp_path, IN_HUNGARIAN).warnings if each.code == "unguarded-language"]

    officers, _, maintainers = str(warning.hint).partition("; maintainers")
    assert officers == (
        "name a person or team who reads every text in it, as `hu` under `readers` in locales/languages.yaml"
    )
    assert "app/checks/words" in maintainers


def test_a_reader_of_a_language_reads_its_kinds(tmp_path: Path) -> None:
    kinds = {path.replace("hu.", "hu-RO."): text.replace("hu", "hu-RO") for path, text in IN_HUNGARIAN.items()}
    found = checked(tmp_path, {**kinds, "locales/languages.yaml": "readers: {hu: The translators}\n"})

    assert found.problems == ()


def test_a_file_cannot_accept_it(tmp_path: Path) -> None:
    texts = IN_HUNGARIAN["locales/hk/hu.yaml"] + "accept: {unguarded-language: I have read all of it myself.}\n"
    found = checked(tmp_path, {**IN_HUNGARIAN, "locales/hk/hu.yaml": texts})

    assert [problem.code for problem in found.errors] == ["bad-value"]


def test_any_other_file_beside_it_is_stray(tmp_path: Path) -> None:
    found = checked(tmp_path, {"locales/languages.yaml": "readers: {}\n", "locales/english.yaml": "readers: {}\n"})

    assert [(problem.path, problem.code) for problem in found.problems] == [("locales/english.yaml", "stray-file")]
