"""The canary asks a real service whether what was merged is what users get."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment import ROOT, Deployment, deployments
from tests.redis_server import RedisServer
from tests.review.repositories import commit, git

RULE = "hk/investment-new-address"
CHINESE = ROOT / "locales/hk/zh-Hant.yaml"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The sample rules in a repository, with one commit."""
    folder = tmp_path / "clone"
    for name in ("rules", "locales"):
        shutil.copytree(ROOT / name, folder / name)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, {})
    return folder


@pytest.fixture
def service(tmp_path: Path, redis_server: RedisServer) -> Iterator[Deployment]:
    for deployment in deployments(tmp_path, redis_server):
        deployment.start(workers=2)
        (tmp_path / "canary.key").write_text(deployment.new_key("assess", name="canary", test=True))
        yield deployment


def sing(service: Deployment, clone: Path, *options: str) -> tuple[int, str]:
    key = str(clone.parent / "canary.key")
    done = service.cli("canary", "HEAD~1", "--url", service.url, "--key-file", key, *options, cwd=clone, ok=False)
    return done.returncode, done.stdout + done.stderr


def test_a_new_text_is_found_live_after_publish_and_not_before(service: Deployment, clone: Path) -> None:
    """Every rule whose alert changed is asked for, and only those; none of it counts in a figure."""
    old, new = "先停一停：教你投資的人可能是騙徒", "請先停一停：教你投資的人可能是騙徒"
    commit(clone, {"locales/hk/zh-Hant.yaml": CHINESE.read_text().replace(old, new)})

    code, said = sing(service, clone, "--within", "0.2")
    assert code == 1
    assert said.startswith("Not live: no answer with revision sha256:")

    service.cli("publish", cwd=clone)
    code, said = sing(service, clone)
    lines = said.splitlines()
    assert code == 0, said
    assert re.fullmatch(r"Live since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: revision sha256:[0-9a-f]{12}", lines[0])
    assert f"{RULE}  live: zh-Hant: {new}" in lines[1:]
    assert all(event["test"] for event in service.events() if event["event"] == "assessment")

    code, said = sing(service, clone, "--format", "markdown")
    assert said.startswith("### Live\n\nThe service answers with revision <code>sha256:")
    assert f"| <code>{RULE}</code> | live | zh-Hant | {new} |  |" in said


def test_a_rule_that_is_removed_begins_later_or_stands_behind_another(service: Deployment, clone: Path) -> None:
    rules = ROOT / "rules/hk"
    later = (rules / "investment-release-fee.yaml").read_text() + "active: {from: 2099-01-01}\n"
    hidden = (
        "typology: general\nseverity: info\nrationale: x\nmessage: investment\npriority: -5\n"
        "examples: [{given: {asset: USDT}, expect: match}]\n"
    )
    changes = {"rules/hk/investment-release-fee.yaml": later, "rules/hk/hidden.yaml": hidden}
    commit(clone, {**changes, "rules/hk/romance-online-partner.yaml": None})
    service.cli("publish", cwd=clone)

    code, said = sing(service, clone)
    assert code == 0, said
    assert "hk/investment-release-fee  not in force yet: begins on 2099-01-01" in said
    assert "hk/romance-online-partner  off: removed" in said
    assert re.search(r"hk/hidden  live, and another rule is shown first: hk/[a-z-]+ is shown", said)


def test_a_global_rule_is_asked_for_where_no_region_answers(service: Deployment, clone: Path) -> None:
    """And a key that the service does not know ends it in one line."""
    commit(clone, {})
    code, said = sing(service, clone, "--rule", global_rule())
    assert (code, f"{global_rule()}  live" in said) == (0, True), said

    (clone.parent / "canary.key").write_text("nobody")
    code, said = sing(service, clone)
    assert code == 1
    assert said == f"forewarn: {service.url} refused the key (401): expected one made with --scope assess --test\n"


def global_rule() -> str:
    names = sorted(path.stem for path in (ROOT / "rules/global").glob("*.yaml"))
    return "global/" + next(name for name in names if name != "region")
