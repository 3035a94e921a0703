"""What is wrong across files: an error where a user could see a wrong text or nothing, else a warning."""

from datetime import date
from pathlib import Path

import pytest

from app.authoring.problem import Problem
from app.authoring.problem_codes import Code, Level
from app.checks.checker import check
from tests.checks.folders import (
    FACTS_YAML,
    REGION,
    REGION_PATH,
    RULE,
    RULE_PATH,
    TEXT_PATH,
    TEXTS,
    checked,
    in_texts,
    marked,
)
from tests.sample_rules import sample_check

Found = list[tuple[str, int, int, str]]


def places(problems: tuple[Problem, ...]) -> Found:
    return [(p.path, p.line, p.column, p.code) for p in problems]


def test_faultless_folders_make_a_bundle_without_a_word(tmp_path: Path) -> None:
    result = checked(tmp_path)

    assert result.problems == ()
    assert result.bundle is not None
    assert result.content is not None
    assert [rule.id for rule in result.content.rules] == ["hk/first"]


def test_the_rules_of_the_other_tests_are_faultless() -> None:
    assert sample_check().problems == ()


def test_every_code_is_used_once_and_explained() -> None:
    slugs = [code.slug for code in Code]

    assert len(slugs) == len(set(slugs))
    assert all(code.about.endswith(".") for code in Code)


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        ("typology: investment", "typology: §investmnet", "unknown-typology", "did you mean `investment`?"),
        ("message: investment", "message: §investmnt", "missing-message", "did you mean `investment`?"),
    ],
)
def test_errors_of_a_rule(tmp_path: Path, old: str, new: str, code: str, hint: str) -> None:
    at = marked(RULE.replace(old, new))

    [problem] = checked(tmp_path, {RULE_PATH: at.text}).errors

    assert (problem.line, problem.column, problem.code, problem.hint) == (at.line, at.column, code, hint)


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        ("when:\n", "when:\n  asset: §USDX\n", "unlisted-value", "did you mean `USDT`?"),
        ("when:\n", "when:\n  asset: [USDT, §USDX]\n", "unlisted-value", "did you mean `USDT`?"),
        ("when:\n", "when:\n  asset: {not_in: [§USDX]}\n", "unlisted-value", "did you mean `USDT`?"),
        (
            "when:\n",
            "when:\n  any:\n    - session.signals: {any: [§remote_acces]}\n",
            "unlisted-value",
            "did you mean `remote_access`?",
        ),
        (
            "amount_usd: {gte: 1000}",
            "amount_usd: {gte: §1234}",
            "undecided-amount",
            "write {gte: 1200} or {gte: 1300}",
        ),
        ("amount_usd: {gte: 1000}", "amount_usd: {gt: §900}", "undecided-amount", "write {gte: 900} or {gte: 910}"),
        ("amount_usd: {gte: 1000}", "amount_usd: {lte: §5.55}", "undecided-amount", "write {lt: 5.5} or {lt: 5.6}"),
        (
            "amount_usd: {gte: 1000}",
            "amount_usd: §1000",
            "undecided-amount",
            "a range can be decided: {gte: 1000, lt: 1100}",
        ),
        ("when:\n", "when:\n  asset: §[]\n", "never-met", "list values, or delete the condition"),
        ("when:\n", "when:\n  any: §[]\n", "never-met", "list conditions, or delete it"),
        ("when:\n", "when:\n  session.signals: {any: §[]}\n", "never-met", "list values, or delete the condition"),
        (
            "when:\n",
            "when:\n  attributes.mood: §x\n",
            "undeclared-attribute",
            "declare it in rules/facts.yaml under `attributes`",
        ),
        ("when:\n", "when:\n  attributes.cash: §x\n", "attribute-type", "values of another type are never equal"),
        (
            "when:\n",
            "active: §{from: 2027-01-01, until: 2027-01-01}\nwhen:\n",
            "reversed-period",
            "`until` is the first day on which the rule is off",
        ),
    ],
)
def test_warnings_of_a_rule(tmp_path: Path, old: str, new: str, code: str, hint: str) -> None:
    """The rule loads all the same, so its bundle is made."""
    at = marked(RULE.replace(old, new))
    facts = FACTS_YAML + "attributes:\n  cash: {type: number, means: Cash.}\n"

    result = checked(tmp_path, {RULE_PATH: at.text, "rules/facts.yaml": facts})
    ours = [p for p in result.problems if p.code != "example-failed"]

    assert [(p.line, p.column, p.code, p.level, p.hint) for p in ours] == [
        (at.line, at.column, code, Level.WARNING, hint)
    ]
    assert result.bundle is not None


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        (
            "{destination.first_use: true, amount_usd: 1000}\n    expect: match",
            "{destination.first_use: true, amount_usd: 999.5}\n    expect: §match",
            "example-failed",
            "this withdrawal does not match: `amount_usd: {gte: 1000}` is not met (given 999.5)",
        ),
        (
            "{destination.first_use: true, amount_usd: 1000}\n    expect: match",
            "{amount_usd: 1000}\n    expect: §match",
            "example-failed",
            "this withdrawal does not match: `destination.first_use: true` is not met (not given)",
        ),
        (
            "{destination.first_use: true, amount_usd: 999}\n    expect: no match",
            "{destination.first_use: true, amount_usd: 1001}\n    expect: §no match",
            "example-failed",
            "this withdrawal matches",
        ),
        (
            "amount_usd: 999}",
            "§amount_us: 999}",
            "example-fact",
            "`amount_us` is not a fact",
        ),
        (
            "amount_usd: 999}",
            'amount_usd: §"999"}',
            "example-value",
            "expected a number, found the text `999`",
        ),
        (
            "amount_usd: 999}",
            "amount_usd: 999, session.signals: §on_a_call}",
            "example-value",
            "expected a list of text, found the text `on_a_call`",
        ),
    ],
)
def test_examples_are_tried(tmp_path: Path, old: str, new: str, code: str, message: str) -> None:
    assert old in RULE
    at = marked(RULE.replace(old, new))

    [problem] = checked(tmp_path, {RULE_PATH: at.text}).problems

    assert (problem.line, problem.column, problem.code, problem.level, problem.message) == (
        at.line,
        at.column,
        code,
        Level.WARNING,
        message,
    )


