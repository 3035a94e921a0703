"""Which words of a text differ."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.review.word_diff import SpanKind, tokens, word_differences


def marks(before: str, after: str) -> str:
    signs = {SpanKind.SAME: "{}", SpanKind.REMOVED: "[-{}-]", SpanKind.ADDED: "[+{}+]"}
    return "".join(signs[span.kind].format(span.text) for span in word_differences(before, after))


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        ("Call the police", "Call the police", "Call the police"),
        ("Call {helpline} now", "Call {desk} now", "Call [-{helpline}-][+{desk}+] now"),
        ("Do not send", "Do send", "Do [-not -]send"),
        ("It's late, wait", "It's early, wait", "It's [-late-][+early+], wait"),
        ("one two three", "four five three", "[-one two-][+four five+] three"),
        ("你可能是騙徒的目標", "你可能是騙子的目標", "你可能是騙[-徒-][+子+]的目標"),
        ("送金しないで", "入金しないで", "[-送-][+入+]金しないで"),
        ("อย่าโอนเงิน", "อย่าโอนทอง", "อย่าโอน[-เงิน-][+ทอง+]"),
        ("अपना पैसा मत भेजें", "अपना पैसा अभी भेजें", "अपना पैसा [-मत-][+अभी+] भेजें"),
        ("لا ترسل المال", "أرسل المال", "[-لا ترسل-][+أرسل+] المال"),
    ],
)
def test_the_words_that_differ_are_marked(before: str, after: str, marked: str) -> None:
    assert marks(before, after) == marked


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_of_either_text_is_lost(before: str, after: str) -> None:
    spans = word_differences(before, after)

    assert "".join(tokens(before)) == before
    assert "".join(span.text for span in spans if span.kind is not SpanKind.ADDED) == before
    assert "".join(span.text for span in spans if span.kind is not SpanKind.REMOVED) == after


def test_a_text_of_any_length_is_compared_in_bounded_time() -> None:
    assert len(word_differences("a " * 20_000, "b " * 20_000)) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [("a b " * 450, "b " + "a b " * 450), ("a " * 2900, "b a c " * 950), ("啊吧" * 1000, "吧啊不" * 600)],
)
def test_texts_that_repeat_themselves_are_compared_in_bounded_time(before: str, after: str) -> None:
    """A file holds up to a thousand such paragraphs."""
    began = time.process_time()
    word_differences(before, after)

    assert time.process_time() - began < 1  # 20 s when every pair of words is compared
