"""Reviews describe a change in words, and no text of the change has any effect in a comment."""

import json
import re
import time
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from app.checks.output.markdown import plain
from app.commands.diff import written
from app.review.callout_kinds import Callout, CalloutKind
from app.review.review_comment import COMMENT_LIMIT, as_markdown
from app.review.review_text import as_text
from tests.checks.folders import FILES, REGION, REGION_PATH, RULE, RULE_PATH, TEXT_PATH, TEXTS, in_texts
from tests.review.repositories import called_out, changed, compared, repository

PAGE = " (official page: <code>https:&#8203;//police.example</code>)"


def test_a_review_without_changes_says_so(tmp_path: Path) -> None:
    found = changed(tmp_path, {}).review

    assert found.changes_nothing
    assert "nothing that users or rules would notice" in as_markdown(found)


@pytest.mark.parametrize(
    ("old", "new", "about", "what"),
    [
        ('phone: "18222"', 'phone: "18223"', CalloutKind.CONTACTS, "hk: contacts.helpline.phone"),
        ("https://police.example/lookup", "https://evil.example", CalloutKind.CONTACTS, "hk: contacts.lookup.url"),
        ("verified: false", "verified: true", CalloutKind.CONTACTS, "hk: contacts.secret.verified"),
        ("[police.example]", "[police.example, evil.example]", CalloutKind.CONTACTS, "hk: official_domains"),
        ("review: lookup", "review: desk", CalloutKind.ACTIONS, "hk: actions.review"),
        ("actions:", "global: off\nactions:", CalloutKind.GLOBAL, "hk: global"),
    ],
)
def test_a_change_of_a_region_is_called_out(tmp_path: Path, old: str, new: str, about: CalloutKind, what: str) -> None:
    found = called_out(tmp_path, {REGION_PATH: REGION.replace(old, new)})

    assert [callout.what for callout in found[about]] == [what]


def test_a_contact_that_becomes_verified_is_called_out_with_its_number(tmp_path: Path) -> None:
    [callout] = called_out(tmp_path, {REGION_PATH: REGION.replace("verified: false", "verified: true")})[
        CalloutKind.CONTACTS
    ]

    assert (callout.before, callout.after) == ("no (999)", "yes (999)")


def test_a_button_that_leads_elsewhere_is_called_out_with_both_addresses(tmp_path: Path) -> None:
    [callout] = called_out(tmp_path, {REGION_PATH: REGION.replace("review: lookup", "review: desk")})[
        CalloutKind.ACTIONS
    ]

    assert callout.before == "lookup (https://police.example/lookup)"
    assert callout.after == "desk (https://police.example)"


def test_callouts_stand_right_below_the_verdict(tmp_path: Path) -> None:
    changes = {REGION_PATH: REGION.replace("18222", "18223"), RULE_PATH: RULE + "priority: 3\n"}
    text = as_markdown(changed(tmp_path, changes).review)

    _, _, *lines = text.splitlines()
    assert lines[:3] == ["### Look at these first", "", "> [!CAUTION]"]
    assert "<del>18222</del> → <strong>18223</strong>" in text[: text.index("## What this change does")]


def test_a_text_that_becomes_official_is_called_out(tmp_path: Path) -> None:
    found = called_out(tmp_path, {TEXT_PATH: TEXTS.replace("sample", "official")})

    assert found[CalloutKind.OFFICIAL] == [
        Callout(CalloutKind.OFFICIAL, "hk/en: status", "sample", "official", TEXT_PATH)
    ]


def test_a_change_of_an_official_text_is_called_out(tmp_path: Path) -> None:
    official = TEXTS.replace("sample", "official")
    found = called_out(tmp_path, {TEXT_PATH: official.replace("Stop", "Halt")}, {**FILES, TEXT_PATH: official})

    assert [callout.what for callout in found[CalloutKind.OFFICIAL]] == ["hk/en: investment: the text changed"]


def test_an_accepted_check_warning_is_called_out(tmp_path: Path) -> None:
    accepted = RULE + "accept: {never-met: It is a test.}\n"

    assert [callout.after for callout in called_out(tmp_path, {RULE_PATH: accepted})[CalloutKind.ACCEPTED]] == [
        "It is a test."
    ]