def test_null_in_an_example_is_not_given(tmp_path: Path) -> None:
    text = RULE.replace("amount_usd: 999}", "amount_usd: null}")

    assert checked(tmp_path, {RULE_PATH: text}).problems == ()


@pytest.mark.parametrize(
    ("cut", "message"),
    [
        ("  - given: {destination.first_use: true, amount_usd: 999}\n    expect: no match\n", "`expect: no match`"),
        ("  - given: {destination.first_use: true, amount_usd: 1000}\n    expect: match\n", "`expect: match`"),
        (RULE[RULE.index("examples:") :], "`expect: match` and none with `expect: no match`"),
    ],
)
def test_a_rule_without_examples_of_both_kinds_is_warned_of(tmp_path: Path, cut: str, message: str) -> None:
    [problem] = checked(tmp_path, {RULE_PATH: RULE.replace(cut, "")}).problems

    assert (problem.code, problem.message) == ("missing-example", f"no example with {message}")


def test_a_rule_for_every_withdrawal_needs_no_counterexample(tmp_path: Path) -> None:
    text = RULE[: RULE.index("when:")] + "examples:\n  - given: {}\n    expect: match\n"

    assert checked(tmp_path, {RULE_PATH: text}).problems == ()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("review: lookup", "review: §lokup", "unknown-contact"),
        ("call: helpline", "call: §lookup", "no-phone"),
        ("report: desk", "report: §helpline", "takes-no-reports"),
        ("  secret: {", "  §amount: {", "contact-name"),
        ("name: Police", "name: Pol§\u200bice", "hidden-character"),
    ],
)
def test_errors_of_a_region(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in REGION
    at = marked(REGION.replace(old, new))

    result = checked(tmp_path, {REGION_PATH: at.text})

    assert places(result.errors) == [(REGION_PATH, at.line, at.column, code)]


@pytest.mark.parametrize(
    ("does_not", "takes"),
    [
        ("take reports", False),
        ("Take police reports", False),
        ("accept any online crime reports", False),
        ("give legal advice; takes no reports", False),
        ("recover money, nor take police reports", False),
        ("take a report", False),
        ("follow up on reports", True),
        ("take calls about reports", True),
        ("take calls; it follows up on reports", True),
        ("answer reporters", True),
        ("mistake reports", True),
    ],
)
def test_a_contact_takes_reports_unless_it_says_that_it_does_not(tmp_path: Path, does_not: str, takes: bool) -> None:
    changed = REGION.replace("does: takes reports,", f'does: advice, does_not: "{does_not}",')

    codes = [p.code for p in checked(tmp_path, {REGION_PATH: changed}).errors]

    assert codes == ([] if takes else ["takes-no-reports"])


@pytest.mark.parametrize(
    "condition",
    [
        "destination.first_use: yes",
        "asset: null",
        "account.age_band: 1.0",
        "asset: [1]",
        "asset: {not: []}",
        "session.signals: {any: a}",
        "session.signals: {any: [1]}",
        "any: {asset: A}",
    ],
)
def test_what_could_not_be_read_is_not_called_empty(tmp_path: Path, condition: str) -> None:
    text = f"{RULE[: RULE.index('when:')]}when:\n  {condition}\n{RULE[RULE.index('examples:') :]}"

    assert len(checked(tmp_path, {RULE_PATH: text}).problems) == 1


@pytest.mark.parametrize(("today", "codes"), [(date(2027, 5, 1), []), (date(2027, 5, 2), ["verify-by-passed"] * 3)])
def test_contacts_are_checked_again_by_their_day(tmp_path: Path, today: date, codes: list[str]) -> None:
    """The day itself is still in time; a contact that is not verified is shown nowhere, so it can wait."""
    result = checked(tmp_path, today=today)

    assert [p.code for p in result.problems] == codes
    assert result.bundle is not None


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("title: Stop", "title: Stop sending §{amount}", "placeholder"),
        ("proceed: Go on", 'proceed: "Send §{amount}"', "placeholder"),
        ("Call {helpline} first", "Call {helpline} or §{hotline}", "placeholder"),
        ("Call {helpline} first", "Call §{secret}", "unverified-contact"),
        ("Call {helpline} first", "Call §{Helpline}", "placeholder"),
        ("Call {helpline} first", "Call §}helpline{", "placeholder"),
        ("Call {helpline} first", "Call §18222", "digits"),
        ("Who told you to?", "See §police.example.com", "address"),
        ("title: Wait", "title: §<b>Wait</b>", "markup"),
        ("cancel: Cancel", "cancel: Can§\u202ecel", "hidden-character"),
        ("title: Stop", 'title: §" "', "empty-text"),
        ("b: {title: Wait}", "§a: {title: Wait}", "bad-value"),
    ],
)
def test_errors_of_a_text(tmp_path: Path, old: str, new: str, code: str) -> None:
    assert old in TEXTS
    at = marked(TEXTS.replace(old, new).replace('"§', '§"'))

    errors = [p for p in checked(tmp_path, in_texts(old, new)).errors if p.path == TEXT_PATH]

    assert places(tuple(errors)) == [(TEXT_PATH, at.line, at.column, code)]


