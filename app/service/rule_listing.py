"""The active rules with their texts, one by one and in pages."""

from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass

from app.domain.condition import ALWAYS, source
from app.domain.message import Texts, Wording
from app.domain.rule import Rule
from app.service.rulebook import Rulebook

Described = dict[str, object]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rules by id, and the cursor of the next page: None on the last one."""

    rules: list[Described]
    next_cursor: str | None


def describe(rulebook: Rulebook, rule: Rule) -> Described:
    """A rule with its texts and their partner."""
    region = rulebook.owner(rule).region
    return {
        "id": rule.id,
        "region": region.code,
        "typology": rule.typology,
        "severity": rule.severity.word,
        "priority": rule.priority,
        "enabled": rule.enabled,
        "active": {
            "from": rule.active_from.isoformat() if rule.active_from else None,
            "until": rule.active_until.isoformat() if rule.active_until else None,
        },
        "rationale": rule.rationale,
        "when": None if rule.when == ALWAYS else source(rule.when),
        "presentation": asdict(rule.presentation),
        "message": rule.message,
        "partner": {"name": region.partner, "unit": region.unit},
        "texts": {
            language: _texts(rulebook.content.texts[region.id, language], rule.message) for language in region.languages
        },
    }


def page(rulebook: Rulebook, after: str, limit: int, region: str | None) -> Generator[None, None, Page]:
    """The next `limit` rules whose id comes after `after`; pauses between rules."""
    chosen: list[str] = []
    for count, rule_id in enumerate(rulebook.ids):
        if rule_id > after and (region is None or rulebook.rule(rule_id).region == region):
            chosen.append(rule_id)
            if len(chosen) > limit:
                break
        if count % 512 == 0:
            yield
    described = []
    for rule_id in chosen[:limit]:
        described.append(describe(rulebook, rulebook.rule(rule_id)))
        yield
    return Page(described, chosen[limit - 1] if len(chosen) > limit else None)


def _texts(texts: Texts, message: str) -> Described:
    wordings = texts.messages[message].wordings
    return {
        "status": texts.status,
        "direction": texts.direction,
        "variants": {name: _wording(wording) for name, wording in wordings.items()},
    }


def _wording(wording: Wording) -> Mapping[str, object]:
    return {
        "title": wording.title.source,
        "body": [paragraph.source for paragraph in wording.body],
        "questions": [question.source for question in wording.questions],
        "labels": {kind: label.source for kind, label in wording.labels.items()},
    }
