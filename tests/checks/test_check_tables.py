"""No check is forgotten: each is in the table of what it looks at, and each module is used."""

import inspect
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import get_args, get_type_hints

import pytest

from app.authoring.problem import Finding, Problem
from app.checks import checker, region_checks, rule_checks, text_checks


@pytest.mark.parametrize(
    ("module", "context", "table"),
    [
        (checker, checker._Context, checker._CHECKS),
        (region_checks, region_checks.RegionContext, region_checks.REGION_CHECKS),
        (rule_checks, rule_checks.RuleContext, rule_checks.RULE_CHECKS),
        (text_checks, text_checks.TextContext, text_checks.TEXT_CHECKS),
    ],
    ids=["all", "region", "rule", "text"],
)
def test_every_check_is_in_its_table(module: ModuleType, context: type, table: Sequence[Callable[..., object]]) -> None:
    """A check takes the context alone and yields findings or problems."""

    def is_check(function: Callable[..., object]) -> bool:
        *parameters, found = get_type_hints(function).values()
        return parameters == [context] and get_args(found) in {(Finding,), (Problem,)}

    functions = [
        each for _, each in inspect.getmembers(module, inspect.isfunction) if each.__module__ == module.__name__
    ]

    assert {each for each in functions if is_check(each)} == set(table)


def test_the_checker_uses_every_module_of_checks() -> None:
    modules = {f"app.checks.{file.stem}" for file in Path(checker.__file__).parent.glob("*.py")} - {
        "app.checks.__init__"
    }
    command = [sys.executable, "-c", "import sys, app.checks.checker; print(*sys.modules)"]

    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    assert modules <= set(loaded)
