"""A file that does not have the form of its kind says so at the exact place, in plain words."""

from pathlib import Path

import pytest

from app.authoring.problem import Problem
from tests.checks.folders import FILES, MARK, REGION, REGION_PATH, RULE, RULE_PATH, TEXT_PATH, TEXTS, checked, marked

Said = tuple[str, str, str | None]


def only(problems: tuple[Problem, ...], path: str) -> Problem:
    [problem] = [problem for problem in problems if problem.path == path]
    return problem


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        (
            RULE_PATH,
            "severity: high",
            "severity: §hgih",
            (
                "bad-value",
                "`severity`: `hgih` is none of `info`, `caution`, `high`, `critical`",
                "did you mean `high`?",
            ),
        ),
        (
            RULE_PATH,
            "rationale: New payees are the pattern.",
            "rationale: §5",
            ("wrong-type", "`rationale`: expected text, found the number 5", "put it in quotes"),
        ),
        (
            RULE_PATH,
            "severity: high",
            "severity: high\n§presentaton: {mode: banner}",
            ("unknown-key", "`presentaton` is not an entry here", "did you mean `presentation`?"),
        ),
        (
            RULE_PATH,
            "severity: high",
            '§severity："a: b"',
            (
                "unknown-key",
                '`severity："a` is not an entry here',
                "write `severity: `, an ordinary colon and then a space",
            ),
        ),
        (
            RULE_PATH,
            "severity: high",
            "severity: high\nactive: {§form: 2026-11-01}",
            ("unknown-key", "`form` is not an entry here", "did you mean `from`?"),
        ),
        (
            RULE_PATH,
            "severity: high",
            "severity: high\nactive: {from: §2026-02-30}",
            ("bad-value", "`from`: `2026-02-30` is not a day of the calendar", "write year-month-day: 2026-11-01"),
        ),
        (
            RULE_PATH,
            "severity: high",
            "severity: high\nenabled: §yes",
            (
                "wrong-type",
                "`enabled`: expected `true` or `false`, found the text `yes`",
                "write `true`, without quotes",
            ),
        ),
        (
            RULE_PATH,
            "severity: high",
            "severity: high\npriority: §1.5",
            ("wrong-type", "`priority`: expected a whole number, found the number 1.5", "write it without a fraction"),
        ),
        (
            RULE_PATH,
            "severity: high",
            "severity: high\npriority: §1_000",
            ("wrong-type", "`priority`: expected a whole number, found the text `1_000`", "digits only: 1000"),
        ),
        (
            RULE_PATH,
            "severity: high",
            "severity: high\npriority: §9999999999999999999999",
            (
                "bad-value",
                "`priority`: must be from -1,000,000 to 1,000,000, found the number 9999999999999999999999",
                None,
            ),
        ),
        (
            RULE_PATH,
            "severity: high",
            "severity: high\npresentation: {min_display_seconds: §61}",
            ("bad-value", "`min_display_seconds`: must be from 0 to 60, found the number 61", None),
        ),
        (
            RULE_PATH,
            "New payees are the pattern.",
            "§" + "x" * 1001,
            ("bad-value", "`rationale`: too long: 1001 characters, at most 1000", None),
        ),
        (
            RULE_PATH,
            "when:\n  destination.first_use: true\n  amount_usd: {gte: 1000}\n",
            "when:§\n",
            (
                "wrong-type",
                "`when`: expected a mapping (entries such as `key: value`), found nothing",
                "delete the line, or write something under it",
            ),
        ),
        (
            RULE_PATH,
            "expect: no match",
            "expect: §no",
            ("bad-value", "`expect`: `no` is none of `match`, `no match`", None),
        ),
        (
            RULE_PATH,
            "typology: investment\n",
            "§",
            ("missing-key", "`typology` is missing", "The kind of scam, as typologies.yaml names it."),
        ),
        (
            REGION_PATH,
            'phone: "18222"',
            "phone: §18222",
            ("wrong-type", "`phone`: expected text, found the number 18222", "put it in quotes"),
        ),
        (
            REGION_PATH,
            'phone: "18222", ',
            "",
            ("bad-value", "`helpline`: a contact needs `phone` or `url`", 'write phone: "18222" or url: "https://..."'),
        ),
        (
            REGION_PATH,
            '"https://police.example/lookup"',
            '§"http://police.example"',
            (
                "bad-value",
                "`url`: `http://police.example` is not a web address that users can be sent to",
                "it begins with https:// and a domain",
            ),
        ),
        (
            REGION_PATH,
            '"https://police.example/lookup"',
            '§"https://police.example@evil.example"',
            (
                "bad-value",
                "`url`: `https://police.example@evil.example` is not a web address that users can be sent to",
                "it begins with https:// and a domain",
            ),
        ),
        (
            REGION_PATH,
            "languages: [en, ar]",
            "languages: [en, ar, §english]",
            (
                "bad-value",
                "`languages`: `english` is not a language tag",
                "did you mean `en`?",
            ),
        ),
        (
            REGION_PATH,
            "languages: [en, ar]",
            "languages: §en",
            ("wrong-type", "`languages`: expected a list, found the text `en`", "write [en]"),
        ),
        (
            REGION_PATH,
            "Asia/Hong_Kong",
            "§Asia/Honkong",
            (
                "bad-value",
                "`timezone`: `Asia/Honkong` is not a time zone",
                "did you mean `Asia/Hong_Kong`?",
            ),
        ),
        (
            REGION_PATH,
            "Asia/Hong_Kong",
            "§Hong Kong",
            ("bad-value", "`timezone`: `Hong Kong` is not a time zone", "did you mean `Asia/Hong_Kong`?"),
        ),
        (
            REGION_PATH,
            "Asia/Hong_Kong",
            "§GMT+8",
            (
                "bad-value",
                "`timezone`: `GMT+8` is not a time zone",
                "zones are named by continent and city: `Asia/Hong_Kong`",
            ),
        ),
        (
            REGION_PATH,
            "  secret:",
            "  §Secret Line:",
            ("bad-value", "`Secret Line` is not a name", "lower case letters, digits and underscores; a letter first"),
        ),
        (
            REGION_PATH,
            "{name: Police, unit: Unit}",
            "{name: Police, §unti: Unit}",
            ("unknown-key", "`unti` is not an entry here", "did you mean `unit`?"),
        ),
        (
            TEXT_PATH,
            "title: Stop",
            "title: §{amount}",
            (
                "wrong-type",
                "`title`: expected text, found a mapping",
                "a text that begins with a curly brace needs quotes",
            ),
        ),
        (
            TEXT_PATH,
            "cancel: Cancel",
            "cancel: Cancel, §cancle: Cancel",
            ("unknown-key", "`cancle` is not an entry here", "did you mean `cancel`?"),
        ),
        (
            TEXT_PATH,
            "b: {title: Wait}",
            "b: {§titel: Wait}",
            ("unknown-key", "`titel` is not an entry here", "did you mean `title`?"),
        ),
        (
            "rules/facts.yaml",
            "channel: {type: text",
            "channel: {type: §txt",
            ("bad-value", "`type`: `txt` is none of `text`, `flag`, `number`, `set`", "did you mean `text`?"),
        ),
        (
            "rules/typologies.yaml",
            "name: Investment, ",
            "",
            ("missing-key", "`name` is missing", "Its name for people."),
        ),
    ],
)
def test_one_fault_one_problem_at_its_place(tmp_path: Path, path: str, old: str, new: str, said: Said) -> None:
    """`said`: the code, the message and the hint."""
    assert old in FILES[path]
    text = FILES[path].replace(old, new)
    at = marked(text)

    problem = only(checked(tmp_path, {path: at.text}).problems, path)

    assert (problem.code, problem.message, problem.hint) == said
    if MARK in text:
        assert (problem.line, problem.column) == (at.line, at.column)


