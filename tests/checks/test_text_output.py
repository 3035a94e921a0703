"""Problems as a person in a terminal reads them."""

from pathlib import Path

from app.authoring.problem import Problem
from app.authoring.problem_codes import Code
from app.checks.checker import check
from app.checks.output.text_output import format_problem, offending, report, summary
from tests.checks.folders import RULE, RULE_PATH, TEXT_PATH, TEXTS, TODAY, checked, write


def test_a_problem_shows_its_line_its_place_and_what_to_write() -> None:
    problem = Problem.at(
        "rules/hk/first.yaml", (2, 11), Code.BAD_VALUE, "`hgih` is none of ...", "did you mean `high`?"
    )

    assert format_problem(problem, "severity: hgih").splitlines() == [
        "rules/hk/first.yaml:2:11: error[bad-value] `hgih` is none of ...",
        "  2 | severity: hgih",
        "    |           ^",
        "  = hint: did you mean `high`?",
    ]


def test_the_caret_stands_below_wide_characters() -> None:
    problem = Problem.at("f", (1, 4), Code.DIGITS, "m")

    [_, line, caret] = format_problem(problem, "致電 18222").splitlines()

    assert line == "  1 | 致電 18222"
    assert caret == "    |      ^"


def test_a_long_line_is_cut_around_the_place() -> None:
    problem = Problem.at("f", (1, 301), Code.DIGITS, "m")

    [_, line, caret] = format_problem(problem, "x" * 300 + "HERE" + "y" * 300).splitlines()

    assert line[caret.index("^") :].startswith("HERE")
    assert len(line) < 120


def test_what_could_disturb_a_terminal_is_not_repeated() -> None:
    problem = Problem.at("f", (1, 1), Code.HIDDEN_CHARACTER, "m")

    assert "\x1b" not in format_problem(problem, "a: \x1b[31mred\u202e")


def test_paint_is_asked_for_every_part() -> None:
    problem = Problem.at("f", (1, 1), Code.NO_RULES, "m", "h")

    painted = format_problem(problem, "x", lambda text, role: f"<{role}>{text}</>")

    assert painted.splitlines() == [
        "<place>f:1:1:</> <warning>warning[no-rules]</> m",
        "  1 | x",
        "    | <caret>^</>",
        "  <hint>= hint:</> h",
    ]


def test_the_summary_counts(tmp_path: Path) -> None:
    assert summary(checked(tmp_path)) == "1 rule in 1 region: no problems"
    assert summary(checked(tmp_path, {RULE_PATH: RULE.replace("999}", "1001}")})) == "1 rule in 1 region: 1 warning"
    assert summary(checked(tmp_path, {RULE_PATH: RULE.replace("high", "hgih")})) == "1 error"


def test_a_report_has_the_source_line_of_every_problem(tmp_path: Path) -> None:
    write(tmp_path, {RULE_PATH: RULE.replace("high", "hgih"), TEXT_PATH: TEXTS.replace("Stop", "Call 18222")})

    text = report(check(tmp_path / "rules", tmp_path / "locales", TODAY))

    assert "  2 | severity: hgih\n" in text
    assert "  6 |     title: Call 18222\n" in text
    assert text.endswith("2 errors")


def test_in_a_paragraph_the_very_words_are_marked(tmp_path: Path) -> None:
    """They may stand far to the right, and in any writing; an escape is marked with the whole text around it."""
    words = "Somebody you have never met asks you to hurry, and to tell nobody. " * 2
    for said, marked in [("Call 18222.", "18222"), ("致電１８２２２查詢", "１８２２２"), ("Join @scam now", "@scam")]:
        text = TEXTS.replace("Call {helpline} first.", f"{words}{said}")
        write(tmp_path, {TEXT_PATH: text})
        result = check(tmp_path / "rules", tmp_path / "locales", TODAY)

        [told] = [problem for problem in result.errors if problem.path.endswith("en.yaml")]
        assert offending(result.texts, told) == marked
        [line, caret] = format_problem(told, text.splitlines()[told.line - 1]).splitlines()[1:3]
        assert marked in line
        assert caret.count("^") == len(marked) * (2 if marked[0] == "１" else 1)


def test_what_is_written_as_an_escape_is_marked_with_its_text(tmp_path: Path) -> None:
    text = TEXTS.replace("title: Stop", 'title: "St\\u200bop"')
    write(tmp_path, {TEXT_PATH: text})

    result = check(tmp_path / "rules", tmp_path / "locales", TODAY)

    [told] = [problem for problem in result.errors if problem.path.endswith("en.yaml")]
    assert offending(result.texts, told) == '"St\\u200bop"'
