"""The check accepts what the officer's guide tells people to write."""

import re
from pathlib import Path

import yaml

from tests.checks.folders import FILES, REGION, REGION_PATH, RULE_PATH, TEXT_PATH, checked
from tests.deployment import FIXTURE, ROOT

PAGE = (ROOT / "docs/partners.md").read_text(encoding="utf-8")


def block(beginning: str) -> str:
    (found,) = re.findall(rf"^```yaml\n({beginning}.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    return str(found)


def test_the_rule_of_the_guide_is_faultless(tmp_path: Path) -> None:
    files = {**FILES, RULE_PATH: block("typology"), "rules/facts.yaml": (FIXTURE / "rules/facts.yaml").read_text()}

    assert [each for each in checked(tmp_path, files).problems if each.path.endswith(RULE_PATH)] == []


def test_the_text_of_the_guide_is_faultless(tmp_path: Path) -> None:
    before, _, _ = FILES[TEXT_PATH].partition("messages:")

    problems = checked(tmp_path, {**FILES, TEXT_PATH: before + block("messages")}).problems

    assert [each for each in problems if each.path.endswith(TEXT_PATH) and each.level == "error"] == []


def test_the_contact_of_the_guide_is_faultless(tmp_path: Path) -> None:
    helpline = yaml.safe_load(block("contacts"))["contacts"]["helpline"]
    region = yaml.safe_load(REGION)
    region["contacts"]["helpline"] = {
        name: str(value) if name.endswith(("_at", "_by")) else value for name, value in helpline.items()
    }

    problems = checked(tmp_path, {**FILES, REGION_PATH: yaml.safe_dump(region, allow_unicode=True)}).problems

    assert [each for each in problems if each.path.endswith(REGION_PATH)] == []