@pytest.mark.parametrize(
    ("path", "old", "new", "hint"),
    [
        (RULE_PATH, "severity: high", "severity: high\nenabled: off", "write `false`, without quotes"),
        (RULE_PATH, "severity: high", "severity: high\npriority: 10.0", "write 10"),
        (RULE_PATH, "severity: high", "severity: high\nactive: 2026-11-01", "its entries are `from`, `until`"),
        (RULE_PATH, "gte: 1000", 'gte: "1,000"', "digits only: 1000"),
        (RULE_PATH, "gte: 1000", "gte: 5k", "digits only: 5000"),
        (RULE_PATH, "gte: 1000", "gte: 1,000", "a comma ends a value: write 1000, not 1,000"),
        (RULE_PATH, "{gte: 1000}", '">= 1000"', "to compare, write {gte: 1000}"),
        (RULE_PATH, "  amount_usd: {gte: 1000}", "  share_of_balance: {gte: 90%}", "write 0.9: 1 is everything"),
        (RULE_PATH, "first_use: true\n", "first_use: 1\n", "write `true`, without quotes"),
        (RULE_PATH, "  amount_usd: {gte: 1000}", "  not: {asset: BTC}", "write it at the fact: `asset: {not: BTC}`"),
        (REGION_PATH, "languages: [en, ar]", "languages: [en, ar, zh_Hans]", "did you mean `zh-Hans`?"),
        (REGION_PATH, "languages: [en, ar]", "languages: [en, ar, Ukrainian]", "did you mean `uk`?"),
        (REGION_PATH, "{name: Police, unit: Unit}", "Police", "its entries are `name`, `unit`"),
        (TEXT_PATH, "title: Stop", "title: {Stop: now}", "a text with a colon and a space in it needs quotes"),
        (TEXT_PATH, "status: sample", "status: final", None),
    ],
)
def test_what_to_write_instead_is_said(tmp_path: Path, path: str, old: str, new: str, hint: str | None) -> None:
    """What was probably meant, as it is written; a status is not guessed."""
    assert old in FILES[path]

    problems = checked(tmp_path, {path: FILES[path].replace(old, new, 1)}).errors

    assert [problem.hint for problem in problems] == [hint]