def test_a_body_in_which_every_paragraph_could_be_left_out_is_an_error(tmp_path: Path) -> None:
    changes = in_texts('      - "Call {helpline} first."\n', "")

    assert [p.code for p in checked(tmp_path, changes).errors] == ["no-plain-paragraph"] * 2


def test_a_variant_needs_such_a_paragraph_too(tmp_path: Path) -> None:
    changes = in_texts("b: {title: Wait}", 'b: {body: ["{asset}"]}')

    assert [p.code for p in checked(tmp_path, changes).errors] == ["no-plain-paragraph"] * 2


@pytest.mark.parametrize("label", ["cancel: Cancel, ", "review: Check, ", "proceed: Go on"])
def test_an_action_without_a_label_is_told_once(tmp_path: Path, label: str) -> None:
    """`cancel` and `proceed` always, the others where the region has a contact for them."""
    text = TEXTS.replace(label, "") + '  other:\n    title: T\n    body: ["B"]\n'

    errors = [p for p in checked(tmp_path, {TEXT_PATH: text}).errors if p.path == TEXT_PATH]

    assert places(tuple(errors)) == [(TEXT_PATH, 3, 1, "missing-label")]


def test_a_message_can_bring_its_own_label(tmp_path: Path) -> None:
    changes = in_texts("cancel: Cancel, ", "")
    changes = {path: str(text) + "    actions: {cancel: Call it off}\n" for path, text in changes.items()}

    assert checked(tmp_path, changes).problems == ()


