"""`forewarn diff` reads any revision, from any kind of clone, whatever the repository contains."""

from pathlib import Path

import pytest

from app.review.git_repository import GitError, Repository
from tests.checks.folders import RULE, RULE_PATH
from tests.review.repositories import commit, compared, git, repository, write

NEW_PRIORITY = RULE + "priority: 7\n"


def test_a_folder_outside_any_repository_is_named(tmp_path: Path) -> None:
    with pytest.raises(GitError, match=f"{tmp_path} is not in a git repository"):
        Repository.containing(tmp_path)


def test_an_unknown_revision_is_named(tmp_path: Path) -> None:
    with pytest.raises(GitError, match=r"git knows no revision `never` here$"):
        compared(repository(tmp_path), "never")


def test_a_revision_cannot_be_an_option(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="`--output=x` is not a revision"):
        compared(repository(tmp_path), "--output=x")


def test_a_shallow_clone_that_lacks_the_revision_says_how_to_get_it(tmp_path: Path) -> None:
    origin = repository(tmp_path / "origin")
    first = git(origin, "rev-parse", "HEAD")
    commit(origin, {RULE_PATH: NEW_PRIORITY})
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{origin}", "shallow")

    with pytest.raises(GitError, match=r"shallow clone.*git fetch --unshallow"):
        compared(tmp_path / "shallow", first)


def test_the_default_base_is_where_the_default_branch_was_left(tmp_path: Path) -> None:
    """Later commits on the default branch are not part of the change."""
    folder = repository(tmp_path)
    git(folder, "switch", "--quiet", "--create", "mine")
    commit(folder, {RULE_PATH: NEW_PRIORITY})
    git(folder, "switch", "--quiet", "main")
    commit(folder, {"rules/hk/second.yaml": RULE})
    git(folder, "switch", "--quiet", "mine")

    (change,) = compared(folder).review.rules
    assert change.rule_id == "hk/first"


def test_a_worktree_is_compared_with_its_own_files(tmp_path: Path) -> None:
    folder = repository(tmp_path / "main")
    git(folder, "worktree", "add", "--quiet", str(tmp_path / "side"), "--detach")
    write(tmp_path / "side", {RULE_PATH: NEW_PRIORITY})

    assert [change.rule_id for change in compared(tmp_path / "side", "main").review.rules] == ["hk/first"]
    assert compared(folder, "main").review.changes_nothing


def test_a_head_is_read_from_git_not_from_the_folder(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    commit(folder, {RULE_PATH: NEW_PRIORITY})
    write(folder, {RULE_PATH: "not: a rule\n"})

    (change,) = compared(folder, "HEAD~1", "HEAD").review.rules
    assert [(field.name, field.after) for field in change.fields] == [("priority", "7")]


def test_untracked_files_are_part_of_the_change(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    write(folder, {"rules/hk/second.yaml": RULE, "app/evil.py": "x"})

    found = compared(folder, "HEAD").review
    assert [change.rule_id for change in found.rules] == ["hk/second"]
    assert [callout.what for callout in found.callouts] == ["app/evil.py"]


def test_rules_may_lie_deeper_in_the_repository(tmp_path: Path) -> None:
    folder = repository(tmp_path, {"README": "x"})
    repository_files = {f"police/{path}": text for path, text in {RULE_PATH: RULE}.items()}
    commit(folder, repository_files)
    write(folder, {"police/" + RULE_PATH: NEW_PRIORITY, "police/locales/hk/en.yaml": "x"})

    assert [change.rule_id for change in compared(folder / "police", "HEAD").review.rules] == ["hk/first"]


def test_names_in_other_scripts_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    write(folder, {RULE_PATH: RULE.replace("\n", "\r\n"), "rules/hk/說明.txt": "x"})

    found = compared(folder, "HEAD").review
    assert (found.rules, found.silent) == ((), (RULE_PATH,))


def test_a_symbolic_link_in_a_commit_is_not_followed(tmp_path: Path) -> None:
    """A pull request cannot read the reviewer's files."""
    secret = tmp_path / "secret"
    secret.write_text("password: x\n")
    folder = repository(tmp_path / "clone")
    (folder / "rules/hk/second.yaml").symlink_to(secret)
    commit(folder, {})

    found = compared(folder, "HEAD~1", "HEAD")
    assert {problem.code for problem in found.after.checked.errors} == {"symlink"}
    assert "password" not in repr(found.review)


def test_a_file_of_any_size_is_refused_without_reading_it(tmp_path: Path) -> None:
    folder = repository(tmp_path)
    commit(folder, {"rules/hk/second.yaml": b"#" * 3_000_000})

    found = compared(folder, "HEAD~1", "HEAD")
    assert {problem.code for problem in found.after.checked.errors} == {"too-large"}
