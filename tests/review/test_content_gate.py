"""`deploy/content-gate BASE` is what a change of rules and texts must pass, here and in the pull request."""

import subprocess
from pathlib import Path

import pytest

from tests.checks.folders import RULE, RULE_PATH, TEXT_PATH, TEXTS
from tests.commands.commands import Done, environment
from tests.deployment import ROOT
from tests.review.repositories import commit, git, repository

GATE = ROOT / "deploy/content-gate"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The tests' rules in a repository, with a warning that is there already, and a branch of its own."""
    folder = repository(tmp_path / "clone")
    commit(folder, {RULE_PATH: RULE + "active: {until: 2020-01-01}\n"})
    git(folder, "switch", "--quiet", "--create", "mine")
    return folder


def gate(clone: Path, *arguments: str) -> Done:
    return subprocess.run(
        [GATE, *arguments],
        cwd=clone,
        env={name: value for name, value in environment(clone.parent / "state").items() if name != "GITHUB_ACTIONS"},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


def test_a_good_sentence_passes_with_its_review_and_alerts(clone: Path, tmp_path: Path) -> None:
    commit(clone, {TEXT_PATH: TEXTS.replace("title: Stop", "title: Hang up")})

    done = gate(clone, "main", str(tmp_path / "out"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no new problems, " in done.stdout
    assert "There before this change, and not counted" in done.stdout
    assert "Hang up" in (tmp_path / "out/review/whole.md").read_text()
    assert "Hang up" in (tmp_path / "out/review/comment.md").read_text()
    assert "Hang up" in (tmp_path / "out/alerts.html").read_text()


def test_a_wrong_sentence_fails_and_is_reviewed_all_the_same(clone: Path, tmp_path: Path) -> None:
    commit(clone, {TEXT_PATH: TEXTS.replace("title: Stop", "title: Call 18222")})

    done = gate(clone, "main", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "error[digits]" in done.stdout
    assert "18222" in (tmp_path / "out/review/comment.md").read_text()


def test_without_a_folder_the_review_is_said(clone: Path) -> None:
    commit(clone, {TEXT_PATH: TEXTS.replace("title: Stop", "title: Hang up")})

    assert "Hang up" in gate(clone, "main").stdout


def test_without_a_base_it_says_how_it_is_called(clone: Path) -> None:
    assert gate(clone).stderr == "usage: deploy/content-gate BASE [OUT]\n"
