"""The queries in docs/questions.md give the answers that it prints.

After a change to the sample rules or the simulation, `python -m tests.docs.test_questions` prints the page with its new
answers. Reread what the page says about them.
"""

import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner

from app.commands.cli import cli
from tests.deployment import ROOT

PAGE = (ROOT / "docs/questions.md").read_text()

_ANSWERED = re.compile(r"^```sh\n(forewarn sql .*?)\n```\n\n```text\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_HISTORY = re.compile(r"^forewarn simulate (?:.*\\\n)*.*$", re.MULTILINE)


def words_of(command: str) -> list[str]:
    """The command's words as a shell splits them, without the program's name."""
    return shlex.split(command.replace("\\\n", " "))[1:]


def run(words: list[str], dataset: str) -> str:
    environment = {"FOREWARN_DATASET": dataset, "FOREWARN_STATE_DIR": f"{dataset}-state", "FOREWARN_REDIS_URL": None}
    return CliRunner().invoke(cli, words, env=environment, catch_exceptions=False).stdout


def history(dataset: str) -> None:
    """Writes the page's history to another dataset."""
    command = _HISTORY.search(PAGE)
    assert command is not None
    words = words_of(command[0])
    words[words.index("--dataset") + 1] = dataset
    run([str(ROOT / word) if word.startswith("tests/") else word for word in words], dataset)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = str(tmp_path_factory.mktemp("questions") / "dataset")
    history(folder)
    return folder


def test_every_query_of_the_page_has_its_answer() -> None:
    assert PAGE.count('forewarn sql "') == len(_ANSWERED.findall(PAGE)) == PAGE.count("\n## ") == 5


@pytest.mark.parametrize(
    ("command", "answer"), _ANSWERED.findall(PAGE), ids=re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
)
def test_the_answer_is_the_answer(dataset: str, command: str, answer: str) -> None:
    assert run(words_of(command), dataset) == answer


def answered(page: str, answer: Callable[[str], str]) -> str:
    return _ANSWERED.sub(lambda found: f"```sh\n{found[1]}\n```\n\n```text\n{answer(found[1])}```", page)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        made = str(Path(folder) / "dataset")
        history(made)
        sys.stdout.write(answered(PAGE, lambda command: run(words_of(command), made)))
