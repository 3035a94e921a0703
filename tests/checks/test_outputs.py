"""What was found, for pull requests and for programs."""

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from app.authoring.problem import Problem
from app.authoring.problem_codes import Code, Level
from app.checks.checker import Checked
from app.checks.output.github_annotations import annotations, by_importance, step_summary
from app.checks.output.json_output import as_json
from app.checks.output.relocation import seen_from
from app.checks.output.sarif import as_sarif
from app.checks.output.text_output import offending
from app.commands.cli import cli
from tests.checks.folders import RULE, RULE_PATH, TEXT_PATH, TEXTS, checked, write

PAGES = "https://git.example/warnings/blob/1/docs/checks.md"
REASON = "Agreed with the partner on 2026-11-02."

# One error, one warning and one accepted warning, in two files.
CHANGES: dict[str, str | bytes | None] = {
    RULE_PATH: RULE.replace("severity: high", "severity: hgih").replace(
        "when:\n", "when:\n  any: [asset: USDX, amount_usd: {lt: 5000}]\n"
    )
    + f"accept: {{unlisted-value: {REASON}}}\n",
    TEXT_PATH: TEXTS + '  extra:\n    title: T\n    body: ["Stop"]\n',
}


@pytest.fixture
def found(tmp_path: Path) -> Checked:
    write(tmp_path, CHANGES)
    return seen_from(tmp_path, replace(checked(tmp_path, CHANGES), texts={}))


def problems(*each: Problem) -> Checked:
    return Checked(each, None, None, {})


def test_a_value_is_known_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    for old, new, text in [
        ("severity: high", "severity: hgih", "hgih"),
        ("severity: high", 'severity: "hg ih"  # no', '"hg ih"'),
        ("severity: high", "severty: high", "severty"),
        ("amount_usd: {gte: 1000}", "asset: {not_in: [USDT, 5]}", "5"),
        ("amount_usd: {gte: 1000}", "asset: USDX", "USDX"),
        ("examples:\n", "priority: [1,\n  2]\nexamples:\n", "[1,\n  2]"),
        ("examples:\n", "when: {}\nexamples:\n", "when"),
    ]:
        result = checked(tmp_path, {RULE_PATH: RULE.replace(old, new)})
        texts = {RULE_PATH: RULE.replace(old, new)}
        assert text in [offending(texts, problem) for problem in result.problems]


def test_a_block_has_no_end(tmp_path: Path) -> None:
    """It would seem to be its first key that is wrong."""
    result = checked(tmp_path, {RULE_PATH: RULE.replace("typology: investment\n", "")})

    assert [(p.code, p.line, p.column, p.end) for p in result.problems] == [("missing-key", 1, 1, None)]


def test_annotations_name_file_and_place_and_escape_what_the_runner_would_read() -> None:
    problem = replace(
        Problem.at("rules/hk/a,b:c.yaml", (3, 5), Code.BAD_VALUE, "100 % wrong: a, b\r\n::error::x", "write 1"),
        end=(3, 9),
    )

    [command, summary] = annotations(problems(problem)).splitlines()

    assert command == (
        "::error file=rules/hk/a%2Cb%3Ac.yaml,line=3,col=5,endLine=3,endColumn=8,"
        "title=bad-value%3A A value that is not one of those possible"
        "::100 %25 wrong: a, b%0D%0A::error::x%0Awrite 1"
    )
    assert summary == "1 error"


def test_an_annotation_of_several_lines_has_no_columns() -> None:
    """GitHub refuses columns where the lines differ."""
    problem = replace(Problem.at("f", (3, 5), Code.WRONG_TYPE, "m"), end=(4, 2))

    assert annotations(problems(problem)).startswith("::error file=f,line=3,endLine=4,title=")


def test_the_ten_that_github_shows_are_errors_and_of_every_kind() -> None:
    many = [Problem.at("f", (line, 1), Code.DIGITS, "m") for line in range(1, 13)]
    one = Problem.at("g", (1, 1), Code.MARKUP, "m")
    warning = Problem.at("a", (1, 1), Code.NO_RULES, "m")

    told = by_importance(problems(warning, *many, one))

    assert told[:2] == [many[0], one]
    assert told[-1] == warning
    assert len(told) == 14