def test_a_missing_entry_is_told_where_its_mapping_begins(tmp_path: Path) -> None:
    text = RULE.replace("    expect: no match\n", "").replace(
        "- given: {destination.first_use: true, amount_usd: 999}", "- §given: {destination.first_use: true}"
    )
    at = marked(text)

    problem = only(checked(tmp_path, {RULE_PATH: at.text}).problems, RULE_PATH)

    assert (problem.line, problem.column, problem.message) == (at.line, at.column, "`expect` is missing")


@pytest.mark.parametrize("path", [RULE_PATH, REGION_PATH, TEXT_PATH, "rules/facts.yaml", "rules/typologies.yaml"])
@pytest.mark.parametrize("text", ["", "just a text\n", "- a\n- list\n", "5\n"])
def test_a_file_that_is_no_mapping_says_so(tmp_path: Path, path: str, text: str) -> None:
    result = checked(tmp_path, {path: text})

    assert [p.code for p in result.problems if p.path == path] == ["wrong-type"]
    assert result.bundle is None


def test_every_fault_of_a_rule_is_found_at_once(tmp_path: Path) -> None:
    """Those of its form, its condition and its values together."""
    text = (
        RULE.replace("severity: high", "severity: hgih")
        .replace("gte: 1000", "gte: a")
        .replace("message: investment", "message: investments")
    )

    codes = [p.code for p in checked(tmp_path, {RULE_PATH: text}).errors]

    assert codes == ["bad-value", "missing-message", "value-type"]


def test_one_faulty_message_does_not_hide_the_faults_of_another(tmp_path: Path) -> None:
    text = TEXTS + "  other:\n    titel: x\n    title: x\n    body: [x]\n"
    text = text.replace("title: Stop", "title: Call 18222")

    codes = {p.code for p in checked(tmp_path, {TEXT_PATH: text}).errors}

    assert codes == {"unknown-key", "digits"}


INVENTED = "typology: investmnt\nseverity: hihg"


