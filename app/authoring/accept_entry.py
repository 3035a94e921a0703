"""The `accept` entry: the warnings that a file keeps, and why."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from app.authoring.fields import IN_WORDS
from app.authoring.problem_codes import Code, Level
from app.authoring.suggestions import did_you_mean

# The shortest reason. A Chinese, Japanese or Korean letter counts as two.
_REASON_LETTERS = 10

# No reason can justify these, and what to do instead.
_NEVER = {
    Code.UNUSED_ACCEPTANCE: "delete the acceptance that accepts nothing",
    Code.UNGUARDED_LANGUAGE: "name who reads this language in locales/languages.yaml",
}


def acceptable() -> list[str]:
    """The codes that can be accepted."""
    return [code.slug for code in Code if code.level is Level.WARNING and code not in _NEVER]


def _acceptable(slug: str) -> str:
    code = next((code for code in Code if code.slug == slug), None)
    if code is None:
        hint = did_you_mean(slug, acceptable()) or "docs/checks.md lists the codes of warnings"
        raise _refusal("not the code of a warning", hint)
    if code.level is Level.ERROR:
        raise _refusal("an error, and errors cannot be accepted", "delete this line, and mend what the error says")
    if code in _NEVER:
        raise _refusal("a warning that cannot be accepted", _NEVER[code])
    return slug


def _reason(text: str) -> str:
    letters = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text if char.isalnum())
    if letters < _REASON_LETTERS:
        raise _refusal("not a reason that a reviewer can judge", "say why, and who agreed to it when")
    return text


def _empty(written: object) -> object:
    """`accept:` without entries is what is left once the last of them is deleted."""
    return {} if written is None else written


def _refusal(words: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError(IN_WORDS, "{words}", {"words": words, "hint": hint})


AcceptableCode = Annotated[str, AfterValidator(_acceptable)]
Reason = Annotated[str, Field(max_length=500), AfterValidator(_reason)]

Accept = Annotated[
    dict[AcceptableCode, Reason],
    BeforeValidator(_empty),
    Field(
        description="Warnings that this file lives with: the code of each, and the reason. Errors cannot be accepted."
    ),
]
