"""Whoever changes a text and its translation in one proposal is not held up by `translation-behind`."""

from pathlib import Path

import pytest

from app.authoring.drafts import draft
from app.authoring.source_files import read_sources
from app.authoring.translation_state import translations
from app.checks.checker import Checked, check
from app.checks.output.github_annotations import annotations, step_summary
from app.checks.output.relocation import seen_from
from app.checks.output.text_output import report
from app.commands.change_check import since
from app.commands.rule_folders import Folders
from app.review.problem_changes import ProblemChanges, problem_changes
from tests.checks.folders import FILES, TEXT_PATH, TEXTS, TODAY
from tests.review.repositories import repository, write

ARABIC_PATH = "locales/hk/ar.yaml"
ENGLISH = (TEXTS, TEXTS.replace("title: Stop", "title: Hang up"), TEXTS.replace("title: Stop", "title: Wait here"))
BEHIND = ["translation-behind"]


@pytest.fixture
def arabic(tmp_path: Path) -> str:
    """The Arabic text, made from the first English one."""
    write(tmp_path, FILES)
    [translation] = translations(draft(read_sources(tmp_path / "rules", tmp_path / "locales")))
    marked = TEXTS.replace("language: en", "language: ar")
    return marked.replace("  investment:\n", f"  investment:\n    {translation.origin.line}\n")


def changes(root: Path, before: tuple[str, str], after: tuple[str, str]) -> ProblemChanges:
    return problem_changes(*(judged(root, *texts) for texts in (before, after)))


def judged(root: Path, english: str, arabic: str) -> Checked:
    write(root, {TEXT_PATH: english, ARABIC_PATH: arabic})
    return seen_from(root, check(root / "rules", root / "locales", TODAY))


def codes(found: ProblemChanges) -> tuple[list[str], list[str]]:
    return [each.code for each in found.came], [each.code for each in found.redone]


def test_a_translation_changed_with_its_source_does_not_count(tmp_path: Path, arabic: str) -> None:
    found = changes(tmp_path, (ENGLISH[0], arabic), (ENGLISH[1], arabic.replace("Stop", "Enough")))

    assert codes(found) == ([], BEHIND)


def test_a_source_changed_alone_counts(tmp_path: Path, arabic: str) -> None:
    assert codes(changes(tmp_path, (ENGLISH[0], arabic), (ENGLISH[1], arabic))) == (BEHIND, [])


def test_a_translation_changed_in_layout_alone_counts(tmp_path: Path, arabic: str) -> None:
    after = arabic.replace("title: Stop", 'title: "Stop"  # as it was')

    assert codes(changes(tmp_path, (ENGLISH[0], arabic), (ENGLISH[1], after))) == (BEHIND, [])


def test_a_source_that_changes_again_counts_although_its_translation_was_behind(tmp_path: Path, arabic: str) -> None:
    assert codes(changes(tmp_path, (ENGLISH[1], arabic), (ENGLISH[2], arabic))) == (BEHIND, [])


def test_a_translation_that_stays_behind_the_same_source_is_from_before(tmp_path: Path, arabic: str) -> None:
    found = changes(tmp_path, (ENGLISH[1], arabic), (ENGLISH[1], arabic.replace("title: Stop", "title: Enough")))

    assert codes(found) == ([], [])
    assert [each.code for each in found.stayed] == BEHIND


def test_it_is_listed_with_the_line_to_paste(tmp_path: Path, arabic: str) -> None:
    root = repository(tmp_path / "clone", {**FILES, ARABIC_PATH: arabic})
    write(root, {TEXT_PATH: ENGLISH[1], ARABIC_PATH: arabic.replace("title: Stop", "title: Enough")})
    folders = Folders(root / "rules", root / "locales")
    found = since("main", folders, check(folders.rules, folders.locales, TODAY), TODAY)

    assert (found.counted, found.earlier) == ((), frozenset())
    for written in (report(found), step_summary(found, None)):
        assert "his text changed too; if it agrees with its source, put here: " in written
        assert "no new problems, 1 translation to compare" in written
    assert "::warning" not in annotations(seen_from(root, found))


def test_a_new_translation_whose_delay_was_accepted_is_listed_too(tmp_path: Path, arabic: str) -> None:
    """The acceptance hides the warning, and with it the line that ends it."""
    late = arabic.replace("    title:", "    accept: {translation-behind: Translated by Friday.}\n    title:")

    assert codes(changes(tmp_path, (ENGLISH[1], late), (ENGLISH[1], late))) == ([], [])
    assert codes(changes(tmp_path, (ENGLISH[1], late), (ENGLISH[1], late.replace("Stop", "Enough")))) == ([], BEHIND)
