"""`forewarn contacts` tells the owners what time brings, and fails where a day has passed."""

import subprocess
from pathlib import Path

import pytest

from app.review.approvers import codeowners, owners_of
from tests.checks.folders import REGION, REGION_PATH, RULE, RULE_PATH, write
from tests.commands.commands import COMMAND, environment
from tests.review.repositories import git

CAMPAIGN = RULE + "active: {until: 2027-05-01}\n"


def due(folder: Path, *options: str, **changes: str) -> tuple[int, list[str]]:
    """The exit code and the lines; `region` and `rule` replace the two files."""
    write(folder, {REGION_PATH: changes.get("region", REGION), RULE_PATH: changes.get("rule", RULE)})
    command = [*COMMAND, "contacts", "--rules", str(folder / "rules"), "--locales", str(folder / "locales"), *options]
    done = subprocess.run(
        command, env=environment(folder / "state"), capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()


def test_contacts_are_listed_thirty_days_before_and_fail_the_day_after(tmp_path: Path) -> None:
    """Each is due on the first of May; a contact that users are not shown is never due."""
    assert due(tmp_path, "--today", "2027-03-31") == (0, ["Nothing is due."])
    code, lines = due(tmp_path, "--today", "2027-05-01")
    assert (code, len(lines)) == (0, 4)
    assert lines[:2] == ["hk", "  2027-05-01  due      contact  hk/desk  https://police.example"]
    code, lines = due(tmp_path, "--today", "2027-05-02")
    assert (code, lines[2]) == (1, "  2027-05-01  overdue  contact  hk/helpline  https://police.example")


def test_a_rule_whose_period_ends_is_listed_and_fails_once_it_is_over(tmp_path: Path) -> None:
    """On the day itself, it may not have come yet in every time zone; `check` says so too."""
    region = REGION.replace("verify_by: 2027-05-01", "verify_by: 2029-05-01")

    assert due(tmp_path, "--today", "2027-03-31", rule=CAMPAIGN, region=region) == (0, ["Nothing is due."])
    code, lines = due(tmp_path, "--today", "2027-05-01", rule=CAMPAIGN, region=region)
    assert (code, lines) == (0, ["hk", "  2027-05-01  due      rule     hk/first  its period ends"])
    assert due(tmp_path, "--today", "2027-05-02", rule=CAMPAIGN, region=region)[0] == 1


@pytest.mark.parametrize("kept", ["enabled: false\n", "accept: {expired: Kept for the next spring.}\n"])
def test_a_rule_that_is_kept_for_another_time_is_not_listed(tmp_path: Path, kept: str) -> None:
    region = REGION.replace("verify_by: 2027-05-01", "verify_by: 2029-05-01")

    assert due(tmp_path, "--today", "2027-06-01", rule=CAMPAIGN + kept, region=region) == (0, ["Nothing is due."])


def test_a_region_is_headed_by_its_owners(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    write(tmp_path, {".github/CODEOWNERS": codeowners(["hk", "gb"], "police")})

    assert due(tmp_path, "--today", "2027-05-01")[1][0] == "hk @police/partner-hk @police/contacts"
    assert (
        "### hk @police/partner-hk @police/contacts"
        in due(tmp_path, "--today", "2027-05-01", "--format", "markdown", rule=CAMPAIGN)[1]
    )


def test_the_last_line_that_matches_names_the_owners() -> None:
    lines = codeowners(["hk", "global"], "police")

    assert owners_of("rules/hk/first.yaml", lines) == ["@police/partner-hk"]
    assert owners_of("rules/hk/region.yaml", lines) == ["@police/contacts"]
    assert owners_of("locales/global/en.yaml", lines) == ["@police/partner-global"]
    assert owners_of("rules/zz/first.yaml", lines) == ["@police/maintainers"]
    assert owners_of("app/.github/x", lines) == ["@police/maintainers"]
    assert owners_of("x", "# nobody\n") == []


def test_the_issue_says_what_to_do_and_no_text_has_any_effect_in_it(tmp_path: Path) -> None:
    nasty = REGION.replace('source: "https://police.example"', 'source: "@all <b>[x](https://evil.example)</b>"')
    code, lines = due(tmp_path, "--today", "2027-05-02", "--format", "markdown", region=nasty)

    assert code == 1
    assert "evil" in lines[8]
    assert lines[2].startswith("Contacts: please open the official page")
    assert "| 2027-05-01 **overdue** | contact | <code>hk/desk</code> |" in lines[8]
    assert "<b>" not in lines[8]
    assert "](" not in lines[8]


def test_an_unreadable_file_does_not_hide_other_files(tmp_path: Path) -> None:
    """A mistake in one file must not end the scheduled run."""
    write(tmp_path, {"rules/sg/region.yaml": "name: ["})

    assert due(tmp_path, "--today", "2027-05-02", rule="x")[0] == 1