def test_an_action_that_the_region_does_not_have_needs_no_label(tmp_path: Path) -> None:
    changes = in_texts("report: Report, ", "")

    assert checked(tmp_path, {**changes, REGION_PATH: REGION.replace(", report: desk", "")}).problems == ()


def test_variants_must_be_the_same_in_every_language(tmp_path: Path) -> None:
    result = checked(
        tmp_path, {"locales/hk/ar.yaml": TEXTS.replace("language: en", "language: ar").replace("b:", "c:")}
    )

    assert places(result.errors) == [("locales/hk/ar.yaml", 5, 3, "variants-differ")]


def test_a_placeholder_that_one_language_lacks_is_a_warning(tmp_path: Path) -> None:
    arabic = TEXTS.replace("language: en", "language: ar").replace("{amount} {asset}", "{amount} {network}")

    result = checked(tmp_path, {"locales/hk/ar.yaml": arabic})

    [problem] = result.problems
    assert (problem.code, problem.level) == ("placeholders-differ", Level.WARNING)
    assert problem.message == "`investment` lacks `{asset}` and adds `{network}`, compared with en"


def test_a_stray_brace_is_told_once_and_not_as_a_difference_between_languages_too(tmp_path: Path) -> None:
    broken = {TEXT_PATH: TEXTS.replace("{amount} {asset}", "{amount {asset}")}

    [problem] = checked(tmp_path, broken).problems

    assert problem.message == "`{amount` is not a placeholder such as {amount}"
    assert problem.hint == "write {amount}"


def test_a_message_must_be_there_in_every_language(tmp_path: Path) -> None:
    changes = {"locales/hk/ar.yaml": TEXTS.replace("language: en", "language: ar").replace("investment:", "other:")}

    [problem] = checked(tmp_path, changes).errors

    assert (problem.path, problem.line, problem.column, problem.code) == (RULE_PATH, 4, 10, "missing-message")
    assert problem.message == "there is no message `investment` in `ar`"
    assert problem.hint == f"add `investment:` to {tmp_path}/locales/hk/ar.yaml"


def test_a_language_without_texts_is_told_at_the_language(tmp_path: Path) -> None:
    result = checked(tmp_path, {"locales/hk/ar.yaml": None})

    assert places(result.errors) == [(REGION_PATH, 3, 17, "missing-texts")]


def test_texts_in_a_language_that_the_region_does_not_have(tmp_path: Path) -> None:
    result = checked(tmp_path, {"locales/hk/de.yaml": TEXTS.replace("language: en", "language: de")})

    assert places(result.errors) == [("locales/hk/de.yaml", 1, 11, "language")]


