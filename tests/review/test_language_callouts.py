"""Texts that `check` cannot judge stand at the top of a review, with who reads their language."""

from pathlib import Path

import pytest

from app.review.callout_kinds import CalloutKind
from tests.checks.folders import FILES, REGION, REGION_PATH, TEXTS
from tests.review.repositories import Changes, changed

READERS = "locales/languages.yaml"
HUNGARIAN = "locales/hk/hu.yaml"
TEXT = TEXTS.replace("language: en", "language: hu")
NEW: Changes = {REGION_PATH: REGION.replace("languages: [en, ar]", "languages: [en, ar, hu]"), HUNGARIAN: TEXT}
WITH_HUNGARIAN: Changes = {**FILES, **NEW}


def called_out(folder: Path, changes: Changes, files: Changes = FILES) -> list[str]:
    found = changed(folder, changes, files).review.callouts
    return [callout.what for callout in found if callout.about is CalloutKind.UNGUARDED]


def test_a_new_language_is_called_out(tmp_path: Path) -> None:
    [what] = called_out(tmp_path, NEW)

    assert what.startswith("hk/hu: ")
    assert what.endswith("read by nobody who is named in languages.yaml")


def test_a_changed_text_is_called_out_with_its_reader(tmp_path: Path) -> None:
    files = {**WITH_HUNGARIAN, READERS: "readers: {hu: The translators}\n"}
    changes: Changes = {HUNGARIAN: TEXT.replace("title: Stop", "title: Küldje el a kódot")}

    assert called_out(tmp_path, changes, files) == ["hk/hu: 1 changed text, read by The translators"]


@pytest.mark.parametrize("readers", ["readers: {hu: Myself}\n", "readers: {hu: null}\n"])
def test_a_changed_reader_is_called_out(tmp_path: Path, readers: str) -> None:
    files = {**FILES, READERS: "readers: {hu: The translators}\n"}

    assert called_out(tmp_path, {READERS: readers}, files) == ["languages.yaml: readers.hu"]


def test_a_language_with_words_is_not(tmp_path: Path) -> None:
    assert called_out(tmp_path, {"locales/hk/en.yaml": TEXTS.replace("title: Stop", "title: Wait")}) == []