def test_a_rule_that_is_removed_or_switched_off_is_called_out(tmp_path: Path) -> None:
    second = {"rules/hk/second.yaml": RULE.replace("New payees", "Others").replace("1000", "7").replace("999", "6")}
    changes = {RULE_PATH: None, "rules/hk/second.yaml": second["rules/hk/second.yaml"] + "enabled: false\n"}
    found = called_out(tmp_path, changes, {**FILES, **second})

    assert [callout.what for callout in found[CalloutKind.OFF]] == [
        "hk/first is removed",
        "hk/second is switched off (enabled: false)",
        "hk: 1 example withdrawal: no warning instead of hk/first (high)",
        "hk: 2 example withdrawals: no warning instead of hk/second (high)",
    ]


def test_files_outside_rules_and_texts_are_called_out(tmp_path: Path) -> None:
    found = called_out(tmp_path, {"app/commands/cli.py": "evil", ".github/CODEOWNERS": "* @me"})

    assert [callout.what for callout in found[CalloutKind.OUTSIDE]] == [".github/CODEOWNERS", "app/commands/cli.py"]


def test_a_changed_rule_lists_its_entries_before_and_after(tmp_path: Path) -> None:
    new = RULE.replace("gte: 1000}", "gte: 5000}").replace("severity: high", "severity: critical")
    (change,) = changed(tmp_path, {RULE_PATH: new + "active: {from: 2026-12-01}\n"}).review.rules

    assert {field.name: (field.before, field.after) for field in change.fields} == {
        "severity": ("high", "critical"),
        "applies": ("always", "from 2026-12-01 on"),
        "presentation": (
            "interstitial, 5 s before the user can continue, a checkbox",
            "interstitial, 10 s before the user can continue, a checkbox",
        ),
    }
    assert change.conditions_before == ("destination.first_use is yes", "amount_usd is at least 1,000")
    assert change.conditions_after == ("destination.first_use is yes", "amount_usd is at least 5,000")


def test_the_old_examples_try_the_new_rule(tmp_path: Path) -> None:
    """Including the one that the change deletes."""
    without = RULE[: RULE.index("examples:")].replace("gte: 1000", "gte: 5000")
    (change,) = changed(tmp_path, {RULE_PATH: without}).review.rules

    assert [(each.given, each.expected_after, each.gives_before, each.gives_after) for each in change.examples] == [
        ("destination.first_use yes, amount_usd 1,000", None, "match", "no match"),
        ("destination.first_use yes, amount_usd 999", None, "no match", "no match"),
    ]


def test_a_rule_that_moves_is_one_rule(tmp_path: Path) -> None:
    (change,) = changed(tmp_path, {RULE_PATH: None, "rules/hk/renamed.yaml": RULE + "priority: 2\n"}).review.rules

    assert (change.what, change.before, change.after) == ("moved", "hk/first", "hk/renamed")
    assert [field.name for field in change.fields] == ["priority"]


def test_an_example_that_gets_another_warning_is_listed(tmp_path: Path) -> None:
    """Another rule comes before the one that has the example."""
    second = (
        RULE.replace("high", "critical").replace("gte: 1000", "gte: 900").replace("amount_usd: 999", "amount_usd: 9")
    )
    found = changed(tmp_path, {"rules/hk/second.yaml": second}).review.consequences.shown or ()

    assert [(each.given, each.before, each.after) for each in found] == [
        ("destination.first_use yes, amount_usd 1,000", "hk/first", "hk/second"),
        ("destination.first_use yes, amount_usd 999", None, "hk/second"),
    ]


def test_each_changed_alert_is_a_card_in_its_language(tmp_path: Path) -> None:
    """Arabic runs from right to left. The paragraph that names the amount is filled in from the rule's example."""
    found = changed(tmp_path, in_texts("Stop", "Halt")).review
    text = as_markdown(found)

    assert [(card.language, card.variant) for card in found.cards] == [("en", "a"), ("ar", "a")]
    assert '<blockquote lang="ar" dir="rtl"><strong>Halt</strong>' in text
    assert "You are sending 1,000.00 USDT." in text
    assert "<kbd>Call 18222 (18222)</kbd>" in text


def test_a_changed_contact_shows_in_every_alert_that_names_it(tmp_path: Path) -> None:
    found = changed(tmp_path, {REGION_PATH: REGION.replace("18222", "18223")}).review

    assert len(found.cards) == 4
    assert not found.rules