@pytest.mark.parametrize(
    ("path", "changes", "expected"),
    [
        (
            RULE_PATH,
            [("typology: investment\nseverity: high", INVENTED)],
            ["bad-value", "unknown-typology"],
        ),
        (
            RULE_PATH,
            [("amount_usd: 999}\n    expect: no match", "amount_us: 999}\n    expect: no")],
            ["bad-value", "example-fact"],
        ),
        (
            RULE_PATH,
            [("severity: high", "severity: hihg\nactive: {from: 2027-01-01, until: 2027-01-01}")],
            ["bad-value", "reversed-period"],
        ),
        (
            RULE_PATH,
            [("severity: high", "severity: hihg"), ("amount_usd: 1000}", "amount_usd: 1}")],
            ["bad-value", "example-failed"],
        ),
        (
            RULE_PATH,
            [("when:\n", "when:\n  asset: 5\n"), ("amount_usd: 999}", 'amount_usd: "999"}')],
            ["example-value", "value-type"],
        ),
        (
            RULE_PATH,
            [("when:\n", "when:\n  asset: [1, USDX]\n")],
            ["unlisted-value", "value-type"],
        ),
        (
            REGION_PATH,
            [
                ("Asia/Hong_Kong", "Asia/Honkong"),
                ("call: helpline", "call: lookup"),
                ("review: lookup", "review: lokup"),
            ],
            ["bad-value", "no-phone", "unknown-contact"],
        ),
        (
            REGION_PATH,
            [("does: advice, ", ""), ("name: Police", "name: Pol\u200bice")],
            ["hidden-character", "missing-key"],
        ),
        (
            TEXT_PATH,
            [("title: Stop", "title: [Stop]"), ("Call {helpline} first", "Call {hotline}"), ("Go on", '"**Go**"')],
            ["markup", "placeholder", "wrong-type"],
        ),
        (
            TEXT_PATH,
            [("status: sample", "status: smaple"), ("review: Check, ", ""), ("title: Stop", "title: Call 18222")],
            ["bad-value", "digits", "missing-label"],
        ),
        (
            TEXT_PATH,
            [("title: Stop", "titel: Stop"), ("b: {title: Wait}", "b: {title: 5}\n      c: {title: Wait}")],
            ["unknown-key", "wrong-type"],
        ),
        (
            "rules/facts.yaml",
            [("channel: {type: text", "channel: {type: txt"), ("  network:", "  netwrk:")],
            ["bad-value", "undescribed-fact", "unknown-fact"],
        ),
        (
            "rules/typologies.yaml",
            [("name: Investment, ", ""), ("typologies:\n", "typologies:\n  new: {name: N, description: D}\n")],
            ["missing-key", "new-typology"],
        ),
    ],
)
def test_a_fault_of_the_form_hides_no_other(
    tmp_path: Path, path: str, changes: list[tuple[str, str]], expected: list[str]
) -> None:
    text = FILES[path]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)

    problems = checked(tmp_path, {path: text}).problems

    assert sorted(p.code for p in problems if p.path == path) == expected


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (REGION_PATH, "languages: [en, ar]", "languages: [en, arabic]"),
        (REGION_PATH, "languages: [en, ar]", "languages: [english, ar]"),
        (REGION_PATH, "languages: [en, ar]", "languages: en"),
        (REGION_PATH, 'helpline: {phone: "18222"', "helpline: {phone: 18222"),
        (REGION_PATH, 'helpline: {phone: "18222"', 'helpline: {phnoe: "18222"'),
        (REGION_PATH, "  helpline: {", "  Helpline: {"),
        (REGION_PATH, "verified: true}\n  desk", "verified: yes}\n  desk"),
        (REGION_PATH, REGION[REGION.index("contacts:") : REGION.index("actions:")], "contacts: []\n"),
        (REGION_PATH, REGION[REGION.index("actions:") :], "actions: [helpline]\n"),
        (TEXT_PATH, "language: en", "language: english"),
        (TEXT_PATH, "{cancel: Cancel,", "{cancel: 5,"),
        (TEXT_PATH, "b: {title: Wait}", "B!: {title: Wait}"),
        (TEXT_PATH, '      - "You are sending {amount} {asset}."', "      - 5"),
        ("rules/facts.yaml", "asset: {type: text", "asset: {type: txt"),
        ("rules/typologies.yaml", "name: Investment", "name: 5"),
        (RULE_PATH, "message: investment", "message: 5"),
        (RULE_PATH, "  amount_usd: {gte: 1000}", "  amount_usd: {gte: a}"),
        (RULE_PATH, "expect: match", "expect: yes"),
    ],
)
def test_nothing_is_said_of_what_follows_from_a_fault(tmp_path: Path, path: str, old: str, new: str) -> None:
    """One slip, one problem; a contact that is misspelt is missed where it is named, and nowhere else."""
    assert old in FILES[path]

    problems = checked(tmp_path, {path: FILES[path].replace(old, new, 1)}).problems

    assert [p.path for p in problems if p.code != "unused-message"] == [path]


def test_an_attribute_with_a_fault_is_declared_all_the_same(tmp_path: Path) -> None:
    facts = FILES["rules/facts.yaml"] + "attributes:\n  cash: {type: nmber, means: Cash.}\n"
    rule = RULE.replace("when:\n", "when:\n  attributes.cash: x\n  attributes.gold: x\n")

    codes = [(p.path, p.code) for p in checked(tmp_path, {RULE_PATH: rule, "rules/facts.yaml": facts}).problems]

    assert ("rules/facts.yaml", "bad-value") in codes
    assert codes.count((RULE_PATH, "undeclared-attribute")) == 1


def test_no_message_speaks_the_words_of_a_library(tmp_path: Path) -> None:
    broken = {path: text.replace(": ", ": 5 #") for path, text in FILES.items()}

    messages = " ".join(p.message.lower() for p in checked(tmp_path, broken).problems)

    for word in ("pydantic", "input should", "valid string", "dict", "extra inputs", "none type"):
        assert word not in messages


def test_the_place_of_a_fault_in_yaml_is_told_once(tmp_path: Path) -> None:
    """An alias is refused; that nothing stands in its place is no second problem."""
    text = REGION.replace("timezone: Asia/Hong_Kong", "timezone: *zone")

    assert [p.code for p in checked(tmp_path, {REGION_PATH: text}).errors] == ["unsupported-yaml"]
