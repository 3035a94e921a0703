"""Whatever makes a warning weaker, or could hide that it does, stands on top of the review."""

from pathlib import Path

import pytest

from app.review.callout_kinds import CalloutKind
from app.review.narrowing import in_words
from tests.checks.folders import FACTS_YAML, FILES, REGION, REGION_PATH, RULE, RULE_PATH, TEXT_PATH, TEXTS, in_texts
from tests.review.repositories import Changes, called_out

# Neither what surrounds an alert nor where it leads.
WEAKER = {
    CalloutKind.OFF,
    CalloutKind.FRONT,
    CalloutKind.LOSSES,
    CalloutKind.GRAVE,
    CalloutKind.MILD,
    CalloutKind.VARIANTS,
    CalloutKind.UNUSUAL,
    CalloutKind.LANGUAGES,
    CalloutKind.BEHIND,
    CalloutKind.EXAMPLES,
    CalloutKind.VOCABULARY,
}

# A text without a placeholder of another kind, in front of every other.
SOOTHING = TEXTS + '  fine: {title: All is well, body: ["Check once more, then it is yours."]}\n'
SOOTHING_IN_ARABIC = SOOTHING.replace("language: en", "language: ar")
IN_FRONT = """\
typology: investment
severity: critical
priority: 1000
rationale: A short note.
message: fine
when: {destination.first_use: true, amount_usd: {gte: 2000}}
examples:
  - given: {destination.first_use: true, amount_usd: 2500}
    expect: match
"""
WITH_SOOTHING = {
    "rules/hk/fine.yaml": IN_FRONT,
    TEXT_PATH: SOOTHING,
    "locales/hk/ar.yaml": SOOTHING_IN_ARABIC,
}


def whats(folder: Path, kind: CalloutKind, changes: Changes, files: Changes = FILES) -> list[str]:
    return [callout.what for callout in called_out(folder, changes, files).get(kind, [])]


def in_every_rule(old: str, new: str) -> Changes:
    return {RULE_PATH: RULE.replace(old, new)}


@pytest.mark.parametrize(
    "changes",
    [
        in_texts("Who told you to?", "Who told you to do it?"),
        in_texts("first.", "first, before you go on."),
        in_every_rule("gte: 1000}", "gte: 500}"),
        {RULE_PATH: RULE.replace("gte: 1000", "gte: 500").replace("amount_usd: 999", "amount_usd: 499")},
        {RULE_PATH: RULE.replace("  destination.first_use: true\n", "")},
        in_every_rule("New payees are", "New payees are often"),
        {RULE_PATH: RULE + "presentation: {min_display_seconds: 5}\n"},
    ],
)
def test_a_harmless_change_calls_out_nothing_that_is_weaker(tmp_path: Path, changes: Changes) -> None:
    assert not WEAKER & called_out(tmp_path, changes).keys()


def test_a_new_rule_in_front_of_others_shows_what_it_hides_and_says(tmp_path: Path) -> None:
    """No example of the other rule meets it: the solver finds the withdrawal."""
    (callout,) = called_out(tmp_path, WITH_SOOTHING)[CalloutKind.FRONT]

    assert callout.what == (
        "hk: hk/fine (critical, priority 1,000) is now shown instead of milder hk/first; for example instead of "
        "hk/first with destination.first_use yes, amount_usd 2,000; it says “All is well”"
    )


def test_examples_that_get_another_text_are_counted(tmp_path: Path) -> None:
    """Also where the other warning is no milder."""
    change = {**WITH_SOOTHING, "rules/hk/fine.yaml": IN_FRONT.replace("gte: 2000", "gte: 10")}

    found = whats(tmp_path, CalloutKind.FRONT, change)

    assert found[0] == "hk: 1 of 2 example withdrawals now get another text"
    assert "is now shown instead of milder hk/first (1 example)" in found[1]


def test_a_rule_that_begins_later_is_called_out_today(tmp_path: Path) -> None:
    rule = IN_FRONT.replace("gte: 2000", "gte: 10") + "active: {from: 2026-12-24}\n"

    assert len(whats(tmp_path, CalloutKind.FRONT, {**WITH_SOOTHING, "rules/hk/fine.yaml": rule})) == 2


def test_a_priority_that_puts_a_rule_in_front_is_called_out(tmp_path: Path) -> None:
    second = RULE.replace("gte: 1000", "gte: 500").replace("message: investment", "message: fine")
    files = {**FILES, "rules/hk/second.yaml": second, TEXT_PATH: SOOTHING, "locales/hk/ar.yaml": SOOTHING_IN_ARABIC}
    change = {"rules/hk/second.yaml": f"{second}priority: 1\n"}
    (first, second) = whats(tmp_path, CalloutKind.FRONT, change, files)

    assert first == "hk: 1 of 2 example withdrawals now get another text"
    assert "hk/second (high, priority 1) is now shown instead of hk/first" in second


