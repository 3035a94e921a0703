"""The documents say what the code does."""

import inspect
import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
import httpx
import pytest

from app.api.health import Health
from app.api.request_body import read
from app.api.request_models import ASSESSMENT
from app.checks.checker import check
from app.checks.output.text_output import report
from app.commands.cli import cli
from app.domain.outcome import (
    ANSWERED,
    OUTCOME_NAMES,
    RECONSIDERED,
    RECONSIDERED_OR_REVIEWED,
    CountsAs,
    counting_as,
    either,
)
from app.service.identity import Identity
from app.settings import PREFIX, Settings
from tests.deployment import FIXTURE, ROOT, Deployment, a_withdrawal

DOCUMENTS = sorted([*ROOT.glob("*.md"), ROOT / "clients/web/README.md", *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text()
INTEGRATION = (ROOT / "docs/integration.md").read_text()
OPERATING = (ROOT / "docs/operating.md").read_text()

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def readme_request() -> str:
    body = re.search(r"-d '(.*?)'", blocks(README, "sh")[0], re.DOTALL)
    assert body is not None
    return body[1]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    """Each relative link names an existing file, and an existing heading in it."""
    for link in _LINK.findall(_FENCE.sub("", document.read_text())):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name) if name else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text()), link


def test_the_index_names_every_document() -> None:
    text = (ROOT / "docs/README.md").read_text()
    linked = {(ROOT / "docs" / link.partition("#")[0]).resolve() for link in _LINK.findall(text)}

    assert set((ROOT / "docs").rglob("*.md")) - {ROOT / "docs/README.md"} <= linked


def test_the_readme_request_is_accepted() -> None:
    request = read(ASSESSMENT, readme_request().encode())

    assert isinstance(request, dict)


def test_the_readme_answer_is_the_answer(running: Deployment) -> None:
    """Compares every field; `…` stands for the rest of a text or a list."""
    with running.client() as client:
        answer = client.post("/v1/assessments", json=json.loads(readme_request())).json()

    assert_shows(json.loads(blocks(README, "json")[0]), answer, "")


def assert_shows(shown: Any, real: Any, place: str) -> None:
    """Asserts that `real` equals `shown`, except for what `shown` leaves out."""
    if isinstance(shown, dict):
        assert list(shown) == list(real), place
        for name, value in shown.items():
            assert_shows(value, real[name], f"{place}/{name}")
    elif isinstance(shown, list):
        whole = "…" not in shown
        assert len(shown) == len(real) if whole else len(shown) <= len(real), place
        for position, value in enumerate(shown if whole else shown[: shown.index("…")]):
            assert_shows(value, real[position], f"{place}/{position}")
    elif isinstance(shown, str) and shown.endswith("…"):
        assert real.startswith(shown[:-1]), place
    else:
        assert real == shown, place


def test_the_readme_rule_and_what_check_says_of_its_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` reports the mistake as printed; without it, the rule can be published."""
    for folder in ("rules", "locales"):
        shutil.copytree(FIXTURE / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    rule = blocks(README, "yaml")[0]
    place = Path("rules/hk/first-large-investment.yaml")

    place.write_text(rule.replace("first_use", "first_used"))
    said = report(check(Path("rules"), Path("locales"), date(2026, 11, 20)))
    assert said.startswith(blocks(README, "text")[0].strip().removesuffix("…"))
    place.write_text(rule)
    assert not check(Path("rules"), Path("locales"), date(2026, 11, 20)).errors


def test_the_settings_table_is_the_settings() -> None:
    """Names, defaults and meanings, in the same order."""
    rows = re.findall(
        rf"^\| `({PREFIX}\w+)` \| (.*?) \| (.*) \|$", (ROOT / "docs/settings.md").read_text(), re.MULTILINE
    )

    assert rows == [
        (PREFIX + name.upper(), "none" if field.default is None else f"`{field.default}`", field.description)
        for name, field in Settings.model_fields.items()
    ]


def test_every_setting_that_a_document_names_exists() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for document in DOCUMENTS:
        named = set(re.findall(rf"{PREFIX}[A-Z_]+[A-Z]", document.read_text()))
        assert named <= known, document


def commands(group: click.Group, words: str) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, f"{words} {name}")
        else:
            yield f"{words} {name}"


def test_every_command_is_named() -> None:
    text = "".join(document.read_text() for document in DOCUMENTS)

    assert [command for command in commands(cli, "forewarn") if command not in text] == []


def test_the_readme_table_lists_exactly_the_commands() -> None:
    rows = "\n".join(line for line in README.splitlines() if line.startswith("| `forewarn "))

    assert sorted(re.findall(r"`(forewarn [a-z ]+)`", rows)) == sorted(commands(cli, "forewarn"))


