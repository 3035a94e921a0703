"""Run by tests/e2e/test_compiled.py alone: whether the code under test is compiled, here and in the service."""

import tomllib
from importlib import import_module

import pytest

from tests.deployment import ROOT, Deployment

WHEEL = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
FILES = WHEEL["hooks"]["mypyc"]["include"]
MODULES = [path.removeprefix("/").removesuffix(".py").replace("/", ".") for path in FILES]


@pytest.mark.parametrize("name", MODULES)
def test_the_module_is_compiled(name: str) -> None:
    file = import_module(name).__file__

    assert file is not None
    assert file.startswith(str(ROOT))
    assert file.endswith(".so")


def test_the_service_is_compiled(service: Deployment) -> None:
    assert "The request's path is compiled" in service.log.read_text()
