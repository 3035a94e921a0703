"""Which checks a pull request needs is read from git, in real repositories, and cannot be talked away."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployment import ROOT
from tests.review.repositories import Changes, commit, git, repository, write

CONTENT = {"content": True, "code": False}
CODE = {"content": False, "code": True}
BOTH = {"content": True, "code": True}


def run(script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "deploy" / script), *arguments],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def parts(clone: Path, base: str = "main", head: str = "HEAD") -> dict[str, bool]:
    done = run("changed_parts.py", str(clone), base, head)
    assert done.returncode == 0, done.stderr
    return {name: value == "true" for name, _, value in (line.partition("=") for line in done.stdout.splitlines())}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository on a branch of its own, with code on main."""
    folder = repository(tmp_path / "clone")
    commit(folder, {"app/main.py": "print(1)\n" * 9})
    git(folder, "switch", "--quiet", "--create", "mine")
    return folder


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"rules/hk/first.yaml": "x", "locales/gb/en.yaml": "x"}, CONTENT),
        ({"rules/hk/first.yaml": None}, CONTENT),
        ({"rules/hk/misnamed.yml": "x"}, CONTENT),
        ({"app/main.py": "x"}, CODE),
        ({"rules/hk/first.yaml": "x", "app/main.py": "x"}, BOTH),
        ({".github/workflows/review.yml": "x"}, CODE),
        ({"rulesx/hk/first.yaml": "x"}, CODE),
        ({"x/rules/hk/first.yaml": "x"}, CODE),
        ({"Rules/hk/first.yaml": "x"}, CODE),
        ({"rules/hk/conftest.py": "x"}, BOTH),
        ({"rules/hk/first.yaml\n.py": "x"}, BOTH),
        ({"rules/.gitattributes": "x"}, BOTH),
        ({"rules/facts.yaml": "x"}, BOTH),
        ({}, CODE),
    ],
    ids=str,
)
def test_paths_say_what_is_touched(clone: Path, changes: Changes, expected: dict[str, bool]) -> None:
    commit(clone, changes)

    assert parts(clone) == expected


def test_a_file_that_is_renamed_into_the_rules_is_code_too(clone: Path) -> None:
    git(clone, "mv", "app/main.py", "rules/hk/second.yaml")
    commit(clone, {})

    assert parts(clone) == BOTH


def test_a_link_is_code_and_so_is_what_replaces_it(clone: Path) -> None:
    (clone / "rules/hk/link.yaml").symlink_to("../../app/main.py")
    link = commit(clone, {})
    assert parts(clone) == BOTH

    (clone / "rules/hk/link.yaml").unlink()
    commit(clone, {"rules/hk/link.yaml": "x"})
    assert parts(clone, link) == BOTH


def test_a_folder_that_becomes_a_link_is_code(clone: Path) -> None:
    git(clone, "mv", "locales/hk", "locales/zz")
    (clone / "locales/hk").symlink_to("zz")
    commit(clone, {})

    assert parts(clone) == BOTH


def test_a_submodule_is_code_even_if_it_is_told_to_be_ignored(clone: Path) -> None:
    def point(to: str) -> str:
        git(clone, "update-index", "--add", "--cacheinfo", f"160000,{to},rules/hk/module.yaml")
        git(clone, "commit", "--quiet", "--message", "a submodule")
        return git(clone, "rev-parse", "HEAD")

    first = point(git(clone, "rev-parse", "HEAD"))
    assert parts(clone) == BOTH
    point(first)
    git(clone, "config", "diff.ignoreSubmodules", "all")
    assert parts(clone, first) == BOTH


def test_a_program_is_code(clone: Path) -> None:
    (clone / "rules/hk/first.yaml").chmod(0o755)
    commit(clone, {})

    assert parts(clone) == BOTH


def test_more_files_than_github_lists_hide_nothing(clone: Path) -> None:
    commit(clone, {f"rules/hk/r{n}.yaml": "x" for n in range(3_100)} | {"zz.py": "x"})

    assert parts(clone) == BOTH


def test_what_others_did_on_main_meanwhile_is_not_of_the_change(clone: Path) -> None:
    commit(clone, {"rules/hk/first.yaml": "x"})
    git(clone, "switch", "--quiet", "main")
    commit(clone, {"app/main.py": "x"})

    assert parts(clone, head="mine") == CONTENT


def test_merges_in_both_directions_hide_nothing(clone: Path) -> None:
    """Two commits are the last that both sides have; the code differs from one of them alone."""
    commit(clone, {"app/main.py": "mine\n"})
    git(clone, "switch", "--quiet", "main")
    commit(clone, {"rules/hk/first.yaml": "main\n"})
    mine, main = git(clone, "rev-parse", "mine"), git(clone, "rev-parse", "main")
    git(clone, "merge", "--quiet", "--strategy", "ours", "--message", "keeps the code of main", mine)
    git(clone, "switch", "--quiet", "mine")
    git(clone, "merge", "--quiet", "--message", "takes the rules of main", main)
    commit(clone, {"rules/hk/first.yaml": "again\n"})

    assert len(git(clone, "merge-base", "--all", "main", "mine").split()) == 2
    assert parts(clone) == BOTH


def test_a_revision_that_git_does_not_have_decides_nothing(clone: Path) -> None:
    done = run("changed_parts.py", str(clone), "0" * 40, "HEAD")

    assert (done.returncode, done.stdout) == (1, "")


def test_files_that_are_not_committed_decide_nothing(clone: Path) -> None:
    commit(clone, {"rules/hk/first.yaml": "x"})
    write(clone, {"app/main.py": "x"})

    assert parts(clone) == CONTENT


def verdict(content: str, code: str, /, *, parts: str = "success", **outputs: str) -> tuple[int, str]:
    """The exit code and output, by the results of the jobs and the outputs of `parts`."""
    needs = {
        "parts": {"result": parts, "outputs": outputs},
        "content": {"result": content, "outputs": {}},
        "code": {"result": code, "outputs": {}},
    }
    done = run("verdict.py", NEEDS=json.dumps(needs))
    return done.returncode, done.stdout


def test_the_verdict_is_good_where_all_that_is_touched_passed() -> None:
    assert verdict("success", "skipped", content="true", code="false") == (0, "")
    assert verdict("skipped", "success", content="false", code="true") == (0, "")
    assert verdict("success", "success", content="true", code="true") == (0, "")


@pytest.mark.parametrize("result", ["failure", "cancelled", "skipped"])
def test_a_touched_part_must_have_passed(result: str) -> None:
    assert verdict("success", result, content="true", code="true") == (1, f"::error::code: {result}\n")
    assert verdict(result, "skipped", content="true", code="false") == (1, f"::error::content: {result}\n")


@pytest.mark.parametrize("result", ["failure", "cancelled"])
def test_a_part_that_ran_anyway_must_have_passed(result: str) -> None:
    assert verdict("success", result, content="true", code="false")[0] == 1


@pytest.mark.parametrize("result", ["failure", "cancelled", "skipped"])
def test_without_knowing_what_is_touched_nothing_passes(result: str) -> None:
    assert verdict("skipped", "skipped", parts=result)[0] == 1
    assert verdict("success", "success", parts=result, content="true", code="true")[0] == 1


def test_a_change_of_nothing_known_does_not_pass() -> None:
    assert verdict("skipped", "skipped")[0] == 1
    assert verdict("skipped", "skipped", content="false", code="false")[0] == 1
    assert verdict("success", "skipped", content="true")[0] == 1
    assert verdict("success", "success", content="true", code="true", image="true")[0] == 1
