"""The form of typologies.yaml."""

from pydantic import Field

from app.authoring.accept_entry import Accept
from app.authoring.fields import Form, LongText, ShortText


class TypologyForm(Form):
    """One kind of scam."""

    name: ShortText = Field(description="Its name for people.")
    description: LongText = Field(description="How it works, in plain words.")


class TypologiesFile(Form):
    """The kinds of scam that a rule can belong to."""

    typologies: dict[ShortText, TypologyForm] = Field(description="The kinds of scam, by the name that rules use.")
    accept: Accept = Field(default_factory=dict)