def test_a_rule_in_front_of_one_for_every_withdrawal_is_called_out(tmp_path: Path) -> None:
    """Most users get that one, and the new rule needs no priority."""
    everyone = RULE[: RULE.index("when:")].replace("severity: high", "severity: info") + (
        "examples:\n  - given: {}\n    expect: match\n"
    )
    files = {**FILES, "rules/hk/every.yaml": everyone}
    mild = IN_FRONT.replace("critical\npriority: 1000", "caution").replace("gte: 2000", "gte: 10, lt: 500")
    new = {**WITH_SOOTHING, "rules/hk/fine.yaml": mild}

    (what,) = whats(tmp_path, CalloutKind.FRONT, new, files)

    assert "hk/fine (caution, priority 0) is now shown instead of milder hk/every" in what


def test_a_rule_with_the_same_text_in_front_of_another_is_not_called_out(tmp_path: Path) -> None:
    assert not whats(tmp_path, CalloutKind.FRONT, {"rules/hk/second.yaml": RULE + "priority: 1\n"})


def test_a_new_region_that_hides_the_global_rules_is_called_out(tmp_path: Path) -> None:
    """Users there had the global warnings until now."""
    region = REGION[: REGION.index("contacts:")].replace("[en, ar]", "[en]")
    texts = SOOTHING.replace("Call {helpline} first.", "Stop first.").replace('call: "Call {helpline}", ', "")
    shared = {
        "rules/global/region.yaml": region.replace("Hong Kong", "Everywhere"),
        "rules/global/first.yaml": RULE,
        "locales/global/en.yaml": texts,
    }
    new = {"rules/sg/region.yaml": region, "rules/sg/fine.yaml": IN_FRONT.replace("gte: 2000", "gte: 10")}

    found = whats(tmp_path, CalloutKind.FRONT, {**new, "locales/sg/en.yaml": texts}, {**FILES, **shared})

    assert found[0] == "sg: 1 of 2 example withdrawals now get another text"
    assert "is now shown instead of milder global/first (1 example)" in found[1]


def test_a_narrower_condition_is_called_out_with_a_withdrawal(tmp_path: Path) -> None:
    """Though every example still gives what it gave."""
    narrow = RULE.replace("amount_usd: {gte: 1000}", "amount_usd: {gte: 1000, lt: 50000}")

    (what,) = whats(tmp_path, CalloutKind.OFF, {RULE_PATH: narrow})

    assert what.startswith("hk/first asks for more than before: it no longer matches, for example, ")
    assert what.endswith("destination.first_use yes, amount_usd 50,000")


def test_a_value_that_no_rule_names_is_in_words() -> None:
    assert in_words({"asset": "\0" * 129, "amount_usd": 400.0}) == "asset something else, amount_usd 400"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('      - "Call {helpline} first."\n', "", "hk/en: investment: {helpline} is no longer named"),
        ('      - "Call {helpline} first."\n', "", "hk/en: investment: a paragraph is removed"),
        ("Call {helpline} first", "See {lookup} first", "hk/en: investment: {helpline} → {lookup}"),
        ("Who told you to?", "Nobody told you to.", "hk/en: investment: a question is removed or asks nothing"),
        ('    questions: ["Who told you to?"]\n', "", "hk/en: investment: a question is removed or asks nothing"),
        (
            "Call {helpline}",
            "For {amount}, call {helpline}",
            "hk/en: investment: is left out where {amount} is not known",
        ),
        ("first.", "first. Hang up.", None),
    ],
)
def test_what_a_text_loses_is_called_out(tmp_path: Path, old: str, new: str, what: str | None) -> None:
    found = whats(tmp_path, CalloutKind.LOSSES, {TEXT_PATH: TEXTS.replace(old, new)})

    assert (what in found) if what else not found


def test_a_safe_action_that_one_language_loses_is_called_out(tmp_path: Path) -> None:
    files = {**FILES, TEXT_PATH: TEXTS.replace("first.", "first. Hang up on them.")}
    found = called_out(tmp_path, {TEXT_PATH: TEXTS.replace("first.", "first. They know.")}, files)

    (callout,) = found[CalloutKind.LOSSES]
    assert callout.what == "hk/en: investment: says less of what to do"
    assert (callout.before, callout.after) == ("Hang up on them.", "They know.")


