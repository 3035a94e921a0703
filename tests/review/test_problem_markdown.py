"""The first line of the comment says whether the change can be published, and what must be corrected first."""

from pathlib import Path

from app.review.review_comment import COMMENT_LIMIT, as_markdown
from tests.checks.folders import REGION, REGION_PATH, RULE, RULE_PATH, TEXT_PATH, TEXTS
from tests.review.repositories import Changes, changed


def comment(folder: Path, changes: Changes) -> str:
    return as_markdown(changed(folder, changes).review, COMMENT_LIMIT)


def test_errors_are_listed_above_everything_else(tmp_path: Path) -> None:
    region = REGION.replace('phone: "18222"', 'phone: "18223"')
    text = comment(tmp_path, {RULE_PATH: RULE.replace("severity: high", "severity: huge"), REGION_PATH: region})
    first, _, error, *_ = text.splitlines()

    assert first.startswith("**Not yet: 1 error to correct**, listed below")
    assert error.startswith("- <code>rules/hk/first.yaml:2</code> ")
    assert "critical" in error
    assert text.index(error) < text.index("### Look at these first")
    assert text.count("rules/hk/first.yaml:2") == 1


def test_ten_errors_are_listed_and_the_others_counted(tmp_path: Path) -> None:
    long = "x" * 5_000
    rules = {f"rules/hk/bad-{n:02}.yaml": RULE.replace("message: investment", f"message: {long}") for n in range(14)}
    region = REGION.replace('phone: "18222"', 'phone: "18223"')
    text = comment(tmp_path, {**rules, REGION_PATH: region})
    above, callouts, _ = text.partition("### Look at these first")

    assert above.count("\n- <code>rules/hk/bad-") == 10
    assert "\n- and " in above
    assert callouts
    assert len(above) < 12_000


def test_errors_whose_signs_must_be_escaped_push_nothing_down(tmp_path: Path) -> None:
    """Each such sign is five characters of the comment, which nobody sees."""
    sign = "'" + "[" * 2_000 + "'"
    rules = {f"rules/hk/{'[' * 150}{n:02}.yaml": RULE.replace("investment", sign) for n in range(14)}
    above, callouts, _ = comment(tmp_path, {**rules, REGION_PATH: REGION.replace("18222", "18223")}).partition("### L")

    assert callouts
    assert len(above) < 9_000


def test_new_warnings_are_counted(tmp_path: Path) -> None:
    text = comment(tmp_path, {TEXT_PATH: TEXTS.replace("Call {helpline} first.", "Call {helpline}. STOP NOW!")})

    assert text.startswith("**1 warning to correct or accept**")


def test_a_change_without_problems_has_nothing_to_correct(tmp_path: Path) -> None:
    assert comment(tmp_path, {RULE_PATH: RULE + "priority: 2\n"}).startswith("**Nothing to correct.**\n")
