"""The form of a text file."""

from typing import Annotated

from pydantic import Field

from app.authoring.accept_entry import Accept
from app.authoring.fields import Form, Language, MessageName, TextHash, VariantName
from app.domain.message import TextStatus

Title = Annotated[str, Field(max_length=300)]
Paragraph = Annotated[str, Field(max_length=2000)]
Label = Annotated[str, Field(max_length=200)]
Body = Annotated[list[Paragraph], Field(min_length=1, max_length=12)]
Questions = Annotated[list[Paragraph], Field(max_length=12)]


class Labels(Form):
    """The words on the buttons."""

    cancel: Label | None = Field(None, description="Calls the withdrawal off.")
    review: Label | None = Field(None, description="Opens the contact where users can check.")
    call: Label | None = Field(None, description="Calls the helpline.")
    report: Label | None = Field(None, description="Opens the place to report a crime.")
    proceed: Label | None = Field(None, description="Goes on with the withdrawal.")

    def given(self) -> dict[str, str]:
        return self.model_dump(exclude_none=True)


class Defaults(Form):
    actions: Labels = Field(default_factory=Labels, description="Labels for every message that has none of its own.")


class VariantForm(Form):
    """Another wording, to compare with: what is left out is as in the text above it."""

    title: Title | None = Field(None, description="The heading.")
    body: Body | None = Field(None, description="The paragraphs.")
    questions: Questions | None = Field(None, description="What users should ask themselves.")
    actions: Labels = Field(default_factory=Labels, description="Labels other than the usual ones.")


class Origin(Form):
    """The text that this one was translated from, as it was then."""

    language: Language = Field(description="The language of that text, another one of the region.")
    text: TextHash = Field(description="A hash of that text. `forewarn translations --mark` writes it.")

    @property
    def line(self) -> str:
        """As a line of a message. The quotes keep a hash of digits from being read as a number."""
        return f'from: {{language: {self.language}, text: "{self.text}"}}'


class MessageForm(Form):
    """One warning in one language. Plain text; {amount} and contacts such as {helpline} are filled in."""

    title: Title = Field(description="The heading. It names contacts only, never facts such as {amount}.")
    body: Body = Field(description="The paragraphs. One that names a missing fact is left out whole.")
    questions: Questions = Field(default_factory=list, description="What users should ask themselves.")
    actions: Labels = Field(default_factory=Labels, description="Labels other than the usual ones.")
    variants: dict[VariantName, VariantForm] = Field(
        default_factory=dict, description="Other wordings to compare; the text above is variant a."
    )
    from_: Origin | None = Field(None, alias="from", description="What this was translated from. A tool writes it.")
    accept: Accept = Field(default_factory=dict)


class TextFile(Form):
    """The texts of one region in one language."""

    language: Language = Field(description="The language tag, as in the file's name.")
    status: TextStatus = Field(
        description="Who stands behind the texts: `official` is approved by the partner, `sample` is ours."
    )
    defaults: Defaults = Field(default_factory=Defaults, description="What every message inherits.")
    messages: dict[MessageName, MessageForm] = Field(description="The warnings, by the name that rules use.")
    accept: Accept = Field(default_factory=dict)
