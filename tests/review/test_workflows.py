"""The workflows in .github do what docs/review.md says, and CODEOWNERS names every region."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import click
import pytest
import yaml

from app.commands.cli import cli
from app.review.approvers import codeowners
from tests.deployment import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
REVIEW = ROOT / ".github/workflows/review.yml"
OWNERS = ROOT / ".github/CODEOWNERS"


def loaded(path: Path) -> dict[Any, Any]:
    content: dict[Any, Any] = yaml.safe_load(path.read_text())
    return content


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in loaded(path)["jobs"].values():
        yield from job.get("steps", ())  # none where the job is another workflow


def owner(path: str) -> str:
    """Of the last line whose pattern fits: a folder with all below it, or a path in which `*` is one name."""
    lines = (line.split() for line in codeowners(("hk", "global"), "us").splitlines() if line.startswith(("*", "/")))
    fitting = [team for pattern, team in lines if pattern == "*" or _fits(pattern, f"/{path}")]
    return fitting[-1]


def _fits(pattern: str, path: str) -> bool:
    return path.startswith(pattern) if pattern.endswith("/") else PurePosixPath(path).match(pattern)


def step(workflow: str, name: str) -> str:
    path = ROOT / ".github/workflows" / workflow
    return next(str(each["run"]) for each in steps(path) if each.get("name") == name)


def test_the_owners_are_written_by_the_command() -> None:
    """As `forewarn codeowners --organisation NAME > .github/CODEOWNERS` writes them for these regions."""
    organisation = re.findall(r"^\* @([\w-]+)/", OWNERS.read_text(), re.MULTILINE)[0]
    regions = re.findall(r"^/rules/([\w-]+)/ ", OWNERS.read_text(), re.MULTILINE)

    assert OWNERS.read_text() == codeowners(regions, organisation)


def test_a_region_without_owners_belongs_to_the_maintainers_and_its_contacts_to_their_owner() -> None:
    assert owner("rules/zz/parcel-scam.yaml") == owner("locales/zz/en.yaml") == "@us/maintainers"
    assert owner("rules/zz/region.yaml") == "@us/contacts"


def test_no_partner_names_the_readers_of_a_language() -> None:
    assert owner("locales/languages.yaml") == "@us/maintainers"


@pytest.mark.parametrize("region", ["hk", "global"])
def test_contacts_have_another_owner_than_rules(region: str) -> None:
    assert owner(f"rules/{region}/any.yaml") == f"@us/partner-{region}"
    assert owner(f"rules/{region}/region.yaml") == "@us/contacts"


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_and_tokens_can_do_nothing_unless_a_job_says_so(workflow: Path) -> None:
    for each in steps(workflow):
        if "uses" in each:
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", each["uses"])
    assert loaded(workflow)["permissions"] == {}


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_scripts_are_valid_bash_and_interpolate_nothing(workflow: Path) -> None:
    for script in (each["run"] for each in steps(workflow) if "run" in each):
        assert "${{" not in script
        done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False, timeout=10)
        assert done.returncode == 0, done.stderr


def test_a_review_can_write_nothing() -> None:
    for job in loaded(REVIEW)["jobs"].values():
        assert job["permissions"] == {"contents": "read"}


def test_the_required_check_runs_for_every_pull_request_to_main() -> None:
    """One that does not run is waited for without end; one that passed for another branch says nothing of main."""
    triggers = loaded(REVIEW)[True]  # what YAML 1.1 makes of `on`

    assert triggers == {
        "pull_request": {
            "branches": ["main"],
            "types": ["opened", "synchronize", "reopened", "edited", "ready_for_review"],
        }
    }


def test_the_required_check_waits_for_every_other_job_and_is_never_skipped() -> None:
    jobs = loaded(REVIEW)["jobs"]
    required = jobs.pop("required")

    assert (required["name"], required["if"]) == ("required", "always()")
    assert set(required["needs"]) == set(jobs)
    assert set(jobs["parts"]["outputs"]) == set(jobs) - {"parts"}
    assert "`required`" in (ROOT / "docs/review.md").read_text()


@pytest.mark.parametrize("part", ["content", "code"])
def test_a_part_is_judged_where_the_change_touches_it(part: str) -> None:
    job = loaded(REVIEW)["jobs"][part]

    assert (job["needs"], job["if"]) == ("parts", f"needs.parts.outputs.{part} == 'true'")


def test_what_judges_a_pull_request_comes_from_the_target_branch() -> None:
    """Every script that is called lies in a checkout of the base; the code's own tests are code."""
    for name, job in loaded(REVIEW)["jobs"].items():
        base = "${{ github.event.pull_request.base.sha }}"
        tools = {
            each["with"].get("path", ".") for each in job.get("steps", ()) if each.get("with", {}).get("ref") == base
        }
        called = {
            match for each in job.get("steps", ()) for match in re.findall(r"([\w./]*)deploy/", each.get("run", ""))
        }
        assert {path.removeprefix("../").rstrip("/") or "." for path in called} <= tools, name


def test_an_overdue_contact_stops_no_publication() -> None:
    """Warnings were judged with the change that brought them."""
    assert "--strict" not in step("publish.yml", "Check")


def test_the_commands_of_the_workflows_have_the_options_they_use() -> None:
    scripts = [each.get("run", "") for workflow in WORKFLOWS for each in steps(workflow)]
    called = [
        re.split(r'bin/forewarn |"\$forewarn" ', line)[1].split()
        for script in (*scripts, (ROOT / "deploy/content-gate").read_text())
        for line in re.sub(r"\\\n\s*", "", script).splitlines()
        if re.search(r'bin/forewarn |"\$forewarn" ', line)
    ]
    assert len(called) >= 6
    for name, *words in called:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None, name
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, name