def test_a_text_file_is_named_by_its_language(tmp_path: Path) -> None:
    result = checked(tmp_path, {"locales/hk/ar.yaml": TEXTS})

    assert places(result.errors) == [("locales/hk/ar.yaml", 1, 11, "language")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"locales/sg/en.yaml": TEXTS}, [("locales/sg/en.yaml", 1, 1, "no-region")]),
        ({RULE_PATH: None}, [("locales/hk/en.yaml", 5, 3, "unused-message"), (REGION_PATH, 1, 1, "no-rules")]),
        ({"rules/hk/deep/x.yaml": RULE}, [("rules/hk/deep/x.yaml", 1, 1, "stray-file")]),
        ({"rules/first.yaml": RULE}, [("rules/first.yaml", 1, 1, "stray-file")]),
        ({"locales/en.yaml": TEXTS}, [("locales/en.yaml", 1, 1, "stray-file")]),
        ({"rules/README.md": "# Rules", "rules/hk/.hidden.yaml": "x"}, []),
        (
            {"rules/facts.yaml": FACTS_YAML.replace("  channel:", "  # channel:")},
            [("rules/facts.yaml", 1, 1, "undescribed-fact")],
        ),
        (
            {
                "rules/typologies.yaml": "typologies:\n"
                "  investment: {name: I, description: D}\n"
                "  new: {name: N, description: D}\n"
            },
            [("rules/typologies.yaml", 3, 3, "new-typology")],
        ),
    ],
)
def test_what_can_be_loaded_is_a_warning(
    tmp_path: Path, changes: dict[str, str | bytes | None], expected: Found
) -> None:
    result = checked(tmp_path, changes)

    assert places(result.warnings) == expected
    assert result.errors == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"rules/hk/second.yml": RULE}, [("rules/hk/second.yml", 1, 1, "extension")]),
        ({"rules/hk/Second_Rule.yaml": RULE}, [("rules/hk/Second_Rule.yaml", 1, 1, "file-name")]),
        ({"rules/HKG/first.yaml": RULE}, [("rules/HKG", 1, 1, "folder-name")]),
        ({"rules/sg/first.yaml": RULE}, [("rules/sg/region.yaml", 1, 1, "missing-file")]),
        ({"rules/facts.yaml": None}, [("rules/facts.yaml", 1, 1, "missing-file")]),
        ({"rules/typologies.yaml": None}, [("rules/typologies.yaml", 1, 1, "missing-file")]),
        (
            {"rules/facts.yaml": FACTS_YAML + "  amount: {type: number, means: x}\n"},
            [("rules/facts.yaml", 17, 3, "unknown-fact")],
        ),
        (
            {"rules/facts.yaml": FACTS_YAML.replace("channel: {type: text", "channel: {type: set")},
            [("rules/facts.yaml", 4, 19, "fact-type")],
        ),
    ],
)
def test_what_cannot_be_loaded_is_an_error(
    tmp_path: Path, changes: dict[str, str | bytes | None], expected: Found
) -> None:
    result = checked(tmp_path, changes)

    assert places(result.errors) == expected
    assert (result.bundle, result.content) == (None, None)


@pytest.mark.parametrize(
    ("folder", "hint"),
    [
        ("uk", "did you mean `gb`, Britain (UK)?"),
        ("ja", "did you mean `jp`, Japan?"),
        ("tp", "did you mean `tl`, East Timor?"),
        ("zz", "folders are named by ISO 3166-1 codes; what is for everybody is in `global`"),
        ("eu", "folders are named by ISO 3166-1 codes; what is for everybody is in `global`"),
    ],
)
def test_a_folder_of_no_country_is_an_error(folder: str, hint: str, tmp_path: Path) -> None:
    renamed = {
        f"rules/{folder}/region.yaml": REGION.replace("[en, ar]", "[en]"),
        f"rules/{folder}/first.yaml": RULE,
        f"locales/{folder}/en.yaml": TEXTS,
    }

    [problem] = checked(tmp_path, renamed).errors

    assert (problem.path, problem.code, problem.hint) == (f"rules/{folder}", "unknown-country", hint)


