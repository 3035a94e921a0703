"""clients/words: what the alert says in its own words, by language, for the web component and for native apps."""

import json
import re
from pathlib import Path

import pytest

from tests.deployment import FIXTURE, ROOT

FILES = sorted((ROOT / "clients/words").glob("*.json"))
ENGLISH: dict[str, str] = json.loads((ROOT / "clients/words/en.json").read_text())


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_file_has_the_keys_and_placeholders_of_the_english_one(file: Path) -> None:
    words = json.loads(file.read_text())

    assert list(words) == list(ENGLISH)
    for key, english in ENGLISH.items():
        assert words[key].strip(), key
        assert re.findall(r"\{\w*\}", words[key]) == re.findall(r"\{\w*\}", english), key


def test_every_language_that_has_a_word_list_has_a_file() -> None:
    """Of Chinese, in both scripts."""
    judged = {path.stem for path in (ROOT / "app/checks/words").glob("*.yaml") if len(path.stem) <= 3}
    tags = {file.stem for file in FILES}

    assert judged <= {tag.partition("-")[0] for tag in tags}
    assert {"zh-Hans", "zh-Hant"} <= tags


def test_every_language_of_the_fixture_has_a_file() -> None:
    assert {path.stem for path in (FIXTURE / "locales").glob("*/*.yaml")} <= {file.stem for file in FILES}
