"""The form of languages.yaml."""

from pydantic import Field

from app.authoring.accept_entry import Accept
from app.authoring.fields import Form, Language, ShortText


class LanguagesFile(Form):
    """Who answers for the texts of each language."""

    readers: dict[Language, ShortText | None] = Field(
        description="By language, the person or team who reads every text in it; empty where there is nobody yet."
    )
    accept: Accept = Field(default_factory=dict)

    def reader(self, language: str) -> str | None:
        """Of the language, or of the one that it is a kind of: `hu` for `hu-RO`."""
        return self.readers.get(language) or self.readers.get(language.partition("-")[0])