def test_kosovo_is_a_country_though_iso_has_no_code_for_it(tmp_path: Path) -> None:
    files = {"rules/xk/region.yaml": REGION.replace("[en, ar]", "[en]"), "rules/xk/first.yaml": RULE,
             "locales/xk/en.yaml": TEXTS}  # fmt: skip

    assert checked(tmp_path, files).errors == ()


def test_a_placeholder_in_the_braces_of_another_keyboard_is_an_error_in_the_only_language(tmp_path: Path) -> None:
    """No other language is there to compare with."""
    files = {REGION_PATH: REGION.replace("[en, ar]", "[en]"), TEXT_PATH: TEXTS.replace("{amount}", "｛amount｝"),
             "locales/hk/ar.yaml": None}  # fmt: skip

    [problem] = checked(tmp_path, files).problems

    assert (problem.code, problem.hint) == ("placeholder", "write {amount}")


def test_conditions_at_the_left_margin_are_told_where_they_belong(tmp_path: Path) -> None:
    rule = RULE.replace("  destination.first_use", "destination.first_use").replace("  amount_usd: {", "amount_usd: {")

    found = checked(tmp_path, {RULE_PATH: rule}).errors

    assert {problem.hint for problem in found} == {"if it belongs under `when:`, begin the line with two spaces"}


@pytest.mark.parametrize(("written", "meant"), [("ja", "true"), ("нет", "false"), ("是", "true"), ("não", "false")])
def test_yes_and_no_of_other_languages_are_understood(written: str, meant: str, tmp_path: Path) -> None:
    rule = RULE.replace("first_use: true\n", f"first_use: {written}\n", 1)

    hints = [problem.hint for problem in checked(tmp_path, {RULE_PATH: rule}).errors]

    assert hints == [f"write `{meant}`, without quotes"]


def test_a_folder_named_in_words_is_told_its_code(tmp_path: Path) -> None:
    [problem] = checked(tmp_path, {"rules/japan/first.yaml": RULE}).errors

    assert (problem.code, problem.hint) == ("folder-name", "did you mean `jp`, Japan?")


@pytest.mark.parametrize("missing", ["rules", "locales"])
def test_a_folder_that_is_not_there_is_one_clear_problem(tmp_path: Path, missing: str) -> None:
    checked(tmp_path)
    (tmp_path / missing).rename(tmp_path / "elsewhere")

    [problem] = check(tmp_path / "rules", tmp_path / "locales", date(2026, 11, 20)).problems

    assert (problem.path, problem.code) == ((tmp_path / missing).as_posix(), "no-folder")


def test_links_that_leave_the_folder_are_refused(tmp_path: Path) -> None:
    checked(tmp_path)
    (tmp_path / "outside.yaml").write_text(RULE)
    (tmp_path / "rules/hk/second.yaml").symlink_to(tmp_path / "outside.yaml")
    (tmp_path / "rules/hk/third.yaml").symlink_to(tmp_path / "rules/hk/first.yaml")

    errors = checked(tmp_path).errors

    assert [(p.path, p.code) for p in errors] == [("rules/hk/second.yaml", "symlink")]


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    checked(tmp_path)
    (tmp_path / "rules/hk/loop.yaml").symlink_to(tmp_path / "rules/hk/loop.yaml")

    assert [p.path for p in checked(tmp_path).errors] == ["rules/hk/loop.yaml"]


def test_problems_come_by_file_and_line(tmp_path: Path) -> None:
    problems = checked(
        tmp_path, {RULE_PATH: RULE.replace(": ", ": 5 "), TEXT_PATH: TEXTS.replace("Stop", "1234")}
    ).problems

    assert [(p.path, p.line, p.column) for p in problems] == sorted((p.path, p.line, p.column) for p in problems)