@pytest.mark.parametrize(
    ("before", "after", "less"),
    [
        ("End the call.", "Stay on the call.", True),
        ("Do not pay yet.", "Pay soon.", True),
        ("Check the number.", "Look up the number.", False),
        ("Check the number.", "Check the number twice.", False),
        ("They do not mind if you wait a day.", "They do not mind waiting a day.", False),
    ],
)
def test_a_safe_action_that_is_replaced_is_not_lost(
    tmp_path: Path, before: str, after: str, less: bool
) -> None:  # a case
    first, then = (in_texts("first.", f"first. {sentence}") for sentence in (before, after))

    assert (CalloutKind.LOSSES in called_out(tmp_path, then, {**FILES, **first})) is less


@pytest.mark.parametrize(
    ("language", "before", "after", "less"),
    [
        ("en", "Once sent, it cannot be reversed.", "Once sent, it can be reversed.", True),
        ("en", "No agency will ask you for crypto.", "Any agency may ask you for crypto.", True),
        ("ar", "لا يمكن استرجاع العملات بعد إرسالها.", "يمكن استرجاع العملات بعد إرسالها.", True),
        ("en", "Once sent, it cannot be reversed.", "Once it is sent, it cannot be reversed.", False),
        ("en", "Were you not told to?", "Were you told to?", False),
    ],
)
def test_a_sentence_that_denies_less_is_called_out(
    tmp_path: Path, language: str, before: str, after: str, *, less: bool
) -> None:
    path = f"locales/hk/{language}.yaml"
    first, then = (FILES[path].replace("first.", f"first. {sentence}") for sentence in (before, after))
    found = called_out(tmp_path, {path: then}, {**FILES, path: first}).get(CalloutKind.LOSSES, [])

    assert [(each.what, each.before, each.after) for each in found] == [
        (f"hk/{language}: investment: denies less than before", before, after)
    ] * less


def test_one_denial_that_is_lost_of_two_is_called_out(tmp_path: Path) -> None:
    before, after = (f"官员{said}在电话里要您转账，也不会把电话转接给警方。" for said in ("绝不会", "会"))
    texts = TEXTS.replace("language: en", "language: zh-Hans")
    files = {**FILES, REGION_PATH: REGION.replace("en, ar", "en, zh-Hans"), "locales/hk/ar.yaml": None}
    first, then = (texts.replace("first.", f"first. {sentence}") for sentence in (before, after))
    path = "locales/hk/zh-Hans.yaml"
    kept = {name: text for name, text in files.items() if text is not None}

    (callout,) = called_out(tmp_path, {path: then}, {**kept, path: first})[CalloutKind.LOSSES]

    assert (callout.before, callout.after) == (before, after)


def test_a_contact_exchanged_in_many_texts_is_one_line(tmp_path: Path) -> None:
    many = TEXTS + "".join(TEXTS[TEXTS.index("  investment:") :].replace("investment", f"m{i}") for i in range(5))
    exchanged = many.replace("Call {helpline} first", "Call {lookup} first")

    (what,) = whats(tmp_path, CalloutKind.LOSSES, {TEXT_PATH: exchanged}, {**FILES, TEXT_PATH: many})

    assert what == "{helpline} → {lookup} in 6 texts of 1 region (hk 6), such as hk/en: investment"


def test_a_change_of_the_first_language_names_those_left_behind(tmp_path: Path) -> None:
    found = whats(tmp_path, CalloutKind.BEHIND, {TEXT_PATH: TEXTS.replace("You are", "Now you are")})

    assert found == ["hk: changed in en but not in ar: investment"]


def test_a_change_of_a_translation_names_those_that_stay(tmp_path: Path) -> None:
    changed = FILES["locales/hk/ar.yaml"].replace("You are", "Now you are")

    assert whats(tmp_path, CalloutKind.LANGUAGES, {"locales/hk/ar.yaml": changed}) == [
        "hk: changed in ar but not in en: investment"
    ]


def test_a_translation_that_is_said_to_fit_without_a_new_word_is_called_out(tmp_path: Path) -> None:
    """Otherwise one pasted line would hide that nobody has translated the change."""
    mark = '  investment:\n    from: {language: en, text: "000000000000"}\n'
    marked = FILES["locales/hk/ar.yaml"].replace("  investment:\n", mark)

    assert whats(tmp_path, CalloutKind.MARKED, {"locales/hk/ar.yaml": marked}) == [
        "hk/ar: said to fit the en text as it is now: investment"
    ]
    reworded = marked.replace("Who told you to?", "Who told you so?")
    assert whats(tmp_path / "reworded", CalloutKind.MARKED, {"locales/hk/ar.yaml": reworded}) == []


