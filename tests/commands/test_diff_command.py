"""`forewarn diff` on the command line."""

import json
from pathlib import Path

import pytest

from tests.checks.folders import FILES, RULE, RULE_PATH, TEXT_PATH, TEXTS
from tests.commands.commands import Run, failed, succeeded
from tests.commands.conftest import process, state
from tests.review.repositories import commit, repository, write

__all__ = ["process", "state"]

HIGHER = RULE.replace("gte: 1000", "gte: 2000")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The tests' rules in a repository, the first changed in the folder."""
    folder = repository(tmp_path / "clone")
    write(folder, {RULE_PATH: HIGHER})
    return folder


def test_it_says_what_changes_and_why_nothing_was_replayed(process: Run, clone: Path) -> None:
    said = succeeded(process("diff", cwd=clone))

    assert "[-amount_usd is at least 1,000-]" in said
    assert "Nothing was replayed: no files of a dataset in" in said


def test_a_comment_says_nothing_of_a_dataset_that_nobody_named(process: Run, clone: Path, tmp_path: Path) -> None:
    succeeded(process("diff", "--comment", tmp_path / "comment.md", cwd=clone))

    assert "replayed" not in (tmp_path / "comment.md").read_text(encoding="utf-8")


def test_it_draws_the_changed_alerts_in_a_file(process: Run, clone: Path, tmp_path: Path) -> None:
    write(clone, {TEXT_PATH: TEXTS.replace("title: Stop", "title: Think first")})
    succeeded(process("diff", "--preview", tmp_path / "alerts.html", cwd=clone))

    assert "Think first" in (tmp_path / "alerts.html").read_text(encoding="utf-8")


def test_a_dataset_that_was_asked_for_must_be_there(process: Run, clone: Path, tmp_path: Path) -> None:
    said = failed(process("diff", "--dataset", tmp_path / "nowhere", cwd=clone))

    assert said == f"--dataset: no files of a dataset in {tmp_path / 'nowhere'}"


def test_the_record_of_an_exchange_is_replayed(process: Run, clone: Path, tmp_path: Path) -> None:
    """A simulated history, recorded with the rules before the change: every withdrawal replays as it was recorded."""
    write(clone, {RULE_PATH: RULE})
    made = (
        "simulate",
        "--history",
        "35d",
        "--per-day",
        "400",
        "--until",
        "2026-11-20",
        "--dataset",
        tmp_path / "record",
    )
    succeeded(process(*made, cwd=clone))
    write(clone, {RULE_PATH: HIGHER})
    told = json.loads(succeeded(process("diff", "--dataset", tmp_path / "record", "--format", "json", cwd=clone)))

    replay = told["backtest"]
    (rule,) = replay["rules"]
    assert replay["withdrawals"] > 3_000
    assert replay["decided"] == replay["agreeing"] > 0
    assert rule["recorded"] == rule["before"]["certain"] > rule["after"]["certain"] > 0


def test_outside_a_repository_it_says_so(process: Run, tmp_path: Path) -> None:
    write(tmp_path, FILES)

    assert failed(process("diff", cwd=tmp_path)).endswith(f"{tmp_path}/rules is not in a git repository")


def test_rules_that_are_all_gone_are_told(process: Run, clone: Path) -> None:
    write(clone, {RULE_PATH: RULE})
    commit(clone, dict.fromkeys(FILES))
    folders = ("--rules", clone / "rules", "--locales", clone / "locales")

    said = succeeded(process("diff", "HEAD~1", "--head", "HEAD", *folders))
    assert "hk/first is removed" in said
    assert "cannot be published" in said


def test_the_comment_is_written_beside_the_whole(process: Run, clone: Path, tmp_path: Path) -> None:
    options = ("--format", "markdown", "--out", tmp_path / "whole.md", "--comment", tmp_path / "comment.md")
    succeeded(process("diff", *options, cwd=clone))

    assert (tmp_path / "whole.md").read_text() == (tmp_path / "comment.md").read_text()


def test_a_sentence_that_names_what_a_scammer_names_is_marked(process: Run, clone: Path) -> None:
    write(clone, {TEXT_PATH: TEXTS.replace("title: Stop", "title: The officer has a wallet for you")})
    said = succeeded(process("diff", cwd=clone))

    assert "? Read first, hk/en: investment\n  title: The [officer] has a [wallet] for you" in said
