"""A canary run against a real service tests that users get what was merged."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment import FIXTURE, Deployment, deployments
from tests.redis_server import RedisServer
from tests.review.repositories import commit, git

RULE = "hk/investment-new-address"
CHINESE = FIXTURE / "locales/hk/zh-Hant.yaml"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The sample rules in a repository, with one commit."""
    folder = tmp_path / "clone"
    for name in ("rules", "locales"):
        shutil.copytree(FIXTURE / name, folder / name)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, {})
    return folder


@pytest.fixture
def service(tmp_path: Path, redis_server: RedisServer) -> Iterator[Deployment]:
    for deployment in deployments(tmp_path, redis_server):
        deployment.start(workers=2)
        (tmp_path / "canary.key").write_text(deployment.new_key("assess", name="canary", test=True))
        yield deployment


def canary(service: Deployment, clone: Path, *options: str) -> tuple[int, str]:
    key = str(clone.parent / "canary.key")
    done = service.cli("canary", "HEAD~1", "--url", service.url, "--key-file", key, *options, cwd=clone, ok=False)
    return done.returncode, done.stdout + done.stderr


def test_a_new_text_is_live_after_publish_and_not_before(service: Deployment, clone: Path) -> None:
    """The run tests exactly the rules whose alert changed, and its withdrawals count in no figure."""
    old, new = "先停一停：教你投資的人可能是騙徒", "請先停一停：教你投資的人可能是騙徒"
    commit(clone, {"locales/hk/zh-Hant.yaml": CHINESE.read_text().replace(old, new)})

    code, output = canary(service, clone, "--within", "0.2")
    assert code == 1
    assert output.startswith("Not live: no answer with revision sha256:")

    service.cli("publish", cwd=clone)
    code, output = canary(service, clone)
    lines = output.splitlines()
    assert code == 0, output
    assert re.fullmatch(r"Live since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: revision sha256:[0-9a-f]{12}", lines[0])
    assert f"{RULE}  live: zh-Hant: {new}" in lines[1:]
    assert all(event["test"] for event in service.events() if event["event"] == "assessment")

    code, output = canary(service, clone, "--format", "markdown")
    assert output.startswith("### Live\n\nThe service answers with revision <code>sha256:")
    assert f"| <code>{RULE}</code> | live | zh-Hant | {new} |  |" in output


def test_a_rule_is_removed_begins_later_or_stands_behind_another(service: Deployment, clone: Path) -> None:
    rules = FIXTURE / "rules/hk"
    later = (rules / "investment-release-fee.yaml").read_text() + "active: {from: 2099-01-01}\n"
    hidden = (
        "typology: general\nseverity: info\nrationale: x\nmessage: investment\npriority: -5\n"
        "examples: [{given: {asset: USDT}, expect: match}]\n"
    )
    changes = {"rules/hk/investment-release-fee.yaml": later, "rules/hk/hidden.yaml": hidden}
    commit(clone, {**changes, "rules/hk/romance-online-partner.yaml": None})
    service.cli("publish", cwd=clone)

    code, output = canary(service, clone)
    assert code == 0, output
    assert "hk/investment-release-fee  not in force yet: begins on 2099-01-01" in output
    assert "hk/romance-online-partner  off: removed" in output
    assert re.search(r"hk/hidden  live, and another rule is shown first: hk/[a-z-]+ is shown", output)


def test_a_global_rule_is_asked_for_where_no_region_answers(service: Deployment, clone: Path) -> None:
    """A key that the service does not know ends the run with one line."""
    commit(clone, {})
    code, output = canary(service, clone, "--rule", global_rule())
    assert (code, f"{global_rule()}  live" in output) == (0, True), output

    (clone.parent / "canary.key").write_text("nobody")
    code, output = canary(service, clone)
    assert code == 1
    assert output == f"forewarn: {service.url} refused the key (401): expected one made with --scope assess --test\n"


def global_rule() -> str:
    names = sorted(path.stem for path in (FIXTURE / "rules/global").glob("*.yaml"))
    return "global/" + next(name for name in names if name != "region")
