"""The texts of a warning, with placeholders, in one language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

from app.domain.withdrawal import SHOWN

# Facts that a text may name. `destination` is the address, cut to its first and last six characters.
TEXT_FACTS = tuple(SHOWN)

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


TextStatus = Literal["official", "draft", "machine", "sample"]
Direction = Literal["ltr", "rtl"]


class TemplateError(ValueError):
    """A text with a brace that is not part of a placeholder."""


@dataclass(frozen=True, slots=True)
class Template:
    """A text split at its placeholders: literal, name, literal, name, ..., literal."""

    pieces: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises TemplateError where a brace is not part of a placeholder such as `{amount}`."""
        pieces = tuple(_PLACEHOLDER.split(text))
        for literal in pieces[::2]:
            if "{" in literal or "}" in literal:
                raise TemplateError("a curly brace that is not part of a placeholder such as {amount}")
        return cls(pieces)

    @property
    def names(self) -> tuple[str, ...]:
        return self.pieces[1::2]

    @property
    def source(self) -> str:
        """The text as its author wrote it."""
        return "".join(f"{{{piece}}}" if i % 2 else piece for i, piece in enumerate(self.pieces))

    def fill(self, values: Mapping[str, str]) -> str | None:
        """The text with every placeholder filled, or None where a value is missing."""
        if any(name not in values for name in self.names):
            return None
        return "".join(values[piece] if i % 2 else piece for i, piece in enumerate(self.pieces))


@dataclass(frozen=True, slots=True)
class Wording:
    """One variant of a message in one language."""

    title: Template
    body: tuple[Template, ...]
    questions: tuple[Template, ...]
    labels: Mapping[str, Template]  # by action kind


@dataclass(frozen=True, slots=True)
class Message:
    """A message in one language. `wordings` maps variants "a", "b", ... to wordings; a lone "a" means no variants."""

    wordings: Mapping[str, Wording]

    @property
    def variants(self) -> tuple[str, ...]:
        """The names to choose from; empty if there is only one wording."""
        return tuple(self.wordings) if len(self.wordings) > 1 else ()


@dataclass(frozen=True, slots=True)
class Texts:
    """Every message of one region in one language."""

    region: str
    language: str
    status: str  # official | draft | machine | sample
    direction: str  # ltr | rtl
    messages: Mapping[str, Message]


FIRST_VARIANT = "a"
