"""A warning can be accepted in its file, with a reason; an error never."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.checks.output.github_annotations import step_summary
from app.checks.output.text_output import report, summary
from app.commands.cli import cli
from tests.checks.folders import FILES, REGION, REGION_PATH, RULE, RULE_PATH, TEXT_PATH, TEXTS, checked, marked, write

REASON = "Agreed with the partner on 2026-11-02."
WITHOUT_EXAMPLES = RULE[: RULE.index("examples:")]
ACCEPTED = f"{WITHOUT_EXAMPLES}accept:\n  missing-example: {REASON}\n"


def test_an_accepted_warning_is_no_problem_and_keeps_its_reason(tmp_path: Path) -> None:
    result = checked(tmp_path, {RULE_PATH: ACCEPTED})

    assert result.problems == ()
    [accepted] = result.accepted
    assert (accepted.problem.code, accepted.reason, accepted.line) == ("missing-example", REASON, 9)


def test_another_files_acceptance_does_not_reach_here(tmp_path: Path) -> None:
    changes = {RULE_PATH: WITHOUT_EXAMPLES, REGION_PATH: f"{REGION}accept:\n  missing-example: {REASON}\n"}

    assert [(p.path, p.code) for p in checked(tmp_path, changes).problems] == [
        (RULE_PATH, "missing-example"),
        (REGION_PATH, "unused-acceptance"),
    ]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            "§bad-value: Agreed with the partner.",
            (
                "`bad-value` is an error, and errors cannot be accepted",
                "delete this line, and mend what the error says",
            ),
        ),
        (
            "§mising-example: Agreed with the partner.",
            ("`mising-example` is not the code of a warning", "did you mean `missing-example`?"),
        ),
        (
            "§unused-acceptance: Agreed with the partner.",
            ("`unused-acceptance` is a warning that cannot be accepted", "delete the acceptance that accepts nothing"),
        ),
        (
            "missing-example: §ok",
            ("`missing-example`: `ok` is not a reason that a reviewer can judge", "say why, and who agreed to it when"),
        ),
        (
            "missing-example: §'          '",
            (
                "`missing-example`: `          ` is not a reason that a reviewer can judge",
                "say why, and who agreed to it when",
            ),
        ),
    ],
)
def test_what_cannot_be_accepted_is_an_error_at_its_place(tmp_path: Path, entry: str, said: tuple[str, str]) -> None:
    at = marked(f"{RULE}accept:\n  {entry}\n")

    [problem] = checked(tmp_path, {RULE_PATH: at.text}).errors

    assert (problem.line, problem.column, problem.code) == (at.line, at.column, "bad-value")
    assert (problem.message, problem.hint) == said


def test_a_reason_in_chinese_may_be_short(tmp_path: Path) -> None:
    assert checked(tmp_path, {RULE_PATH: ACCEPTED.replace(REASON, "警方已經同意")}).problems == ()


def test_an_acceptance_without_its_warning_is_a_warning(tmp_path: Path) -> None:
    at = marked(f"{RULE}accept:\n  §missing-example: {REASON}\n")

    [problem] = checked(tmp_path, {RULE_PATH: at.text}).problems

    assert (problem.line, problem.column, problem.code) == (at.line, at.column, "unused-acceptance")
    assert problem.message == "this file has no warning `missing-example`"
    assert problem.hint == "delete this line, and `accept:` if nothing is left under it"


@pytest.mark.parametrize("place", [RULE_PATH, REGION_PATH, TEXT_PATH])
def test_what_is_left_once_the_last_acceptance_is_deleted_is_right(tmp_path: Path, place: str) -> None:
    assert checked(tmp_path, {place: f"{FILES[place]}accept:\n"}).problems == ()


def test_a_message_can_have_an_empty_accept_too(tmp_path: Path) -> None:
    text = TEXTS.replace("    variants:", "    accept:\n    variants:")

    assert checked(tmp_path, {TEXT_PATH: text}).problems == ()


def test_an_accepted_warning_keeps_its_hint(tmp_path: Path) -> None:
    result = checked(tmp_path, {RULE_PATH: ACCEPTED})

    [accepted] = result.accepted
    assert str(accepted.problem.hint) in report(result, accepted=True)
    assert "; add it under <code>examples</code>: it shows reviewers what the rule is for |" in step_summary(
        result, None
    )


def test_nothing_is_said_of_acceptances_while_there_are_errors(tmp_path: Path) -> None:
    """A check that could not look has found nothing."""
    text = f"{RULE}accept:\n  unlisted-value: {REASON}\n".replace("asset", "assset").replace("high", "hgih")

    assert [p.code for p in checked(tmp_path, {RULE_PATH: text}).problems] == ["bad-value"]


def test_a_message_accepts_for_itself_only(tmp_path: Path) -> None:
    other = '  {}:\n    title: T\n    body: ["Stop"]\n'
    second = other.format("second") + f"    accept: {{unused-message: {REASON}}}\n"
    third = other.format("third")

    result = checked(tmp_path, {TEXT_PATH: TEXTS + second + third})

    assert [(p.code, p.message) for p in result.problems] == [("unused-message", "no rule shows `third`")]
    assert [each.problem.message for each in result.accepted] == ["no rule shows `second`"]


def test_a_file_accepts_for_all_its_messages(tmp_path: Path) -> None:
    others = '  second:\n    title: T\n    body: ["Stop"]\n  third:\n    title: T\n    body: ["Stop"]\n'

    result = checked(tmp_path, {TEXT_PATH: f"{TEXTS}{others}accept: {{unused-message: {REASON}}}\n"})

    assert result.problems == ()
    assert len(result.accepted) == 2


@pytest.mark.parametrize("place", ["rules/hk/first.yaml", "rules/hk/region.yaml", "rules/facts.yaml",
                                   "rules/typologies.yaml", "locales/hk/en.yaml"])  # fmt: skip
def test_every_kind_of_file_has_the_entry(tmp_path: Path, place: str) -> None:
    text = f"{FILES[place]}accept:\n  reversed-period: {REASON}\n"

    assert [(p.path, p.code) for p in checked(tmp_path, {place: text}).problems] == [(place, "unused-acceptance")]


def test_acceptances_stay_out_of_the_bundle(tmp_path: Path) -> None:
    """Of whichever file, and of one message."""
    entries = {REGION_PATH: "no-rules", TEXT_PATH: "unused-message", "rules/facts.yaml": "undescribed-fact",
               "rules/typologies.yaml": "new-typology"}  # fmt: skip
    changes = {path: f"{FILES[path]}accept: {{{code}: {REASON}}}\n" for path, code in entries.items()}
    changes[TEXT_PATH] = changes[TEXT_PATH].replace(
        "    variants:", f"    accept: {{placeholders-differ: {REASON}}}\n    variants:"
    )

    plain = checked(tmp_path / "plain", {RULE_PATH: WITHOUT_EXAMPLES})
    accepting = checked(tmp_path / "accepting", {RULE_PATH: ACCEPTED, **changes})

    assert accepting.bundle is not None
    assert accepting.bundle == plain.bundle


def test_the_report_counts_what_is_accepted_and_lists_it_on_demand(tmp_path: Path) -> None:
    result = checked(tmp_path, {RULE_PATH: ACCEPTED})

    assert summary(result) == "1 rule in 1 region: no problems, 1 warning accepted"
    assert REASON not in report(result)
    [first, second, *_] = report(result, accepted=True).splitlines()
    assert first.startswith("rules/hk/first.yaml:1:1: accepted[missing-example] no example with `expect: match`")
    assert second == f"  = accepted: {REASON} (line 9)"


def test_strict_passes_over_what_is_accepted(tmp_path: Path) -> None:
    folders = ["--rules", str(tmp_path / "rules"), "--locales", str(tmp_path / "locales")]

    write(tmp_path, {RULE_PATH: WITHOUT_EXAMPLES})
    assert CliRunner().invoke(cli, ["check", "--strict", *folders]).exit_code == 1
    write(tmp_path, {RULE_PATH: ACCEPTED})
    assert CliRunner().invoke(cli, ["check", "--strict", *folders]).exit_code == 0
