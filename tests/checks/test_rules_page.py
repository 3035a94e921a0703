"""The reference of the rule language says what the loader does."""

import re
from pathlib import Path

from app.authoring.entry_types import entries
from app.authoring.region_file import ContactForm, RegionFile
from app.authoring.rule_file import RuleFile
from app.authoring.text_file import MessageForm, TextFile
from app.domain.fact import FACTS
from app.domain.operators import OPERATORS
from tests.checks.folders import FILES, RULE_PATH, checked
from tests.deployment import FIXTURE

PAGE = (Path(__file__).parents[2] / "docs/rules.md").read_text(encoding="utf-8")


def test_the_rule_on_the_page_is_faultless_and_does_what_its_examples_say(tmp_path: Path) -> None:
    (rule,) = re.findall(r"```yaml\n(typology.*?)```", PAGE, re.DOTALL)
    known = {**FILES, RULE_PATH: rule, "rules/facts.yaml": (FIXTURE / "rules/facts.yaml").read_text()}

    assert [each for each in checked(tmp_path, known).problems if each.path.endswith(RULE_PATH)] == []


def test_every_entry_operator_and_fact_is_on_the_page() -> None:
    forms = (RuleFile, RegionFile, ContactForm, TextFile, MessageForm)
    names = {name for form in forms for name in entries(form)}
    operators = {f"{{{name}: " for name in OPERATORS}

    assert [name for name in (*names, *FACTS) if f"| `{name}` |" not in PAGE] == []
    assert [name for name in operators if name not in PAGE] == []