@pytest.mark.parametrize(
    ("old", "new", "what", "words"),
    [
        ("b: {title: Wait}", "b: {title: It is fine}", "hk/en: investment: variant b: title", "It is fine"),
        (
            "b: {title: Wait}",
            "b: {title: Wait}\n      c: {title: It is fine, body: [Go on]}",
            "hk/en: investment: variant c, shown to one user in 3",
            "It is fine / Go on",
        ),
    ],
)
def test_the_words_of_a_variant_stand_in_the_callout(tmp_path: Path, old: str, new: str, what: str, words: str) -> None:
    (callout,) = called_out(tmp_path, {TEXT_PATH: TEXTS.replace(old, new)})[CalloutKind.VARIANTS]

    assert (callout.what, callout.after) == (what, words)


def test_the_title_of_a_grave_warning_is_called_out(tmp_path: Path) -> None:
    found = called_out(tmp_path, in_texts("title: Stop", "title: A note"))[CalloutKind.GRAVE]

    assert [(each.what, each.before, each.after) for each in found] == [
        ("hk/ar: investment", "Stop", "A note"),
        ("hk/en: investment", "Stop", "A note"),
    ]


def test_a_new_message_has_no_new_sentences(tmp_path: Path) -> None:
    assert CalloutKind.GRAVE not in called_out(tmp_path, WITH_SOOTHING)


def test_a_new_sentence_in_a_grave_warning_is_called_out(tmp_path: Path) -> None:
    """At the end of a paragraph, and as a paragraph of its own."""
    appended = called_out(tmp_path / "a", in_texts("first.", "first. Most are fine."))[CalloutKind.GRAVE]
    own = called_out(tmp_path / "b", in_texts('      - "You are', '      - "Most are fine."\n      - "You are'))

    assert [each.after for each in (*appended, *own[CalloutKind.GRAVE])] == ["Most are fine."] * 4


def test_a_sentence_in_the_place_of_another_is_new(tmp_path: Path) -> None:
    """However many sentences there were."""
    found = called_out(tmp_path, in_texts("Call {helpline} first.", "Whoever phoned you means well."))

    assert {each.after for each in found[CalloutKind.GRAVE]} == {"Whoever phoned you means well."}


@pytest.mark.parametrize("sign", ["; ", ", ", " – "])
def test_a_clause_glued_to_a_sentence_is_called_out(tmp_path: Path, sign: str) -> None:
    before, after = "Call {helpline} first.", f"Call {{helpline}} first{sign}most people who ring them are fine."
    found = called_out(tmp_path, in_texts(before, after))[CalloutKind.GRAVE]

    assert {(each.before, each.after) for each in found} == {(before, after)}


def test_thai_sentences_end_at_spaces(tmp_path: Path) -> None:
    files = {**FILES, **in_texts("first.", "first โปรดระวังมิจฉาชีพ")}
    found = called_out(tmp_path, in_texts("first.", "first โปรดระวังมิจฉาชีพ โอนได้เลย"), files)

    assert {each.after for each in found[CalloutKind.GRAVE]} == {"โอนได้เลย"}


def test_a_sentence_that_moves_within_its_message_is_not_new(tmp_path: Path) -> None:
    files = {**FILES, **in_texts("first.", "first. Nobody honest is in a hurry. Wait a day.")}
    swapped = in_texts("Call {helpline} first.", "Wait a day. Nobody honest is in a hurry. Call {helpline} first.")

    assert CalloutKind.GRAVE not in called_out(tmp_path, swapped, files)


@pytest.mark.parametrize("after", ["You are now sending {amount} {asset}.", "You, are sending {amount} {asset}."])
def test_the_first_paragraph_of_a_grave_warning_is_always_shown(tmp_path: Path, after: str) -> None:
    before = "You are sending {amount} {asset}."
    found = called_out(tmp_path, in_texts(before, after))[CalloutKind.GRAVE]

    assert {(each.before, each.after) for each in found} == {(before, after)}


def test_a_new_sentence_in_a_mild_warning_comes_after_the_grave_ones(tmp_path: Path) -> None:
    mild = {**FILES, RULE_PATH: RULE.replace("severity: high", "severity: info")}
    found = called_out(tmp_path, in_texts("first.", "first. Most are fine."), mild)

    assert {each.after for each in found[CalloutKind.MILD]} == {"Most are fine."}
    kinds = list(CalloutKind)
    assert kinds.index(CalloutKind.MILD) > kinds.index(CalloutKind.GRAVE)


