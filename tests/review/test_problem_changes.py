"""Which problems a change brings: the same one in another line, in another file, or half of it mended, is not new."""

from pathlib import Path

from app.checks.checker import Checked, check
from app.checks.output.relocation import seen_from
from app.review.problem_changes import ProblemChanges, problem_changes
from tests.checks.folders import FILES, REGION, REGION_PATH, RULE, RULE_PATH, TEXT_PATH, TEXTS, TODAY, write

SHOUTED = '      - "You are sending {amount} {asset}. STOP NOW!"'
CALM = '      - "You are sending {amount} {asset}."'


def changes(folder: Path, before: dict[str, str], after: dict[str, str]) -> ProblemChanges:
    gone: dict[str, str | bytes | None] = {path: None for path in before if path not in after and path not in FILES}
    return problem_changes(judged(folder, {**before}), judged(folder, {**gone, **after}))


def judged(folder: Path, files: dict[str, str | bytes | None]) -> Checked:
    write(folder, files)
    return seen_from(folder, check(folder / "rules", folder / "locales", TODAY))


def codes(found: ProblemChanges) -> tuple[list[str], list[str]]:
    return [each.code for each in found.came], [each.code for each in found.went]


def loud(*paragraphs: str) -> dict[str, str]:
    return {TEXT_PATH: TEXTS.replace(CALM, "\n".join([CALM, *(f'      - "{each}"' for each in paragraphs)]))}


def test_a_problem_in_another_line_is_no_new_one(tmp_path: Path) -> None:
    text = loud("STOP NOW, {helpline} can help.")

    assert codes(changes(tmp_path, text, {TEXT_PATH: f"# A line more.\n{text[TEXT_PATH]}"})) == ([], [])


def test_a_second_one_of_the_same_words_is_new_wherever_it_stands(tmp_path: Path) -> None:
    one, two = "STOP NOW, please.", "Really, STOP NOW."
    for after in ([two, one], [one, two], [one, one]):
        found = changes(tmp_path, loud(one), loud(*after))
        assert [each.code for each in found.came].count("shouting") == 1


def test_the_new_one_is_named_and_not_the_one_that_it_pushed_down(tmp_path: Path) -> None:
    found = changes(tmp_path, loud("STOP NOW, please."), loud("Really, STOP NOW.", "STOP NOW, please."))

    assert [each.where for each in found.came if each.code == "shouting"] == [("messages", "investment", "body", 1)]


def test_one_mended_and_another_brought_is_one_new(tmp_path: Path) -> None:
    found = changes(tmp_path, loud("STOP NOW, please.", "Wait."), loud("Stop, please.", "WAIT HERE."))

    assert codes(found) == (["shouting"], ["shouting"])


def test_a_renamed_file_takes_its_problems_along(tmp_path: Path) -> None:
    lazy = RULE.partition("  - given: {destination.first_use: true, amount_usd: 999}")[0]

    found = changes(tmp_path, {"rules/hk/old.yaml": lazy}, {"rules/hk/new.yaml": lazy.replace("1000", "1500")})
    assert "missing-example" not in codes(found)[0]
    found = changes(tmp_path, {"rules/hk/old.yaml": lazy}, {"rules/hk/other.yaml": "# Another.\n" * 40 + lazy})
    assert "missing-example" in codes(found)[0]


def test_half_of_a_problem_mended_is_not_new_and_half_more_is(tmp_path: Path) -> None:
    none = RULE.partition("examples:")[0] + "examples: []\n"
    half = RULE.partition("  - given: {destination.first_use: true, amount_usd: 999}")[0]

    assert codes(changes(tmp_path, {RULE_PATH: none}, {RULE_PATH: half}))[0] == []
    assert codes(changes(tmp_path, {RULE_PATH: half}, {RULE_PATH: none}))[0] == ["missing-example"]


def test_a_text_that_is_still_too_long_but_shorter_is_no_new_problem(tmp_path: Path) -> None:
    longer, shorter = ({TEXT_PATH: TEXTS.replace("title: Stop", f"title: {'Stop and think ' * n}")} for n in (12, 10))

    assert codes(changes(tmp_path, longer, shorter)) == ([], [])
    assert codes(changes(tmp_path, shorter, longer)) == (["too-long"], ["too-long"])


def test_a_rule_that_others_hide_anyway_is_not_hidden_by_the_change(tmp_path: Path) -> None:
    """Its own file is untouched; only the message names another rule."""
    first, second = (RULE.replace("severity: high", "severity: critical") + f"priority: {n}\n" for n in (1, 2))
    other = {"rules/hk/other.yaml": first}

    found = changes(
        tmp_path,
        other,
        {"rules/hk/other.yaml": second.replace("priority: 2", "priority: 1"), "rules/hk/a.yaml": second},
    )
    assert not [each for each in found.came if each.path == RULE_PATH]


def test_what_an_error_hid_is_not_of_the_change_that_mends_it(tmp_path: Path) -> None:
    """A file that is no YAML has no other problem; once it is mended, its warnings show."""
    overdue = REGION.replace("verify_by: 2027-05-01", "verify_by: 2026-11-02", 1)

    found = changes(tmp_path, {REGION_PATH: overdue + "actions: [\n"}, {REGION_PATH: overdue})
    assert found.came == ()
    assert [each.code for each in found.revealed] == ["verify-by-passed"]


def test_what_an_error_hid_elsewhere_is_told_apart(tmp_path: Path) -> None:
    """An error in one region hides nothing in another."""
    other = {"rules/gb/region.yaml": "name: [\n"}

    found = changes(
        tmp_path, other, other | {REGION_PATH: REGION.replace("verify_by: 2027-05-01", "verify_by: 2026-11-02", 1)}
    )
    assert [each.code for each in found.came] == ["verify-by-passed"]
