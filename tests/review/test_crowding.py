"""Many changes cannot push one sentence out of the comment, and what a comment leaves out is named by file."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.review.change_review import Review
from app.review.comment_sections import Block, Section, fit_sections
from app.review.review_comment import COMMENT_LIMIT, as_markdown
from app.review.review_text import as_text
from app.review.text_markdown import text_blocks
from app.review.text_meaning import meanings
from tests.checks.folders import FILES, TEXTS
from tests.review.repositories import changed

REGIONS = "ae au br ca de es fr gb hk id ie in jp kr kz my nz ph sg th tr tw ua us vn".split()  # noqa: SIM905  # one line
HOSTILE = "Hurry, the helper on the line knows best"


def every_region() -> dict[str, str]:
    """Twenty-five regions with two messages in two languages: 500 texts."""
    paragraph = "You are sending {amount} {asset}. " + "Nobody honest asks you to hurry or to keep it secret. " * 4
    message = TEXTS[TEXTS.index("  investment:") :].replace("You are sending {amount} {asset}.", paragraph.strip())
    texts = TEXTS[: TEXTS.index("  investment:")] + message + message.replace("investment:", "second:")
    files = {name: text for name, text in FILES.items() if "/hk/" not in name}
    for region in REGIONS:
        files |= {name.replace("/hk/", f"/{region}/"): text for name, text in FILES.items() if "/hk/" in name}
        files[f"locales/{region}/en.yaml"] = texts
        files[f"locales/{region}/ar.yaml"] = texts.replace("language: en", "language: ar")
    return files


def in_every_text(change: re.Pattern[str], by: str) -> dict[str, str]:
    """The text files with one change in each of their texts."""
    files = {name: text for name, text in every_region().items() if "locales" in name}
    return {name: change.sub(by, text) for name, text in files.items()}


def with_hostile_sentence(files: dict[str, str]) -> dict[str, str]:
    """In one text of the last region."""
    last = f"locales/{REGIONS[-1]}/ar.yaml"
    return {**files, last: files[last].replace("Call {helpline}", f"{HOSTILE}. Call {{helpline}}", 2)}


SPACES = re.compile(r'(?<=[.?])"'), ' "'
MARKS = re.compile(r'(?<=[.?])"'), '!"'
SYNONYM = re.compile(r"\bsending\b|\bfirst\b|\btold\b|\bStop\b|\bWait\b"), "now"


@pytest.mark.parametrize(("pattern", "by"), [SPACES, MARKS, SYNONYM])
def test_one_sentence_among_hundreds_of_changes_is_in_the_comment(
    tmp_path: Path, pattern: re.Pattern[str], by: str
) -> None:
    found = changed(tmp_path, with_hostile_sentence(in_every_text(pattern, by)), every_region()).review
    comment = as_markdown(found, COMMENT_LIMIT)

    assert len(found.texts) + len(found.spaced) >= 300
    assert len(comment) <= COMMENT_LIMIT
    assert HOSTILE in comment[comment.index("### Texts") :]


def test_white_space_alone_is_one_line(tmp_path: Path) -> None:
    found = changed(tmp_path, in_every_text(*SPACES), every_region()).review

    assert (len(found.texts), len(found.cards)) == (0, 0)
    assert "Only white space changed in 300 texts of 25 regions." in as_markdown(found)
    assert "Only white space changed in 300 texts of 25 regions." in as_text(found)


def test_a_line_break_is_more_than_white_space(tmp_path: Path) -> None:
    """Twenty of them hide what follows below the fold."""
    broken = TEXTS.replace('"Call {helpline} first."', '"Call\\n\\n\\n\\n{helpline} first."')

    assert changed(tmp_path, {"locales/hk/en.yaml": broken}).review.texts


@pytest.fixture(scope="module")
def reworded(tmp_path_factory: pytest.TempPathFactory) -> Review:
    return changed(tmp_path_factory.mktemp("reworded"), in_every_text(*SYNONYM), every_region()).review


def in_every_position(found: Review) -> Iterator[Review]:
    """The review with the sentence in each position in turn."""
    for place, text in enumerate(found.texts):
        hostile = replace(text, after=f"{text.after} {HOSTILE}.")
        yield replace(found, texts=(*found.texts[:place], hostile, *found.texts[place + 1 :]))


def test_the_sentence_is_the_first_text_in_every_position(reworded: Review) -> None:
    """The synonym says little in each of the many texts that have it."""
    for place, found in enumerate(in_every_position(replace(reworded, texts=reworded.texts[:374]))):
        said = meanings(found.texts)

        assert said.index(max(said)) == place


def test_the_sentence_is_in_the_comment_wherever_it_stands(reworded: Review) -> None:
    for place, found in enumerate(in_every_position(reworded)):
        if place % 37 == 0:
            assert HOSTILE in text_blocks(found.texts)[0].text
            assert HOSTILE in as_markdown(found, COMMENT_LIMIT)


def test_what_is_cut_is_named_by_file(reworded: Review) -> None:
    comment = as_markdown(reworded, 20_000)
    shown = comment[comment.index("### Texts") :].partition("### As users")[0]
    (note,) = re.findall(r"\*Shortened: \d+ of \d+ parts of this section did not fit: (.*?)\. The whole", shown)

    for region in REGIONS:
        cut = f"<code>{region}</code> investment" not in shown or f"<code>{region}</code> second" not in shown
        assert not cut or f"locales/{region}" in note


def test_files_that_are_too_many_to_name_are_counted_by_folder() -> None:
    sources = [f"rules/{folder}/{number:03}.yaml" for number in range(400) for folder in ("hk", "sg")]
    page = fit_sections(
        [Section("Rules", [Block("x" * 500, (source,)) for source in sources])], 10_000, "See elsewhere."
    )

    assert len(page) <= 10_000
    assert re.search(r"did not fit: rules/sg \(\d+\), rules/hk \(\d+\)\. See elsewhere", page)


def test_no_section_takes_the_room_of_another() -> None:
    sections = [Section(title, [Block("x" * 100)] * 1_000, weight=weight) for title, weight in (("A", 1), ("B", 3))]
    first, _, second = fit_sections([*sections, Section("C", [Block("small")])], 40_000, "").partition("### B")

    assert 8_000 < len(first) < 10_000
    assert 26_000 < len(second) < 31_000
    assert second.endswith("small")


def test_a_short_sentence_says_more_than_a_long_one_that_many_texts_get(reworded: Review) -> None:
    long = "Before you go on, take your time and read each of these lines twice, with somebody whom you have met."
    texts = [replace(text, after=f"{text.before} {long}") for text in reworded.texts[:50]]
    texts[7] = replace(texts[7], after=f"{texts[7].before} The helper knows best.")

    said = meanings(texts)

    assert said.index(max(said)) == 7
