"""A review marks the new sentences that name what a scammer names, for a person to read first."""

import json
from pathlib import Path

import pytest

from app.commands.diff import written
from app.review.marked_texts import MarkedText
from app.review.review_comment import COMMENT_LIMIT, as_markdown
from app.review.review_text import as_text
from tests.checks.folders import FILES, REGION, REGION_PATH, TEXT_PATH, TEXTS
from tests.review.repositories import Changes, changed

OLD = "Call {helpline} first."
OFFICER = "An officer takes care of it."


def marked(folder: Path, changes: Changes, files: Changes = FILES) -> tuple[MarkedText, ...]:
    return changed(folder, changes, files).review.marked


def with_text(text: str, old: str = OLD) -> Changes:
    return {TEXT_PATH: TEXTS.replace(old, text)}


def words(found: MarkedText) -> list[str]:
    return [found.sentence.text[start:end] for start, end in found.sentence.words]


def test_a_new_sentence_is_marked_with_its_place_and_words(tmp_path: Path) -> None:
    (found,) = marked(tmp_path, with_text(f"{OLD} {OFFICER}"))

    assert (found.place, found.part) == ("hk/en: investment", "paragraph 2")
    assert (found.sentence.text, words(found)) == (OFFICER, ["officer"])


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("title: Stop", "title: The officer waits", "title"),
        ("Who told you to?", "Would you please add our officer on Telegram?", "question"),
        ("cancel: Cancel", "cancel: Continue", "button cancel"),
        ("b: {title: Wait}", "b: {title: The officer waits}", "variant b: title"),
    ],
)
def test_every_kind_of_text_is_searched(tmp_path: Path, old: str, new: str, part: str) -> None:
    assert [found.part for found in marked(tmp_path, with_text(new, old))] == [part]


def test_a_sentence_that_was_there_before_is_not_marked(tmp_path: Path) -> None:
    """Only the other sentence of the paragraph is new, and the first moved."""
    before = TEXTS.replace(OLD, f"{OFFICER} {OLD}")
    after = TEXTS.replace(OLD, f"{OLD} Take your time. {OFFICER}")

    assert marked(tmp_path, {TEXT_PATH: after}, {**FILES, TEXT_PATH: before}) == ()


@pytest.mark.parametrize("entry", ["does", "hours"])
def test_what_a_contact_does_is_searched(tmp_path: Path, entry: str) -> None:
    text = "on Telegram, asks for the code"
    old = "does: advice," if entry == "does" else "does_not: take reports,"
    region = REGION.replace(old, f"{old} hours: x,").replace("hours: x", f'hours: "{text}"')
    if entry == "does":
        region = REGION.replace(old, f'does: "{text}",')
    (found,) = marked(tmp_path, {REGION_PATH: region})

    assert (found.place, found.part) == ("hk: region.yaml", f"contacts.helpline.{entry}")
    assert words(found) == ["Telegram", "code"]


def test_what_a_contact_did_before_is_not_marked(tmp_path: Path) -> None:
    before = REGION.replace("does: advice,", 'does: "Asks on Telegram.",')
    after = before.replace("on Telegram.", "on Telegram. Answers at night.")

    assert marked(tmp_path, {REGION_PATH: after}, {**FILES, REGION_PATH: before}) == ()


def test_the_button_that_continues_may_say_so(tmp_path: Path) -> None:
    assert marked(tmp_path, with_text("proceed: Continue to withdraw", "proceed: Go on")) == ()


def test_a_file_that_is_named_after_no_language_is_read_as_english(tmp_path: Path) -> None:
    found = marked(tmp_path, {"locales/hk/notes_1.yaml": TEXTS.replace(OLD, OFFICER)})

    assert [words(each) for each in found] == [["officer"]]


def test_they_stand_after_the_callouts_with_the_words_bold_and_the_reason(tmp_path: Path) -> None:
    changes = {**with_text(f"{OLD} {OFFICER}"), REGION_PATH: REGION.replace("18222", "18223")}
    lines = as_markdown(changed(tmp_path, changes).review).splitlines()

    at = lines.index("### Sentences to read first")
    assert lines.index("### Look at these first") < at < lines.index("## What this change does")
    block = lines[at : lines.index("## What this change does")]
    assert "> **hk/en: investment**" in block
    why = "no officer and no member of staff guides a withdrawal"
    assert f"> - paragraph 2: An <strong>officer</strong> takes care of it. ({why})" in block


def test_a_text_in_them_can_do_nothing_in_a_comment(tmp_path: Path) -> None:
    text = as_markdown(changed(tmp_path, with_text("<b>@team</b> The officer waits.")).review)

    assert "<b>" not in text
    assert "@team" not in text


def test_a_terminal_shows_the_words_in_brackets(tmp_path: Path) -> None:
    lines = as_text(changed(tmp_path, with_text(f"{OLD} {OFFICER}")).review).splitlines()

    at = lines.index("? Read first, hk/en: investment")
    assert lines[at + 1].startswith("  paragraph 2: An [officer] takes care of it. (no officer ")


def test_programs_get_the_places_and_reasons(tmp_path: Path) -> None:
    (found,) = json.loads(written(changed(tmp_path, with_text(f"{OLD} {OFFICER}")).review, "json"))["marked"]

    assert found["sentence"]["words"] == [[3, 10]]
    assert found["place"] == "hk/en: investment"


def test_many_marks_hide_neither_the_worst_nor_the_texts(tmp_path: Path) -> None:
    """A thousand harmless marks before one sentence that names much."""
    harmless = "".join(f"  m{i}: {{title: An officer, body: [An officer sees number {i}.]}}\n" for i in range(500))
    worst = "  zz: {title: T, body: [Give the officer your code and the words on your paper.]}\n"
    text = as_markdown(changed(tmp_path, {TEXT_PATH: TEXTS + harmless + worst}).review, COMMENT_LIMIT)

    first = text[text.index("### Sentences to read first") :]
    assert first.index("hk/en: zz") < first.index("hk/en: m")
    assert "of 501 parts of this section did not fit: locales/hk: en.yaml" in first
    assert "### Texts" in first


def test_a_long_sentence_is_shown_around_its_first_marked_word(tmp_path: Path) -> None:
    """Without cutting, a text of one long sentence would fill the comment."""
    long = f"{'so on and ' * 100}an officer waits {'and so on ' * 100}"
    text = as_markdown(changed(tmp_path, with_text(long)).review)

    (line,) = (line for line in text.splitlines() if line.startswith("> - paragraph 2: …"))
    assert "<strong>officer</strong>" in line
    assert len(line) < 600