def test_the_step_summary_lists_everything_and_cannot_be_written_into(found: Checked) -> None:
    tricky = Problem.at("f|`g", (1, 1), Code.MARKUP, "`<b>|x` has *stars* and [link](x) | <img src=x>", "@someone #1")

    text = step_summary(replace(found, problems=(*found.problems, tricky)), PAGES)

    assert "| <code>rules/hk/first.yaml</code>:2:11 | **error** [bad-value](" + PAGES + "#bad-value): " in text
    assert f"[unlisted-value]({PAGES}#unlisted-value)" in text.partition("<details>")[2]
    assert REASON in text
    what = "&#60;b&#62;&#124;x</code> has &#42;stars&#42; and &#91;link&#93;(x) &#124; &#60;img src&#61;x&#62;"
    assert f"<code>{what} | @&#8203;someone #&#8203;1 |" in text
    assert {line.count("|") for line in text.splitlines() if line.startswith("|")} == {4}


def test_a_long_step_summary_says_how_much_it_leaves_out() -> None:
    many = [Problem.at("f" * 100, (line, 1), Code.DIGITS, "m" * 200, "h" * 200) for line in range(1, 1502)]

    text = step_summary(problems(*many), PAGES)

    assert len(text.encode()) < 1024 * 1024
    assert "501 more: run `forewarn check`" in text


def test_json_has_every_problem_with_its_text(tmp_path: Path) -> None:
    result = checked(tmp_path, CHANGES)
    answer = json.loads(as_json(replace(result, texts={p: str(t) for p, t in CHANGES.items()})))

    judged_alone = {"new_errors": None, "new_warnings": None}
    counts = {"errors": 1, "warnings": 1, "accepted": 1, "rules": None, "regions": None}
    assert answer["summary"] == counts | judged_alone
    assert answer["problems"][1] == {
        "path": RULE_PATH,
        "line": 2,
        "column": 11,
        "end_line": 2,
        "end_column": 15,
        "text": "hgih",
        "where": ["severity"],
        "code": "bad-value",
        "level": "error",
        "message": "`severity`: `hgih` is none of `info`, `caution`, `high`, `critical`",
        "hint": "did you mean `high`?",
        "new": None,
    }
    [accepted] = answer["accepted"]
    assert (accepted["code"], accepted["text"], accepted["reason"]) == ("unlisted-value", "USDX", REASON)


def test_the_page_describes_every_entry_of_the_json(tmp_path: Path) -> None:
    answer = json.loads(as_json(checked(tmp_path, CHANGES)))
    page = (Path(__file__).parents[2] / "docs/checks.md").read_text()
    described = set(re.findall(r"`(\w+)`", page.partition("## For programs")[2].partition("\n**")[0]))

    assert {*answer, *answer["summary"], *answer["accepted"][0]} <= described


# The parts of SARIF 2.1.0 that are written, by sections 3.13 to 3.52 of its specification; nothing else may appear.
def _exactly(required: str, optional: str = "", **properties: Any) -> dict[str, Any]:
    assert set(properties) == {*required.split(), *optional.split()}
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


_TEXT = {"type": "string", "minLength": 1}
_COUNT = {"type": "integer", "minimum": 1}
_MESSAGE = _exactly("text", "markdown", text=_TEXT, markdown=_TEXT)
_REGION = _exactly(
    "startLine", "startColumn endLine endColumn snippet",
    startLine=_COUNT, startColumn=_COUNT, endLine=_COUNT, endColumn=_COUNT, snippet=_exactly("text", text=_TEXT),
)  # fmt: skip
_LOCATION = _exactly(
    "physicalLocation",
    physicalLocation=_exactly(
        "artifactLocation region",
        artifactLocation=_exactly(
            "uri", "uriBaseId", uri={"type": "string", "format": "uri-reference"}, uriBaseId=_TEXT
        ),
        region=_REGION,
    ),
)
_RULE = _exactly(
    "id shortDescription fullDescription help defaultConfiguration", "helpUri",
    id=_TEXT, shortDescription=_MESSAGE, fullDescription=_MESSAGE, help=_MESSAGE,
    helpUri={"type": "string", "format": "uri"},
    defaultConfiguration=_exactly("level", level={"enum": ["none", "note", "warning", "error"]}),
)  # fmt: skip
_SUPPRESSION = _exactly(
    "kind status justification location",
    kind={"enum": ["inSource", "external"]}, status={"enum": ["accepted", "underReview", "rejected"]},
    justification=_TEXT, location=_LOCATION,
)  # fmt: skip
_RESULT = _exactly(
    "ruleId ruleIndex level message locations partialFingerprints", "suppressions",
    ruleId=_TEXT, ruleIndex={"type": "integer", "minimum": 0}, level={"enum": ["none", "note", "warning", "error"]},
    message=_MESSAGE, locations={"type": "array", "items": _LOCATION, "minItems": 1},
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    suppressions={"type": "array", "items": _SUPPRESSION, "uniqueItems": True},
)  # fmt: skip
SARIF = _exactly(
    "version runs",
    version={"const": "2.1.0"},
    runs={"type": "array", "items": _exactly(
        "tool columnKind results",
        tool=_exactly("driver", driver=_exactly(
            "name semanticVersion rules",
            name=_TEXT, semanticVersion=_TEXT, rules={"type": "array", "items": _RULE, "uniqueItems": True},
        )),
        columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        results={"type": "array", "items": _RESULT},
    )},
)  # fmt: skip


