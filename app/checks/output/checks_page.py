"""What each check is for, as one page of Markdown and, for one code, as text in a terminal."""

from collections.abc import Iterator

from app.authoring.problem_codes import Code
from app.authoring.suggestions import did_you_mean, quoted
from app.checks.explanations import EXPLANATIONS, SECTIONS, Explanation
from app.checks.output.markdown import code_block, document, heading
from app.checks.output.text_output import Paint, unpainted
from app.domain.errors import ForewarnError

_INTRODUCTION = """\
# Checks

Made by `make docs` from `app/authoring/problem_codes.py` and `app/checks/explanations.py`: change those, not this page.

`forewarn check` finds all of these at once; `forewarn check --explain CODE` prints one of them. An **error** is what
cannot be loaded or would show a user a wrong or empty text: it blocks publishing. All else is a **warning**, on which
pull requests fail too.

A warning that a region can live with is accepted in its file, with the reason for whoever reviews it. In a text file
one message can accept it for itself. `forewarn check --accepted` lists what is accepted.

```yaml
accept:
  missing-example: "The partner sends examples by December; agreed with them on 2026-11-02."
```

## For programs

`--format github` annotates a pull request, `--format sarif` is SARIF 2.1.0 for code scanning, `--format json` is this.
Their paths begin at the root of the git repository. `--out FILE` writes to a file.

| entry | what |
|---|---|
| `version` | 1; it is raised when an entry changes its meaning, not when one is added |
| `summary` | `errors`, `warnings`, `accepted`; `rules` and `regions`, null where there are errors |
| `problems` | sorted by place, each with the entries below |
| `accepted` | accepted warnings, the same with `reason` and `accepted_in_line` |
| `path`, `line`, `column` | where; lines and columns count characters from 1 |
| `end_line`, `end_column`, `text` | the place after the last character, and what stands between; null where unknown |
| `where` | the way to it inside the file: `["messages", "investment", "body", 0]` |
| `code`, `level` | a code of this page; `error` or `warning` |
| `message`, `hint` | what is wrong, and what to write instead; `hint` may be null |
"""


class UnknownCode(ForewarnError):
    """No check has this code."""


def markdown() -> str:
    """docs/checks.md."""
    return document([_INTRODUCTION, *_contents(), *_sections()])


def in_terminal(slug: str, paint: Paint = unpainted) -> str:
    """One check. Raises UnknownCode with the nearest code."""
    code = next((code for code in Code if code.slug == slug), None)
    if code is None:
        hint = did_you_mean(slug, [each.slug for each in Code])
        raise UnknownCode(f"no check has the code {quoted(slug)}{f'; {hint}' if hint else ''}")
    explanation = EXPLANATIONS[code]
    parts = [f"{paint(f'{code.level}[{code.slug}]', code.level)} {code.about}", "", explanation.why]
    for name, snippet in (("Wrong", explanation.wrong), ("Right", explanation.right)):
        parts += ["", f"{name}{_where(explanation)}:", "", *(f"    {line}" for line in snippet.rstrip().split("\n"))]
    return "\n".join(parts)


def _contents() -> Iterator[str]:
    for title, section in SECTIONS.items():
        links = " · ".join(f"[{code.slug}](#{code.slug})" for code in Code if code in section)
        yield f"**{title}**: {links}"


def _sections() -> Iterator[str]:
    for title, section in SECTIONS.items():
        yield heading(2, title)
        for code in Code:
            if code in section:
                yield heading(3, code.slug)
                yield page(code)


def page(code: Code) -> str:
    """One check as Markdown, without its heading."""
    explanation = EXPLANATIONS[code]
    language = "yaml" if explanation.kind else "text"
    snippets = (
        f"{name}{_where(explanation)}:\n\n{code_block(snippet, language)}"
        for name, snippet in (("Wrong", explanation.wrong), ("Right", explanation.right))
    )
    return document([f"*{code.level}*: {code.about}", explanation.why, *snippets])


def _where(explanation: Explanation) -> str:
    return f", in a file such as `{explanation.kind.example}`" if explanation.kind else ""