# Fakes of `gh` and `jq`: `gh` answers from files and stores what it is given.
GH = """#!/usr/bin/env python3
import json, os, pathlib, sys
state = pathlib.Path(os.environ["STATE"])
arguments = sys.argv[1:]
with (state / "calls").open("a") as calls:
    calls.write(" ".join(arguments) + "\\n")
if "--input" in arguments:
    (state / "posted").write_text(pathlib.Path(arguments[arguments.index("--input") + 1]).read_text())
elif "/files" in " ".join(arguments):
    print((state / "files").read_text(), end="")
elif "/artifacts" in " ".join(arguments):
    print((state / "artifact").read_text(), end="")
elif "/comments" in " ".join(arguments):
    print((state / "comment").read_text(), end="")
else:
    print((state / "pull").read_text())
"""
JQ = """#!/usr/bin/env python3
import json, pathlib, sys
arguments = sys.argv[1:]
if "--rawfile" in arguments:
    print(json.dumps({"body": pathlib.Path(arguments[arguments.index("--rawfile") + 2]).read_text()}))
else:
    value = json.loads(pathlib.Path(arguments[-1]).read_text())
    for name in arguments[-2].strip(".").split("."):
        value = value[name]
    print(value)
"""


class Posting:
    """The posting step of comment.yml, run with bash and without GitHub."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "github"
        self.state.mkdir()
        (folder / "bin").mkdir()
        for name, script in (("gh", GH), ("jq", JQ)):
            (folder / "bin" / name).write_text(script)
            (folder / "bin" / name).chmod(0o755)
        (folder / "review").mkdir()
        (folder / "review/comment.md").write_text("## What this change does\n")
        (folder / "review/number").write_text("7\n")
        self.files("rules/hk/first.yaml")
        (self.state / "comment").write_text("")
        (self.state / "artifact").write_text("")

    def files(self, *names: str, counted: int | None = None) -> None:
        (self.state / "files").write_text("".join(f"{name}\n" for name in names))
        pull = {"head": {"sha": "abc"}, "changed_files": counted or len(names)}
        (self.state / "pull").write_text(json.dumps(pull))

    def run(self, head: str = "abc") -> int:
        environment = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "STATE": str(self.state),
            "REPOSITORY": "o/r",
            "HEAD_SHA": head,
            "RUN_ID": "5",
            "RUN_URL": "https://run.example",
        }
        script = step("comment.yml", "Post")
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
        return done.returncode

    @property
    def posted(self) -> str:
        path = self.state / "posted"
        return path.read_text() if path.exists() else ""

    @property
    def calls(self) -> str:
        return (self.state / "calls").read_text()


@pytest.fixture
def posting(tmp_path: Path) -> Posting:
    return Posting(tmp_path)


def test_the_comment_is_posted_once_and_then_updated(posting: Posting) -> None:
    assert posting.run() == 0
    assert "--method POST repos/o/r/issues/7/comments" in posting.calls
    assert posting.posted.startswith('{"body": "<!-- forewarn review -->')
    assert "What this change does" in posting.posted

    (posting.state / "comment").write_text("99\n")
    assert posting.run() == 0
    assert "--method PATCH repos/o/r/issues/comments/99" in posting.calls


def test_the_comment_leads_to_the_drawn_alerts(posting: Posting) -> None:
    (posting.state / "artifact").write_text("42\n")

    assert posting.run() == 0
    assert "[As users will see it](https://run.example/artifacts/42)" in posting.posted


@pytest.mark.parametrize("number", ["8; rm -rf /", "", "../1", "7/../8", "-1"])
def test_an_artifact_that_names_no_pull_request_is_refused(posting: Posting, number: str) -> None:
    (posting.folder / "review/number").write_text(number)

    assert posting.run() != 0
    assert posting.posted == ""


def test_a_pull_request_of_code_alone_gets_no_comment(posting: Posting) -> None:
    (posting.folder / "review/number").unlink()

    assert posting.run() == 0
    assert posting.posted == ""


def test_an_unfinished_review_replaces_an_older_comment(posting: Posting) -> None:
    (posting.folder / "review/comment.md").unlink()

    assert posting.run() == 0
    assert "did not finish" in posting.posted
    assert "Of commit abc" in posting.posted


def test_a_pull_request_cannot_name_another(posting: Posting) -> None:
    assert posting.run(head="another") == 0
    assert posting.posted == ""


@pytest.mark.parametrize(
    "name", [".github/workflows/review.yml", "app/commands/cli.py", "rulesx/hk/a.yaml", "x/rules/a.yaml"]
)
def test_a_change_that_could_affect_its_own_review_is_not_shown(posting: Posting, name: str) -> None:
    posting.files("rules/hk/first.yaml", name)
    (posting.state / "artifact").write_text("42\n")

    assert posting.run() == 0
    assert "As users will see it" not in posting.posted
    assert "could have changed how it is reviewed" in posting.posted
    assert "What this change does" not in posting.posted


def test_a_change_of_more_files_than_github_lists_is_not_shown(posting: Posting) -> None:
    posting.files("rules/hk/first.yaml", counted=3001)

    assert posting.run() == 0
    assert "could have changed how it is reviewed" in posting.posted
