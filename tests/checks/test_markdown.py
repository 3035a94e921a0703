"""Markdown is well formed whatever stands in it."""

from html import unescape

from app.authoring.text_file import Origin
from app.checks.output.markdown import bullets, details, document, heading, plain, sentence, table


def test_a_cell_breaks_no_table() -> None:
    assert table(("a", "b"), [("x|y", "first\nsecond")]) == "| a | b |\n|---|---|\n| x\\|y | first second |"


def test_a_message_keeps_its_quotations_and_the_spaces_around_them() -> None:
    assert sentence("no `<b>` in *this* text") == "no <code>&#60;b&#62;</code> in &#42;this&#42; text"


def test_blocks_are_parted_by_an_empty_line() -> None:
    page = document([heading(2, "Title"), bullets(["one", "two"]), "```yaml\na: 1\n```", details("more", "x")])

    assert page == ("## Title\n\n- one\n- two\n\n```yaml\na: 1\n```\n\n<details><summary>more</summary>x</details>\n")


def test_text_that_hides_something_says_so() -> None:
    assert plain("St\u200bop") == "St‹U+200B›op"


def test_a_line_to_copy_comes_out_of_the_comment_as_it_goes_into_the_file() -> None:
    """Elsewhere a zero-width space breaks what looks like a commit."""
    line = Origin(language="zh-Hant", text="4f42cbd973b6").line

    assert unescape(sentence(f"put here: `{line}`")) == f"put here: <code>{line}</code>"
    assert "\u200b" in unescape(sentence("put here: `4f42cbd973b6`"))
