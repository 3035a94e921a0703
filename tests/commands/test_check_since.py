"""`forewarn check --since BASE` counts what a change brings, in real repositories and on later days."""

import json
from pathlib import Path

import pytest

from tests.checks.folders import FILES, REGION, REGION_PATH, RULE, RULE_PATH, TEXT_PATH, TEXTS
from tests.commands.commands import Run, failed, succeeded
from tests.commands.conftest import process, run, state
from tests.review.repositories import Changes, commit, git, repository, write

__all__ = ["process", "run", "state"]

# A contact that was looked at again, a few days before.
DATES = "verified_at: 2026-11-01, verify_by: 2027-05-01"
VERIFIED = REGION.replace(DATES, "verified_at: 2027-04-20, verify_by: 2027-10-20", 1)
# The contacts of the files were to be verified by 2027-05-01.
LATE = "2027-05-02"
CAMPAIGN = RULE + "active: {until: 2027-05-01}\n"
ELSEWHERE: Changes = {
    "rules/gb/region.yaml": REGION.replace("Hong Kong", "United Kingdom", 1).replace("[en, ar]", "[en]"),
    "rules/gb/first.yaml": CAMPAIGN,
    "locales/gb/en.yaml": TEXTS,
}
SENTENCE = TEXTS.replace("title: Stop", "title: Hang up")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Two regions; on LATE, both have overdue contacts, and one a campaign that is over."""
    return repository(tmp_path / "clone", {**FILES, **ELSEWHERE})


def options(folder: Path, day: str = LATE) -> tuple[str, ...]:
    folders = ("--rules", str(folder / "rules"), "--locales", str(folder / "locales"))
    return ("check", "--strict", "--since", "main", "--today", day, *folders)


def test_a_day_alone_stops_no_change(run: Run, clone: Path) -> None:
    """Without a BASE, the same files fail: seven contacts and campaigns are due."""
    write(clone, {TEXT_PATH: SENTENCE})

    said = succeeded(run(*options(clone)))
    assert said.splitlines()[0] == "There before this change, and not counted:"
    assert said.splitlines()[-1] == "2 rules in 2 regions: no new problems, 7 problems from before"
    assert run("check", "--strict", *options(clone)[4:]).returncode == 1
    assert "no new problems, 7 problems from before" in succeeded(run(*options(clone, "2036-01-01")))


def test_a_campaign_that_is_over_stops_nobody(run: Run, clone: Path) -> None:
    write(clone, {TEXT_PATH: SENTENCE})

    assert "warning[expired] this rule has been off since 2027-05-01" in succeeded(run(*options(clone)))


@pytest.mark.parametrize("day", ["2027-04-30", "2027-03-01"])
def test_a_day_in_the_past_that_the_change_writes_fails(run: Run, clone: Path, day: str) -> None:
    write(clone, {REGION_PATH: REGION.replace("verify_by: 2027-05-01", f"verify_by: {day}", 1)})

    done = run(*options(clone))
    assert done.returncode == 1
    assert f"warning[verify-by-passed] `helpline` was to be checked again by {day}" in done.stdout
    assert "1 new warning, 6 problems from before" in done.stdout


def test_one_of_two_overdue_contacts_can_be_mended(run: Run, clone: Path) -> None:
    write(clone, {REGION_PATH: VERIFIED})

    assert "no new problems, 6 problems from before" in succeeded(run(*options(clone)))


def test_one_of_two_errors_can_be_mended(run: Run, clone: Path) -> None:
    broken = REGION.replace("call: helpline", "call: helplin").replace("review: lookup", "review: lokup")
    commit(clone, {REGION_PATH: broken})
    write(clone, {REGION_PATH: broken.replace("lokup", "lookup")})

    said = succeeded(run(*options(clone)))
    assert "nothing can be published until the errors are corrected" in said
    assert "error[unknown-contact]" in said


def test_an_error_of_the_change_fails_without_strict_too(run: Run, clone: Path) -> None:
    write(clone, {REGION_PATH: REGION.replace("call: helpline", "call: helplin")})

    assert run(*(word for word in options(clone) if word != "--strict")).returncode == 1


def test_what_the_base_learned_after_this_branch_left_it_counts_for_nothing(run: Run, clone: Path) -> None:
    """Somebody else mends a contact on main; this branch has it as it was, and does not bring it back."""
    git(clone, "switch", "--quiet", "--create", "mine")
    commit(clone, {TEXT_PATH: SENTENCE})
    git(clone, "switch", "--quiet", "main")
    commit(clone, {REGION_PATH: VERIFIED})
    git(clone, "switch", "--quiet", "mine")

    assert "no new problems, 7 problems from before" in succeeded(run(*options(clone)))


def test_an_acceptance_that_is_taken_away_brings_its_warning(run: Run, clone: Path) -> None:
    accepted = CAMPAIGN + "accept: {expired: Kept for the next time.}\n"
    commit(clone, {RULE_PATH: accepted})
    write(clone, {RULE_PATH: CAMPAIGN})

    assert run(*options(clone)).returncode == 1


def test_programs_are_told_which_are_new(run: Run, clone: Path) -> None:
    write(clone, {REGION_PATH: REGION.replace("verify_by: 2027-05-01", "verify_by: 2027-01-01", 1)})

    told = json.loads(run(*options(clone), "--format", "json").stdout)
    assert told["summary"]["new_warnings"] == sum(each["new"] for each in told["problems"]) == 1
    assert told["summary"]["warnings"] == len(told["problems"]) == 7
    sarif = json.loads(run(*options(clone), "--format", "sarif").stdout)
    states = [each["baselineState"] for each in sarif["runs"][0]["results"]]
    assert sorted(states) == ["new"] + ["unchanged"] * 6


def test_annotations_are_left_to_what_is_new_and_the_summary_has_the_rest(
    run: Run, clone: Path, tmp_path: Path
) -> None:
    write(clone, {REGION_PATH: REGION.replace("verify_by: 2027-05-01", "verify_by: 2027-01-01", 1)})

    done = run(*options(clone), "--format", "github", GITHUB_STEP_SUMMARY=str(tmp_path / "step.md"))
    assert [line.partition(",")[0] for line in done.stdout.splitlines()] == [
        "::warning file=rules/hk/region.yaml",
        "2 rules in 2 regions: 1 new warning",
    ]
    summary = (tmp_path / "step.md").read_text()
    assert "There before this change, and not counted" in summary
    assert summary.count("verify-by-passed") == 6


def test_a_base_that_git_does_not_know_is_said(process: Run, clone: Path) -> None:
    assert failed(process("check", "--since", "nowhere", cwd=clone)) == "git knows no revision `nowhere` here"