def test_texts_stand_side_by_side_with_their_words_marked(tmp_path: Path) -> None:
    text = as_markdown(changed(tmp_path, {TEXT_PATH: TEXTS.replace("Who told you to?", "Who asked you to?")}).review)

    row = "| <code>en</code> sample | question | Who <del>told</del> you to? | Who <strong>asked</strong> you to? |"
    assert row in text.splitlines()


def test_a_new_first_paragraph_does_not_change_those_below_it(tmp_path: Path) -> None:
    new = TEXTS.replace('      - "You are', '      - "Wait."\n      - "You are')
    found = changed(tmp_path, {TEXT_PATH: new}).review.texts

    assert [(text.part, text.before, text.after) for text in found] == [("paragraph 1", None, "Wait.")]


@pytest.mark.parametrize(
    "garbage",
    [b"\x00\xff\xfe\x89PNG", b"key: [", b"\xef\xbb\xbf- a", b"", "typology: [\u202e]".encode()],
)
def test_a_file_that_is_not_a_rule_is_reported(tmp_path: Path, garbage: bytes) -> None:
    found = changed(tmp_path, {RULE_PATH: garbage}).review

    assert found.errors_after
    assert found.rules[0].unreadable == ("after",)
    assert "cannot be published" in as_markdown(found)
    written(found, "text")


NASTY = (
    "@maintainers see #1, owner/repo#2, GH-3, 0123456789abcdef0123456789abcdef01234567 and :tada: "
    "[here](https://evil.example) ![x](http://evil.example/p.png) <img src=x onerror=y> https://evil.example "
    "www.evil.example me@evil.example | </td></table> `code` **bold** $x$ ~~no~~ \\ &lt; \u202ereversed\u200b "
    "<!-- --> -->"
)


def test_no_text_has_any_effect_in_the_comment(tmp_path: Path) -> None:
    """Nothing is left that Markdown, HTML or GitHub would interpret."""
    texts = TEXTS.replace("title: Stop", f"title: {json.dumps(NASTY)}")
    rule = RULE.replace("New payees are the pattern.", json.dumps(NASTY))
    region = REGION.replace("does: advice", f"does: {json.dumps(NASTY)}")
    changes = {TEXT_PATH: texts, RULE_PATH: rule, REGION_PATH: region, "@evil|`x`.md": "x"}
    text = as_markdown(changed(tmp_path, changes).review)

    assert text.count("‹U+202E›reversed‹U+200B›") == 4
    assert_harmless(text)


def test_a_rationale_that_hides_something_is_an_error_and_the_comment_names_it(tmp_path: Path) -> None:
    hidden = "".join(map(chr, range(0xE0100, 0xE010F)))
    text = as_markdown(changed(tmp_path, {RULE_PATH: RULE.replace("New payees", f"New payees{hidden}")}).review)

    assert "U+E0100 (variation selector-17) and 14 more after <code>New payees</code>" in text
    assert "payees" + "".join(f"‹U+E010{i:X}›" for i in range(15)) in text
    assert not set(hidden) & set(text)


def test_no_alert_has_any_effect_in_the_comment(tmp_path: Path) -> None:
    """`check` refuses such texts, but the comment does not rely on that."""
    found = changed(tmp_path, in_texts("Stop", "Halt")).review
    action = {"kind": "review", "label": NASTY, "url": "https://evil.example"}
    texts = {"title": NASTY, "body": [NASTY], "questions": [NASTY], "actions": [action], "source": NASTY}
    nasty = replace(found.cards[0], language='en" onclick="x', alert={**found.cards[0].alert, **texts})

    assert_harmless(as_markdown(replace(found, cards=(nasty,))).replace(' lang="en&#34; onclick&#61;&#34;x"', ""))


def assert_harmless(text: str) -> None:
    """Searches the source for structure, and the rendered text for what GitHub would link."""
    tags = r"</?(?:del|strong|code|br|kbd|sub|details|summary|blockquote|span)(?: open| lang=\"[\w-]+\"| dir=\"\w+\")*>"
    assert not re.search(r"<|\]\(|!\[|`", re.sub(tags, "", text))
    assert not re.search(r"@\w|#\d|://\w|www\.|:tada:|\b[0-9a-f]{7,40}\b|GH-\d", unescape(text))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b]", text)


