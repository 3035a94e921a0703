"""Every check is explained, and what its page calls wrong and right is wrong and right."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.authoring.file_kind import FileKind
from app.authoring.problem_codes import Code, Level
from app.checks.output.checks_page import UnknownCode, explanation, in_terminal, page
from app.checks.output.generated_files import contents, stale, write
from app.commands.cli import cli
from tests.checks.folders import FACTS_YAML, FILES, REGION_PATH, RULE, RULE_PATH, TEXT_PATH, checked
from tests.deployment import FIXTURE, ROOT

QUOTE_FACTS = {"docs/rules.md", "schemas/rule.json"}

PATHS = {
    FileKind.RULE: RULE_PATH,
    FileKind.REGION: REGION_PATH,
    FileKind.TEXTS: TEXT_PATH,
    FileKind.FACTS: "rules/facts.yaml",
    FileKind.TYPOLOGIES: "rules/typologies.yaml",
    FileKind.LANGUAGES: "locales/languages.yaml",
}

# Snippets that stand for more than they show: what each lacks is in brackets.
ABRIDGED = {
    Code.UNDESCRIBED_FACT,  # "and every other fact"
    Code.TOO_MANY_VALUES,  # "and so on"
}

BASE = {**FILES, PATHS[FileKind.FACTS]: FACTS_YAML + "attributes:\n  prior_warnings: {type: number, means: So far.}\n"}

_ENTRY = re.compile(r"^(?=\S)", re.MULTILINE)


def merged(base: str, snippet: str) -> str:
    """The file with the entries of a snippet in the place of its own."""
    ours = {block.partition(":")[0] for block in _ENTRY.split(snippet)}
    kept = (block for block in _ENTRY.split(base) if block.partition(":")[0] not in ours)
    return "".join(kept) + snippet


def snippet(code: Code, which: str) -> tuple[FileKind | None, str]:
    """The file that a snippet belongs into, and the snippet. Without a file, the fault is in where files lie."""
    match = re.search(
        rf"^{which}(?:, in a file such as `(\S+)`)?:\n\n```\w+\n([\s\S]*?)^```$", page(code), re.MULTILINE
    )
    assert match is not None, f"{code.slug} has no {which}"
    return next((kind for kind in FileKind if kind.example == match[1]), None), match[2]


IN_A_FILE = [code for code in Code if snippet(code, "Wrong")[0]]


def test_every_code_has_an_explanation_and_every_explanation_a_code() -> None:
    named = {file.name for file in (ROOT / "app/checks/explanations").iterdir()}

    assert named == {f"{code.slug}.md" for code in Code}


@pytest.mark.parametrize("code", Code, ids=lambda code: code.slug)
def test_an_explanation_is_a_reason_a_wrong_and_a_right_snippet(code: Code) -> None:
    of = f", in a file such as `{kind.example}`" if (kind := snippet(code, "Wrong")[0]) else ""
    fence = rf"```{'yaml' if kind else 'text'}\n(?:(?!```).*\n)+```"

    text = explanation(code)
    assert re.fullmatch(rf"(?!Wrong).+\n\nWrong{of}:\n\n{fence}\n\nRight{of}:\n\n{fence}", text)


@pytest.mark.parametrize("code", IN_A_FILE, ids=lambda code: code.slug)
def test_what_a_page_calls_wrong_is_found_and_what_it_calls_right_is_not(code: Code, tmp_path: Path) -> None:
    if code in ABRIDGED:
        pytest.skip("the snippet shows a part only")
    (kind, bad), (_, good) = snippet(code, "Wrong"), snippet(code, "Right")
    assert kind is not None
    path = PATHS[kind]

    wrong = checked(tmp_path, {**BASE, path: merged(BASE[path], bad)})
    right = checked(tmp_path, {**BASE, path: merged(BASE[path], good)})

    assert code.slug in {problem.code for problem in wrong.problems}
    assert [p for p in right.problems if p.code == code.slug or p.level is Level.ERROR] == []


@pytest.mark.parametrize(
    "code",
    [Code.EXTENSION, Code.FOLDER_NAME, Code.FILE_NAME, Code.STRAY_FILE, Code.UNKNOWN_COUNTRY, Code.MISSING_FILE,
     Code.NO_REGION],
    ids=lambda code: code.slug,
)  # fmt: skip
def test_a_file_in_the_wrong_place_is_found(code: Code, tmp_path: Path) -> None:
    place = snippet(code, "Wrong")[1].strip()
    text = FILES[TEXT_PATH] if place.startswith("locales") else RULE

    assert code.slug in {problem.code for problem in checked(tmp_path, {place: text}).problems}


def test_the_files_that_are_made_from_the_code_are_up_to_date() -> None:
    """`make docs` writes them. Two quote facts.yaml and typologies.yaml as well: `make lint` compares those."""
    made = {path: text for path, text in contents(FIXTURE).items() if path not in QUOTE_FACTS}

    assert [path for path, text in made.items() if (ROOT / path).read_text(encoding="utf-8") != text] == []


def test_a_stale_file_is_named(tmp_path: Path) -> None:
    shutil.copytree(FIXTURE / "rules", tmp_path / "rules")
    write(tmp_path)
    facts = tmp_path / "rules/facts.yaml"
    facts.write_text(facts.read_text().replace("Monero", "A coin named Monero", 1))

    assert set(stale(tmp_path)) == QUOTE_FACTS


def test_one_page_in_the_terminal() -> None:
    result = CliRunner().invoke(cli, ["check", "--explain", "reversed-period"])

    assert result.exit_code == 0
    assert result.output.startswith("warning[reversed-period] A period that ends before it begins never applies.\n")
    assert "    active: {from: 2026-12-24, until: 2026-12-25}" in result.output


def test_a_misspelt_code_gets_the_nearest() -> None:
    with pytest.raises(UnknownCode, match="did you mean `missing-example`"):
        in_terminal("mising-example")
