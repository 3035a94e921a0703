"""Writes the generated files of the repository, for `make docs`. With `--check`, only says which ones are stale.

They quote facts.yaml and typologies.yaml, so `make lint` compares them, and no test does.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from app.authoring.facts_file import FactsFile
from app.authoring.typologies_file import TypologiesFile
from app.authoring.yaml_reader import read
from app.checks.output import checks_page, rules_page
from app.checks.output.json_schemas import schemas

F = TypeVar("F", bound=BaseModel)


def contents(root: Path) -> Mapping[str, str]:
    """The content that each file should have, by its path in the repository at `root`."""
    facts = _form(FactsFile, root / "rules/facts.yaml")
    typologies = _form(TypologiesFile, root / "rules/typologies.yaml")
    return {
        "docs/checks.md": checks_page.markdown(),
        "docs/rules.md": rules_page.markdown(facts, typologies),
        **{path: _json(schema) for path, schema in schemas(facts, typologies).items()},
    }


def _json(schema: object) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _form(form: type[F], file: Path) -> F:
    return form.model_validate(read(str(file), file.read_bytes()).data)


def stale(root: Path) -> Mapping[str, str]:
    """The content of each file that differs from it, by path."""
    return {path: text for path, text in contents(root).items() if not _holds(root / path, text)}


def write(root: Path) -> list[str]:
    """Writes the files that differ and returns their paths."""
    made = stale(root)
    for path, text in made.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return list(made)


def _holds(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == text


def main() -> None:
    if sys.argv[1:] == ["--check"]:
        sys.exit("".join(f"{path} is stale: run `make docs`\n" for path in stale(Path())) or 0)
    sys.stdout.writelines(f"Wrote {path}\n" for path in write(Path()))


if __name__ == "__main__":
    main()