def test_a_text_file_whose_name_is_not_a_language_is_still_reviewed(tmp_path: Path) -> None:
    found = changed(tmp_path, {"locales/hk/@x <b>_.yaml": TEXTS}).review

    assert_harmless(as_markdown(found))
    assert "@x <b>_" in written(found, "text")


@pytest.mark.parametrize("text", ["- a list", "+ a list", "1. a list", "12) a list", "# a heading", "> a quotation"])
def test_no_text_begins_a_list_or_heading_of_its_own(text: str) -> None:
    assert not re.match(r"\s*([-+>#]\s|\d+[.)])", plain(text))


def test_a_comment_fits_and_says_what_was_left_out(tmp_path: Path) -> None:
    files = {**FILES, TEXT_PATH: many_messages("Stop")}
    found = changed(tmp_path, {TEXT_PATH: many_messages("Halt")}, files).review
    whole, cut = as_markdown(found), as_markdown(found, 20_000)

    assert len(whole) > 20_000 >= len(cut)
    assert re.search(r"Shortened: \d+ of 60 parts of this section did not fit", cut)
    assert cut.startswith(whole[:200])


def many_messages(title: str) -> str:
    message = TEXTS[TEXTS.index("  investment:") :].replace("Stop", f"{title} {'long ' * 50}".strip())
    others = (message.replace("investment:", f"m{number}:") for number in range(59))
    return TEXTS[: TEXTS.index("  investment:")] + message + "".join(others)


def test_json_contains_the_whole_review(tmp_path: Path) -> None:
    found = changed(tmp_path, {RULE_PATH: RULE + "priority: 3\n", **in_texts("Stop", "Halt")}).review
    found_json = json.loads(written(found, "json"))

    assert found_json["rules"][0]["fields"] == [{"name": "priority", "before": "0", "after": "3"}]
    assert found_json["cards"][0]["alert"]["title"] == "Halt"


def test_text_for_a_terminal_hides_nothing(tmp_path: Path) -> None:
    rule = RULE.replace("New payees are the pattern.", '"a\\e[2Jb\\u202ec"')
    text = written(changed(tmp_path, {RULE_PATH: rule}).review, "text")

    assert "‹U+001B›" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_thousand_paragraphs_are_compared_in_bounded_time(tmp_path: Path) -> None:
    """Even texts too long to be loaded are compared."""
    many = TEXTS.replace('      - "You are', '      - "a"\n' * 8_000 + '      - "You are')
    began = time.process_time()
    found = changed(tmp_path, {TEXT_PATH: many.replace('"a"', '"b"', 1)}, {**FILES, TEXT_PATH: many}).review

    assert found.texts
    assert time.process_time() - began < 10


def test_a_warning_that_one_message_accepts_is_called_out(tmp_path: Path) -> None:
    accepted = TEXTS.replace("    title: Stop\n", "    title: Stop\n    accept: {blame: It is a test.}\n")
    (callout,) = called_out(tmp_path, {TEXT_PATH: accepted})[CalloutKind.ACCEPTED]

    assert (callout.what, callout.after) == ("locales/hk/en.yaml: investment: blame", "It is a test.")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("presentation: {min_display_seconds: 0}\n", "hk/first is easier to overlook"),
        ("presentation: {acknowledge: none}\n", "hk/first is easier to overlook"),
        ("presentation: {mode: dialog}\n", "hk/first is easier to overlook"),
        ("active: {until: 2026-11-21}\n", "hk/first applies for a shorter period"),
    ],
)
def test_a_rule_that_becomes_weaker_is_called_out(tmp_path: Path, change: str, what: str) -> None:
    assert [callout.what for callout in called_out(tmp_path, {RULE_PATH: RULE + change})[CalloutKind.OFF]] == [what]


@pytest.mark.parametrize(
    "change",
    [
        "presentation: {min_display_seconds: 20}\n",
        "active: {from: 2026-11-01}\n",
        "priority: 3\n",
        "enabled: true\n",
    ],
)
def test_a_rule_that_does_not_become_weaker_is_not_called_out(tmp_path: Path, change: str) -> None:
    assert CalloutKind.OFF not in called_out(tmp_path, {RULE_PATH: RULE + change})


