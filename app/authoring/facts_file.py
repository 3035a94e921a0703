"""The form of facts.yaml."""

from typing import Annotated, Literal

from pydantic import Field

from app.authoring.accept_entry import Accept
from app.authoring.fields import Form, LongText, ShortText


class FactForm(Form):
    """One fact in plain words."""

    type: Literal["text", "flag", "number", "set"] = Field(
        description="One word, true or false, a figure, or several words at once."
    )
    means: LongText = Field(description="What the fact says, in plain words.")
    unit: ShortText | None = Field(None, description="What a number counts.")
    min: float | None = Field(None, description="The lowest that a number can be.")
    max: float | None = Field(None, description="The highest that a number can be.")
    values: Annotated[dict[ShortText, LongText], Field(max_length=2000)] = Field(
        default_factory=dict, description="The usual values, each with its meaning."
    )


class FactsFile(Form):
    """Every fact that a rule can ask about, and the attributes that exchanges add."""

    facts: dict[ShortText, FactForm] = Field(description="The facts of every withdrawal, by name.")
    attributes: dict[ShortText, FactForm] = Field(
        default_factory=dict, description="Facts that an exchange adds; rules ask for attributes.<name>."
    )
    accept: Accept = Field(default_factory=dict)
