"""Explains the checks: all on one Markdown page, or one as text for a terminal."""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from textwrap import indent

from app.authoring.problem_codes import Code
from app.authoring.suggestions import did_you_mean, quoted
from app.checks.output.markdown import document, heading
from app.checks.output.text_output import Paint, unpainted
from app.domain.errors import ForewarnError

# The first code of each section: codes stand in the order of the page.
_SECTION_STARTS: Mapping[Code, str] = {
    Code.NO_FOLDER: "Files and folders",
    Code.ENCODING: "YAML",
    Code.UNKNOWN_KEY: "The form of a file",
    Code.UNKNOWN_FACT: "Facts and typologies",
    Code.BAD_CONDITION: "Conditions",
    Code.MISSING_EXAMPLE: "Examples",
    Code.UNKNOWN_CONTACT: "Contacts",
    Code.LANGUAGE: "Texts",
    Code.UNUSED_ACCEPTANCE: "Acceptances",
    Code.WRONG_SCRIPT: "How texts read",
}


class UnknownCode(ForewarnError):
    """No check has this code."""


def markdown() -> str:
    """docs/checks.md."""
    return document([_text("output", "checks_page.md"), *_contents(), *_sections()])


def in_terminal(slug: str, paint: Paint = unpainted) -> str:
    """One check. Raises UnknownCode with the nearest code."""
    code = next((code for code in Code if code.slug == slug), None)
    if code is None:
        hint = did_you_mean(slug, [each.slug for each in Code])
        raise UnknownCode(f"no check has the code {quoted(slug)}{f'; {hint}' if hint else ''}")
    label = paint(f"{code.level}[{code.slug}]", code.level)
    return f"{label} {code.about}\n\n{_indented(explanation(code))}"


def explanation(code: Code) -> str:
    """Why the check exists, then what is wrong and what is right, each in a code block."""
    return _text("explanations", f"{code.slug}.md").rstrip()


def _text(folder: str, name: str) -> str:
    return files("app.checks").joinpath(folder, name).read_text(encoding="utf-8")


def why(code: Code) -> str:
    return explanation(code).partition("\n\n")[0]


def page(code: Code) -> str:
    """One check as Markdown, without its heading."""
    return document([f"*{code.level}*: {code.about}", explanation(code)])


def _indented(markdown: str) -> str:
    """Code blocks indented, in the place of fences."""
    parts = re.split(r"^```\w*\n", markdown + "\n", flags=re.MULTILINE)
    return "".join(indent(part, "    ") if i % 2 else part for i, part in enumerate(parts)).rstrip()


def _contents() -> Iterator[str]:
    for title, codes in _by_section().items():
        yield f"**{title}**: {' · '.join(f'[{code.slug}](#{code.slug})' for code in codes)}"


def _sections() -> Iterator[str]:
    for title, codes in _by_section().items():
        yield heading(2, title)
        for code in codes:
            yield heading(3, code.slug)
            yield page(code)


def _by_section() -> Mapping[str, Sequence[Code]]:
    sections: dict[str, list[Code]] = {}
    for code in Code:
        if code in _SECTION_STARTS:
            sections[_SECTION_STARTS[code]] = codes = []
        codes.append(code)
    return sections
