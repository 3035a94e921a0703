"""`forewarn contacts` lists contacts that are due and fails where one is overdue."""

import subprocess
from pathlib import Path

from tests.checks.folders import REGION, REGION_PATH, write
from tests.commands.commands import COMMAND, environment


def due(folder: Path, *options: str, region: str = REGION) -> tuple[int, list[str]]:
    write(folder, {REGION_PATH: region})
    command = [*COMMAND, "contacts", "--rules", str(folder / "rules"), "--locales", str(folder / "locales"), *options]
    done = subprocess.run(
        command, env=environment(folder / "state"), capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()


def test_contacts_are_listed_thirty_days_before_and_fail_the_day_after(tmp_path: Path) -> None:
    """Each is due on the first of May; a contact that users are not shown is never due."""
    assert due(tmp_path, "--today", "2027-03-31") == (0, ["No contact is due."])
    code, lines = due(tmp_path, "--today", "2027-05-01")
    assert (code, len(lines), lines[0]) == (0, 3, "2027-05-01  due      hk/desk  https://police.example")
    code, lines = due(tmp_path, "--today", "2027-05-02")
    assert (code, lines[1]) == (1, "2027-05-01  overdue  hk/helpline  https://police.example")


def test_the_issue_says_what_to_do_and_no_text_has_any_effect_in_it(tmp_path: Path) -> None:
    nasty = REGION.replace('source: "https://police.example"', 'source: "@all <b>[x](https://evil.example)</b>"')
    code, lines = due(tmp_path, "--today", "2027-05-02", "--format", "markdown", region=nasty)

    assert code == 1
    assert lines[0].startswith("Please open each official page")
    assert "| 2027-05-01 **overdue** | <code>hk/desk</code> |" in lines[4]
    assert "<b>" not in lines[4]
    assert "](" not in lines[4]


def test_an_unreadable_file_does_not_hide_other_files(tmp_path: Path) -> None:
    """A mistake in one file must not end the scheduled run."""
    broken = {"rules/sg/region.yaml": "name: [", "rules/hk/first.yaml": "x"}
    write(tmp_path, broken)

    assert due(tmp_path, "--today", "2027-05-02")[0] == 1