def test_a_withdrawal_that_loses_its_warning_is_called_out(tmp_path: Path) -> None:
    """The change adapted the rule's examples; the old ones are tried too."""
    narrow = RULE.replace("gte: 1000", "gte: 900000").replace("amount_usd: 1000", "amount_usd: 900000")
    *_, callout = called_out(tmp_path, {RULE_PATH: narrow})[CalloutKind.OFF]

    assert callout.what == "hk: 1 example withdrawal: no warning instead of hk/first (high)"


def test_a_milder_severity_is_called_out(tmp_path: Path) -> None:
    found = called_out(tmp_path, {RULE_PATH: RULE.replace("severity: high", "severity: info")})[CalloutKind.OFF]

    assert [callout.what for callout in found] == [
        "hk/first is less severe",
        "hk/first is easier to overlook",
    ]


def test_a_symbolic_link_is_called_out(tmp_path: Path) -> None:
    """Its content is that of another file, with another owner."""
    folder = repository(tmp_path)
    (folder / REGION_PATH).rename(folder / "rules/hk/kept.txt")
    (folder / REGION_PATH).symlink_to("kept.txt")

    assert [each.what for each in compared(folder, "HEAD").review.callouts if each.about == CalloutKind.LINKS] == [
        REGION_PATH
    ]


def test_many_new_contacts_cannot_push_a_changed_number_out_of_the_comment(tmp_path: Path) -> None:
    contact = REGION.splitlines()[6].replace("does: advice", f'does: "{"advice " * 120}"')
    many = "".join(contact.replace("helpline", f"a{i}") + "\n" for i in range(200))
    region = REGION.replace('phone: "18222"', 'phone: "18223"').replace("contacts:\n", f"contacts:\n{many}")
    changes = {REGION_PATH: region, TEXT_PATH: TEXTS.replace("sample", "official")}
    text = as_markdown(changed(tmp_path, changes).review, COMMENT_LIMIT)

    first = text.partition("### Look at these first")[2].splitlines()[5]
    assert first == "> - hk: contacts.helpline.phone: <del>18222</del> → <strong>18223</strong>" + PAGE
    assert "did not fit" in text
    assert "hk/en: status: <del>sample</del> → <strong>official</strong>" in text


def test_what_a_button_says_is_called_out(tmp_path: Path) -> None:
    """Two labels swapped places: the button that cancels says that it continues."""
    swapped = TEXTS.replace("cancel: Cancel", "cancel: Go on").replace("proceed: Go on", "proceed: Cancel")
    found = called_out(tmp_path, {TEXT_PATH: swapped})[CalloutKind.ACTIONS]

    assert [(each.what, each.before, each.after) for each in found] == [
        ("hk/en: every message: button cancel", "Cancel", "Go on"),
        ("hk/en: every message: button proceed", "Go on", "Cancel"),
    ]


def test_the_terminal_counts_files_outside_and_shows_every_heading(tmp_path: Path) -> None:
    strange = {f"app/{number:02}.py": "x" for number in range(14)}
    rule = RULE.replace("gte: 1000", "gte: 2000")

    lines = as_text(changed(tmp_path, {RULE_PATH: rule, **strange}).review).splitlines()

    assert lines[lines.index("  app/09.py") + 1] == "  and 4 files more, which `git diff --stat` lists"
    assert "  app/10.py" not in lines
    assert lines[lines.index("What the check now reports") + 1].startswith("  new: ")


def test_the_terminal_shows_a_condition_below_the_one_it_replaces(tmp_path: Path) -> None:
    said = as_text(changed(tmp_path, {RULE_PATH: RULE.replace("gte: 1000", "gte: 2000")}).review)

    assert "    [-amount_usd is at least 1,000-]\n    {+amount_usd is at least 2,000+}\n" in said


def test_reworded_alerts_come_before_those_that_only_name_a_changed_contact(tmp_path: Path) -> None:
    texts = TEXTS + TEXTS[TEXTS.index("  investment:") :].replace("investment:", "late:")
    files = {
        **FILES,
        "rules/hk/late.yaml": RULE.replace("message: investment", "message: late"),
        TEXT_PATH: texts,
        "locales/hk/ar.yaml": texts.replace("language: en", "language: ar"),
    }
    before, _, after = texts.rpartition("title: Stop")
    change = {TEXT_PATH: f"{before}title: Hold{after}", REGION_PATH: REGION.replace("18222", "18223")}

    cards = changed(tmp_path, change, files).review.cards

    assert list(dict.fromkeys(card.rule_id for card in cards)) == ["hk/late", "hk/first"]
