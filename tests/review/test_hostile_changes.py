"""What a hostile translator changes is refused or called out, and what an honest one rewords is not."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.authoring.problem_codes import Code
from app.review.change_review import Review
from app.review.review_comment import as_markdown
from tests.checks.folders import FILES, REGION, REGION_PATH, RULE, RULE_PATH, TEXTS
from tests.review.repositories import changed

CHANGES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "hostile-changes.yaml").read_text(encoding="utf-8"))
BODY = '      - "Call {helpline} first."\n'
JOINED = {"zh-Hans", "zh-Hant", "ja"}  # no space stands between their sentences
GLUE = {"zh-Hans": "，", "zh-Hant": "，", "ja": "、", "ar": "، ", "th": " "}
# These find no hostile sentence: they find that a text is long, or another than its translation.
BY_CHANCE = {Code.TOO_LONG, Code.TRANSLATION_BEHIND, Code.HARD_TO_READ, Code.UNTRANSLATED}


def body(*sentences: str, language: str) -> str:
    return f'      - "{("" if language in JOINED else " ").join(sentences)}"\n'


def reviewed(folder: Path, language: str, before: str, after: str, severity: str = "critical") -> Review:
    path = f"locales/hk/{language}.yaml"
    files = {name: text for name, text in FILES.items() if "locales" not in name}
    files[REGION_PATH] = REGION.replace("[en, ar]", f"[{language}]")
    files[RULE_PATH] = RULE.replace("severity: high", f"severity: {severity}")
    return changed(folder, {path: after}, {**files, path: before}).review


def texts(language: str, paragraph: str) -> str:
    return TEXTS.replace("language: en", f"language: {language}").replace(BODY, paragraph)


def with_sentence(change: dict[str, str]) -> tuple[str, str]:
    """The texts before and after the change."""
    language, text = change["language"], change["text"]
    first, last = CHANGES["before"][language]
    before = texts(language, body(first, last, language=language))
    if change["how"] == "title":
        return before, before.replace("title: Stop", f'title: "{text}"')
    if change["how"] == "question":
        return before, before.replace('["Who told you to?"]', f'["Who told you to?", "{text}"]')
    glued = f"{last.rstrip('.。।')}{GLUE.get(language, '; ')}{text}"
    sentences = {"added": (first, last, text), "replaced": (first, text), "glued": (first, glued)}[change["how"]]
    return before, texts(language, body(*sentences, language=language))


def with_other_sentence(change: dict[str, str]) -> tuple[str, str]:
    language = change["language"]
    first = CHANGES["before"][language][0]
    before, after = (texts(language, body(first, change[side], language=language)) for side in ("before", "after"))
    return before, after


def is_noticed(found: Review, text: str) -> bool:
    """Refused for what it says, or shown in a callout or as a sentence to read first."""
    shown = [callout.after or "" for callout in found.callouts] + [each.sentence.text for each in found.marked]
    refused = {problem.code for problem in found.consequences.came} - BY_CHANCE
    return bool(refused) or any("".join(text.split()) in "".join(each.split()) for each in shown)


def test_at_most_one_hostile_change_in_twenty_is_noticed_by_nobody(tmp_path: Path) -> None:
    hostile = [(change, with_sentence(change), change["text"]) for change in CHANGES["sentences"]]
    hostile += [(change, with_other_sentence(change), change["after"]) for change in CHANGES["denials"]]
    missed = []
    for number, (change, sides, text) in enumerate(hostile):
        folder, severity = tmp_path / str(number), change.get("severity", "info")
        if not is_noticed(reviewed(folder, change["language"], *sides, severity), text):
            missed.append(text)

    assert len(hostile) >= 55
    assert len(missed) <= len(hostile) / 20, missed


@pytest.mark.parametrize("change", CHANGES["rewordings"], ids=lambda change: change["after"][:20])
def test_a_sentence_that_one_word_turns_around_is_read_first(tmp_path: Path, change: dict[str, str]) -> None:
    found = reviewed(tmp_path, change["language"], *with_other_sentence(change), "info")

    assert is_noticed(found, change["after"])
    assert change["after"] in "".join(unescape(re.sub(r"<[^>]+>|&#8203;", "", as_markdown(found))))


@pytest.mark.parametrize("change", CHANGES["honest"], ids=lambda change: change["language"])
def test_an_honest_rewording_is_not_called_out(tmp_path: Path, change: dict[str, str]) -> None:
    found = reviewed(tmp_path, change["language"], *with_other_sentence(change))

    assert [(callout.about, callout.what) for callout in found.callouts] == []