def test_every_reason_for_not_being_well_is_explained() -> None:
    reasons = [*re.findall(r'^ +"([^"]+)": ', inspect.getsource(Health._degraded), re.MULTILINE), "no bundle yet"]

    assert len(reasons) > 5
    assert [reason for reason in reasons if f"| `{reason}` |" not in OPERATING] == []


def test_every_fault_has_its_test() -> None:
    """In the table of faults, the last cell of a row names files of tests."""
    table = OPERATING.partition("## What a fault does")[2]
    rows = re.findall(r"^\| .* \| (`.*`) \|$", table, re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(.*?)`", row)]
    assert len(rows) > 15
    assert len(re.findall(r"^\|", table, re.MULTILINE)) == len(rows) + 2, "two lines of heading"
    assert [name for name in named if not (ROOT / f"tests/{name}.py").is_file()] == []


def test_every_status_of_an_assessment_is_explained() -> None:
    """Those of the OpenAPI document, and those of another method and of a proxy."""
    table = INTEGRATION.partition("| answer to an assessment |")[2].partition("\n\n")[0]
    explained = set(re.findall(r"\b[1-5][0-9]{2}\b", " ".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE))))
    document = json.loads((ROOT / "docs/openapi.json").read_bytes())

    documented = set(document["paths"]["/v1/assessments"]["post"]["responses"])
    assert explained == documented | {"404", "405", "502", "504"}


def test_every_outcome_has_its_moment() -> None:
    table = INTEGRATION.partition("| outcome | send it when |")[2]

    assert tuple(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)[: len(OUTCOME_NAMES)]) == OUTCOME_NAMES


def test_the_warning_component_reports_known_outcomes() -> None:
    (type_,) = re.findall(
        r"^export type Outcome = (.*);$", (ROOT / "clients/web/src/alert.ts").read_text(), re.MULTILINE
    )

    words = set(re.findall(r'"(\w+)"', type_))
    assert len(words) > 4
    assert words <= set(OUTCOME_NAMES)


def test_every_outcome_counts_as_measurement_says() -> None:
    page = (ROOT / "docs/measurement.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", page, re.MULTILINE))
    said = {figure: rows[figure].partition(":")[0] for figure in ("reconsidered", "reconsidered_or_reviewed")}

    assert said == {
        "reconsidered": either([f"`{name}`" for name in RECONSIDERED]),
        "reconsidered_or_reviewed": either([f"`{name}`" for name in RECONSIDERED_OR_REVIEWED]),
    }
    users = [f"`{name}`" for name in ANSWERED if name not in counting_as(CountsAs.WITHHELD)]
    assert rows["unanswered"] == f"units with none of {either(users)}"
    times = re.findall(r"`(\w+)_at`", rows["exposures"])
    assert tuple(times) == OUTCOME_NAMES
    glossary = (ROOT / "docs/glossary.md").read_text()
    assert f"| reconsidered | {either(RECONSIDERED)} after an alert |" in glossary
    [in_sql] = re.findall(r"outcome IN \((.+)\)", page)
    assert in_sql == ", ".join(f"'{name}'" for name in RECONSIDERED_OR_REVIEWED)


def test_the_metrics_table_is_the_metrics(running: Deployment) -> None:
    """Names and kinds, from a service that has answered each kind of call."""
    with running.client() as client:
        answer = client.post("/v1/assessments", json=a_withdrawal()).json()
        client.post(f"/v1/assessments/{answer['assessment_id']}/outcomes", json={"outcome": "shown"})
        page = client.get("/metrics").text

    exposed = set(re.findall(r"^# TYPE (\w+) (\w+)$", page, re.MULTILINE))
    assert exposed == set(re.findall(r"^\| `(forewarn_(?!console_)\w+)` \| (\w+) \|", OPERATING, re.MULTILINE))


@pytest.mark.parametrize("text", [README, OPERATING], ids=["README", "operating"])
def test_every_metric_that_is_named_exists(running: Deployment, text: str) -> None:
    page = httpx.get(f"{running.url}/metrics", timeout=5).text

    named = set(re.findall(r"`(forewarn_(?!console_)\w+)`", text))  # the console's: tests/console/test_wrong_keys.py
    assert {name for name in named if f"# HELP {name} " not in page} <= {
        "forewarn_alerts_total", "forewarn_outcomes_total", "forewarn_responses_total", "forewarn_response_seconds"
    }  # fmt: skip  # those with labels, which a test of its own covers


def test_the_secret_changes_without_a_refused_id() -> None:
    """In the two steps of docs/integration.md, old and new workers always accept each other's ids."""
    old, new = "old-" * 8, "new-" * 8
    for running_now in ([Identity(old), Identity(old, new)], [Identity(old, new), Identity(new, old)]):
        for one in running_now:
            for other in running_now:
                assert other.issued(one.assessment_id("u", "w"))
