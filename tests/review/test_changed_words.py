"""What changed stands beside what it was, and is not called added or removed."""

from pathlib import Path

from app.checks.output.markdown import plain
from app.review.callout_kinds import CalloutKind
from app.review.review_comment import as_markdown
from app.review.text_meaning import different_sentences
from tests.checks.folders import FILES, RULE, RULE_PATH, TEXT_PATH, TEXTS
from tests.review.repositories import called_out, changed


def test_a_changed_paragraph_below_a_new_one_stands_beside_its_own_words(tmp_path: Path) -> None:
    new = TEXTS.replace(
        '"You are sending {amount} {asset}."', '"Wait a day."\n      - "You now send {amount} {asset}."'
    )
    found = changed(tmp_path, {TEXT_PATH: new}).review.texts

    assert [(text.before, text.after) for text in found] == [
        (None, "Wait a day."),
        ("You are sending {amount} {asset}.", "You now send {amount} {asset}."),
    ]


def test_a_paragraph_that_stays_below_two_removed_ones_is_not_another(tmp_path: Path) -> None:
    old = TEXTS.replace('      - "Call', '      - "Think it over."\n      - "Ask a friend."\n      - "Call')
    files = {**FILES, TEXT_PATH: old, "locales/hk/ar.yaml": old.replace("language: en", "language: ar")}
    new = TEXTS.replace("Call {helpline} first.", "Call {helpline} before that.")
    found = changed(tmp_path, {TEXT_PATH: new}, files).review.texts

    assert [text.before for text in found if text.after] == ["Call {helpline} first."]


def test_of_a_reworded_paragraph_only_the_sentence_more_is_called_new(tmp_path: Path) -> None:
    more = TEXTS.replace("Call {helpline} first.", "Call {helpline} before that. They know this scam.")
    found = changed(tmp_path, {TEXT_PATH: more}).review
    (callout,) = [each for each in found.callouts if each.about is CalloutKind.GRAVE]
    (reworded,) = found.marked

    assert (callout.before, callout.after) == (None, "They know this scam.")
    assert (reworded.before, reworded.sentence.text) == ("Call {helpline} first.", "Call {helpline} before that.")


def test_no_space_follows_a_full_stop_of_full_width() -> None:
    assert different_sentences("先停。再想。", "先停。打电话。问警察。") == ("再想。", "打电话。问警察。")


def test_a_changed_example_is_shown_with_the_new_one(tmp_path: Path) -> None:
    narrow = RULE.replace("gte: 1000", "gte: 5000").replace("amount_usd: 1000", "amount_usd: 5000")
    (callout,) = called_out(tmp_path, {RULE_PATH: narrow})[CalloutKind.EXAMPLES]

    assert callout.what == "hk/first: an example is changed"
    assert (callout.before, callout.after) == (
        "destination.first_use yes, amount_usd 1,000",
        "destination.first_use yes, amount_usd 5,000",
    )


def test_a_rule_that_cannot_be_read_has_not_lost_its_examples(tmp_path: Path) -> None:
    found = changed(tmp_path, {RULE_PATH: RULE.replace("severity: high", "severity: huge")}).review

    assert CalloutKind.EXAMPLES not in {callout.about for callout in found.callouts}
    assert "New payees" not in as_markdown(found)


def test_names_with_an_underscore_stay_readable() -> None:
    assert plain("destination.first_use yes") == "destination.first_use yes"
    assert plain("_a_ __b__ c_") == "&#95;a&#95; &#95;&#95;b&#95;&#95; c&#95;"


def test_a_new_language_is_no_large_change_but_new_as_a_whole(tmp_path: Path) -> None:
    message = TEXTS[TEXTS.index("  investment:") :]
    many = TEXTS.replace("language: en", "language: fr") + "".join(
        message.replace("investment:", f"m{number}:") for number in range(20)
    )
    found = called_out(tmp_path, {"locales/hk/fr.yaml": many})

    assert CalloutKind.SIZE not in found
    assert [callout.what for callout in found[CalloutKind.WHOLE]] == ["hk/fr: 110 texts"]
