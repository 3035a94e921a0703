"""The listing of app/ is the architecture: documents, contracts and folders agree, and names are known words."""

import re
import statistics
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.deployment import ROOT

APP = ROOT / "app"
MODULES = sorted(path for path in APP.rglob("*.py") if not path.name.startswith("__"))
ROOMS = {path.name for path in APP.iterdir() if path.is_dir() and any(path.glob("*.py"))}
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
GLOSSARY = (ROOT / "docs/glossary.md").read_text()


def test_no_module_name_occurs_twice() -> None:
    """A newcomer who is told a name finds one file."""
    counted = Counter(path.stem for path in MODULES)

    assert [name for name, times in counted.items() if times > 1] == []


def glossary_words() -> set[str]:
    terms = re.findall(r"^\| ([^|]+) \|", GLOSSARY, re.MULTILINE)
    _, _, field = GLOSSARY.partition("## Terms of the field")
    return set(re.findall(r"[a-z0-9]+", " ".join([*terms, field]).lower()))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(APP)))
def test_a_module_is_named_by_words_of_the_glossary(module: Path) -> None:
    """`settled_lines` is made of `settled` and `lines`; a plural is the word too."""
    known = glossary_words()
    unknown = [
        word for word in module.stem.split("_") if not {word, word.removesuffix("s"), word.removesuffix("es")} & known
    ]

    assert unknown == [], f"use a term of docs/glossary.md, or add one: {unknown}"


def contract_layers() -> list[set[str]]:
    """The layers of the import contract, from the top, each as the rooms and modules in it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [set(re.findall(r"\w+", layer)) - {"__main__"} for layer in layers if layer != "__main__"]


def test_the_import_contract_has_every_room() -> None:
    top = {path.stem for path in APP.glob("*.py") if not path.name.startswith("__")}

    assert set().union(*contract_layers()) == ROOMS | top


def test_contributing_has_the_layers_of_the_contract() -> None:
    """The same rooms in the same order, one layer a line."""
    lines = re.findall(r"^    (app/\S.*)$", CONTRIBUTING, re.MULTILINE)
    layers = [set(re.findall(r"app/(\w+)", line.partition("    ")[0])) for line in lines]

    assert [layer for layer in layers if layer] == contract_layers()


def test_the_readme_map_has_every_room() -> None:
    readme = (ROOT / "README.md").read_text()

    assert set(re.findall(r"^    app/(\w+)/ ", readme, re.MULTILINE)) == ROOMS


def test_files_stay_small() -> None:
    """Nine files of ten are under 200 lines. A longer one is read again: is it one concept?"""
    lengths = [len(path.read_text().splitlines()) for path in MODULES]

    assert statistics.quantiles(lengths, n=10)[-1] < 200


_CODES = re.compile(r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w, -]+\])?|fmt:\s*\w+)")


def unexplained(line: str) -> bool:
    """Whether a line makes an exception to a linter and does not say why."""
    _, found, rest = line.partition("# noqa") if "# noqa" in line else line.partition("# type: ignore")
    if not found:
        return False
    return not re.search(r"[a-z]{2,}", _CODES.sub("", found + rest))


def test_an_exception_to_a_linter_carries_its_reason_on_its_line() -> None:
    sources = [path for folder in ("app", "tests", "benchmarks", "deploy") for path in (ROOT / folder).rglob("*.py")]
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if unexplained(line)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("x = 1  # noqa: S608", True),
        ("x = 1  # noqa: S608, E501", True),
        ("x = 1  # type: ignore[misc]", True),
        ("x = 1  # noqa: S608 - names of ours", False),
        ("x = 1  # noqa: S608  # names of ours", False),
        ("x = 1  # type: ignore[misc]  # untyped there", False),
        ("x = 1  # a comment", False),
    ],
)
def test_what_counts_as_a_reason(line: str, wrong: bool) -> None:
    assert unexplained(line) is wrong
