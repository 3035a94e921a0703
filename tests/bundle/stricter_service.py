"""Runs `python -m app` with checks that refuse every text and every form."""

from collections.abc import Iterator

from app.authoring import shape
from app.authoring.problem import Finding
from app.authoring.problem_codes import Code
from app.checks import safe_text
from app.checks.violation import Violation


def text_errors(text: str) -> Iterator[Violation]:
    yield Violation(Code.MARKUP, f"refused by a check of a later version: {text}")


def validate(*_: object) -> tuple[None, list[Finding]]:
    return None, [Finding(Code.BAD_VALUE, (), "refused by a form of a later version")]


if __name__ in {"__main__", "__mp_main__"}:  # in the workers too, which import this file
    # Before anything that uses them is imported.
    safe_text.text_errors = text_errors
    shape.validate = validate  # type: ignore[assignment]  # stricter than any
if __name__ == "__main__":
    from app.commands.cli import main

    main()