def test_a_renamed_message_is_compared_with_its_old_texts(tmp_path: Path) -> None:
    renamed = in_texts("  investment:", "  savings:")
    changes = {path: str(text).replace("first.", "first. Most are fine.") for path, text in renamed.items()}
    found = called_out(tmp_path, {**changes, RULE_PATH: RULE.replace("message: investment", "message: savings")})

    assert {(each.what, each.after) for each in found[CalloutKind.GRAVE]} == {
        ("hk/ar: savings", "Most are fine."),
        ("hk/en: savings", "Most are fine."),
    }


@pytest.mark.parametrize(
    ("addition", "what"),
    [
        ("priority: 4\n", "hk/first: the highest priority before was 0"),
        (
            "presentation: {min_display_seconds: 60}\n",
            "hk/first: no warning of severity high made users wait longer than 5 s",
        ),
    ],
)
def test_what_is_out_of_the_usual_is_called_out(tmp_path: Path, addition: str, what: str) -> None:
    assert whats(tmp_path, CalloutKind.UNUSUAL, {RULE_PATH: RULE + addition}) == [what]


def test_another_kind_of_scam_is_called_out(tmp_path: Path) -> None:
    change = in_every_rule("typology: investment", "typology: general")

    assert whats(tmp_path, CalloutKind.UNUSUAL, change) == ["hk/first: the kind of scam changes"]


def test_a_new_critical_rule_that_is_easy_to_overlook_is_called_out(tmp_path: Path) -> None:
    rule = RULE.replace("severity: high", "severity: critical") + "presentation: {mode: banner}\n"

    assert whats(tmp_path, CalloutKind.UNUSUAL, {"rules/hk/second.yaml": rule}) == [
        "hk/second: easier to overlook than any warning of severity critical"
    ]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("[en, ar]", "[en]", "hk no longer offers ar"),
        ("[en, ar]", "[ar, en]", "hk has another first language"),
    ],
)
def test_languages_that_users_lose_are_called_out(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert whats(tmp_path, CalloutKind.OFF, {REGION_PATH: REGION.replace(old, new)}) == [what]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("expect: match", "expect: no match", "hk/first: an example is turned round"),
        (
            "  - given: {destination.first_use: true, amount_usd: 1000}\n    expect: match\n",
            "",
            "hk/first: an example is removed",
        ),
    ],
)
def test_an_example_that_need_not_match_any_more_is_called_out(tmp_path: Path, old: str, new: str, what: str) -> None:
    narrow = RULE.replace("gte: 1000}", "gte: 5000}").replace(old, new, 1)

    assert whats(tmp_path, CalloutKind.EXAMPLES, {RULE_PATH: narrow}) == [what]


def test_an_example_that_goes_while_the_rule_stays_is_called_out(tmp_path: Path) -> None:
    example = "  - given: {destination.first_use: true, amount_usd: 1000}\n    expect: match\n"
    files = {**FILES, RULE_PATH: RULE + example.replace("1000", "3000")}

    assert whats(tmp_path, CalloutKind.EXAMPLES, {RULE_PATH: RULE}, files) == ["hk/first: an example is removed"]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("{USDT: a token, BTC: Bitcoin}", "{USDT: a token}", "facts.yaml: asset.values.BTC: removed"),
        ("amount_usd: {type: number", "amount_usd: {type: text", "facts.yaml: amount_usd.type: another type"),
        ("means: A fact.", "means: Another.", "another meaning in"),
        ("BTC: Bitcoin", "BTC: A coin", "facts.yaml: asset.values.BTC: another meaning"),
    ],
)
def test_a_fact_that_loses_something_is_called_out(tmp_path: Path, old: str, new: str, what: str) -> None:
    found = whats(tmp_path, CalloutKind.VOCABULARY, {"rules/facts.yaml": FACTS_YAML.replace(old, new)})

    assert any(each.startswith(what) for each in found)


def test_a_large_change_is_called_out_first(tmp_path: Path) -> None:
    """Sixty-two texts of one region."""
    many = TEXTS + "".join(TEXTS[TEXTS.index("  investment:") :].replace("investment", f"m{i}") for i in range(30))
    changes = {TEXT_PATH: many.replace("You are", "Now you are"), "locales/hk/ar.yaml": many.replace("You are", "Now")}
    files = {**FILES, TEXT_PATH: many, "locales/hk/ar.yaml": many}
    found = called_out(tmp_path, changes, files)

    assert next(iter(found)) is CalloutKind.SIZE
    assert [each.what for each in found[CalloutKind.SIZE]] == ["62 texts, 0 rules, 1 region"]
