"""The list of rules: its items, its filters and their values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.domain.rule import Rule
from app.preview.condition_words import inactive_reason
from app.preview.language_labels import language_name
from app.preview.rulebook_view import RulebookView

FILTERS = ("text", "region", "typology", "severity", "language", "status")


@dataclass(frozen=True, slots=True)
class RuleListItem:
    """One rule of the list. `search` is the text that a search looks in, in lower case."""

    rule: Rule
    title: str
    title_language: str
    direction: str
    statuses: Sequence[str]
    languages: Sequence[str]
    inactive_reason: str | None
    search: str


@dataclass(frozen=True, slots=True)
class RuleFilter:
    """Filters of the list; an empty field does not filter."""

    text: str = ""
    region: str = ""
    typology: str = ""
    severity: str = ""
    language: str = ""
    status: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "RuleFilter":
        return cls(*(query.get(name, "").strip()[:128] for name in FILTERS))

    def accepts(self, item: RuleListItem) -> bool:
        rule = item.rule
        return (
            all(word in item.search for word in self.text.lower().split())
            and self.region in {"", rule.region}
            and self.typology in {"", rule.typology}
            and self.severity in {"", rule.severity.word}
            and (not self.language or self.language in item.languages)
            and (not self.status or self.status in item.statuses)
        )


@lru_cache(maxsize=2)  # 0.1 ms a rule; the second entry serves requests that still have the last view
def list_items(view: RulebookView, today: date) -> Sequence[RuleListItem]:
    return [list_item(view, rule, today) for rule in view.rules]


def list_item(view: RulebookView, rule: Rule, today: date) -> RuleListItem:
    owner = view.rulebook.owner(rule)
    texts = [view.rulebook.content.texts[owner.region.id, language] for language in owner.region.languages]
    contacts = owner.region.verified_contacts()
    english = next((one for one in texts if one.language.partition("-")[0] == "en"), texts[0])
    first = next(iter(english.messages[rule.message].wordings.values()))
    texts_of_rule = [
        part.source
        for one in texts
        for wording in one.messages[rule.message].wordings.values()
        for part in (wording.title, *wording.body, *wording.questions)
    ]
    typology = view.typologies.get(rule.typology)
    named = [rule.id, owner.region.name, rule.rationale, rule.typology, typology.name if typology else ""]
    return RuleListItem(
        rule,
        first.title.fill(contacts) or first.title.source,
        english.language,
        english.direction,
        list(dict.fromkeys(one.status for one in texts)),
        owner.region.languages,
        inactive_reason(rule, today),
        " ".join([*named, *texts_of_rule]).lower(),
    )


def filter_choices(view: RulebookView, items: Iterable[RuleListItem]) -> dict[str, list[tuple[str, str]]]:
    """The values of each filter that occur in the list, with their labels."""
    listed = list(items)
    regions = view.rulebook.content.regions
    languages = sorted({language for item in listed for language in item.languages})
    typologies = sorted({item.rule.typology for item in listed})
    severities = sorted({item.rule.severity for item in listed}, reverse=True)
    return {
        "region": [(name, regions[name].name) for name in sorted({item.rule.region for item in listed})],
        "typology": [(name, form.name if (form := view.typologies.get(name)) else name) for name in typologies],
        "severity": [(severity.word, severity.word) for severity in severities],
        "language": [(tag, language_name(tag)) for tag in languages],
        "status": [(name, name) for name in sorted({status for item in listed for status in item.statuses})],
    }