def sarif(found: Checked) -> Any:
    log = json.loads(as_sarif(found, "0.1.0", PAGES))
    assert log.pop("$schema").endswith("/sarif-schema-2.1.0.json")
    jsonschema.Draft7Validator(SARIF).validate(log)
    return log["runs"][0]


def test_sarif_has_a_rule_for_every_code_and_a_result_for_every_problem(found: Checked) -> None:
    run = sarif(found)

    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [code.slug for code in Code]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert rules[0]["helpUri"] == f"{PAGES}#{rules[0]['id']}"
    assert [(each["ruleId"], each["level"]) for each in run["results"]] == [
        ("unused-message", "warning"),
        ("bad-value", "error"),
        ("unlisted-value", "warning"),
    ]
    [location] = run["results"][1]["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": RULE_PATH, "uriBaseId": "%SRCROOT%"}
    assert location["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 11, "endLine": 2, "endColumn": 15}
    assert run["results"][1]["message"]["text"].endswith("\ndid you mean `high`?")


def test_sarif_carries_acceptances_as_suppressions(found: Checked) -> None:
    results = sarif(found)["results"]

    assert [len(each.get("suppressions", ())) for each in results] == [0, 0, 1]
    [suppression] = results[2]["suppressions"]
    assert (suppression["kind"], suppression["justification"]) == ("inSource", REASON)


def test_a_fingerprint_stays_where_lines_move_and_tells_twins_apart(tmp_path: Path) -> None:
    def prints(text: str) -> list[str]:
        results = sarif(checked(tmp_path, {RULE_PATH: text}))["results"]
        return [each["partialFingerprints"]["primaryLocationLineHash"] for each in results]

    text = RULE.replace("when:\n", "when:\n  asset: [USDX, USDY]\n")

    assert prints(text) == prints(f"# One more line.\n{text}")
    assert len(set(prints(text))) == len(prints(text)) > 1


def test_paths_in_sarif_are_addresses(tmp_path: Path) -> None:
    inside = Problem.at("rules/hk/a b%.yaml", (1, 1), Code.FILE_NAME, "m")
    outside = Problem.at("/else where/x.yaml", (1, 1), Code.FILE_NAME, "m")

    first, second = (each["locations"][0]["physicalLocation"] for each in sarif(problems(inside, outside))["results"])

    assert first["artifactLocation"] == {"uri": "rules/hk/a%20b%25.yaml", "uriBaseId": "%SRCROOT%"}
    assert second["artifactLocation"] == {"uri": "file:///else%20where/x.yaml"}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A git repository whose rules lie in a folder of it, from where commands run."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    write(tmp_path / "warnings", CHANGES)
    monkeypatch.chdir(tmp_path / "warnings")
    return tmp_path


def test_the_command_names_files_as_the_repository_does(repository: Path) -> None:
    result = CliRunner().invoke(cli, ["check", "--format", "github"])

    assert result.exit_code == 1
    assert result.output.startswith("::error file=warnings/rules/hk/first.yaml,line=2,col=11,endLine=2,endColumn=14,")


def test_the_command_writes_the_step_summary(repository: Path) -> None:
    step = repository / "step.md"
    step.write_text("before\n")
    where = {
        "GITHUB_STEP_SUMMARY": str(step),
        "GITHUB_SERVER_URL": "https://git.example",
        "GITHUB_REPOSITORY": "hk/warnings",
        "GITHUB_SHA": "abc",
    }

    CliRunner().invoke(cli, ["check", "--format", "github"], env=where)

    text = step.read_text()
    assert text.startswith("before\n### 1 error, 1 warning, 1 warning accepted\n")
    assert "https://git.example/hk/warnings/blob/abc/docs/checks.md#bad-value" in text


@pytest.mark.parametrize("form", ["json", "sarif", "text", "github"])
def test_the_command_writes_to_a_file_and_says_the_summary(repository: Path, form: str) -> None:
    out = repository / "out"

    result = CliRunner().invoke(cli, ["check", "--format", form, "--out", str(out)], color=True)

    assert "1 error" in result.output
    assert len(result.output.splitlines()) == 1
    assert "hgih" in out.read_text()
    assert "\x1b" not in out.read_text()


def test_levels_are_those_of_sarif_and_github() -> None:
    """Both take them as they are."""
    assert {level.value for level in Level} == {"error", "warning"}
