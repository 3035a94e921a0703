"""The kinds of file that partners write, and where each lies."""

from enum import Enum


class FileKind(Enum):
    """`slug` names the kind, `example` shows where such a file lies."""

    RULE = "rule", "rules/hk/investment.yaml"
    REGION = "region", "rules/hk/region.yaml"
    TEXTS = "texts", "locales/hk/en.yaml"
    FACTS = "facts", "rules/facts.yaml"
    TYPOLOGIES = "typologies", "rules/typologies.yaml"
    LANGUAGES = "languages", "locales/languages.yaml"

    def __init__(self, slug: str, example: str) -> None:
        self.slug = slug
        self.example = example
