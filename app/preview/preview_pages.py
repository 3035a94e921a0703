"""The preview's pages: every rule, one rule with its alerts, and a withdrawal to try."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

import orjson
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup, escape

from app.authoring.fields import day
from app.authoring.region_file import ContactForm
from app.domain.condition import ALWAYS
from app.domain.region import ACTIONS, GLOBAL
from app.domain.rule import Rule
from app.preview import condition_words
from app.preview.alert_cards import Card
from app.preview.edition import Edition
from app.preview.language_labels import language_name
from app.preview.sample_withdrawal import context_for
from app.preview.trial import NOTHING_FOUND, Pairs, Trial, attempt, fields, pairs_of

TEMPLATES = Path(__file__).parent / "templates"

MOST_LISTED = 500


class Links(Protocol):
    """Where pages and files are."""

    def rules(self) -> str: ...

    def rule(self, rule_id: str) -> str: ...

    def trial(self, region: str) -> str | None:
        """None where nothing can be tried: in files."""
        ...

    def asset(self, name: str) -> str: ...


class Served:
    """Addresses of a server. `asset` names a file's."""

    def __init__(self, asset: Callable[[str], str]) -> None:
        self.asset = asset

    def rules(self) -> str:
        return "/rules"

    def rule(self, rule_id: str) -> str:
        return f"/preview/{rule_id}"

    def trial(self, region: str) -> str | None:
        return f"/try/{region}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule in the list. `search` is what a search looks at, in lower case."""

    rule: Rule
    title: str
    title_language: str
    direction: str
    statuses: Sequence[str]
    languages: Sequence[str]
    standing: str | None
    search: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to. An empty field is no limit."""

    text: str = ""
    region: str = ""
    typology: str = ""
    severity: str = ""
    language: str = ""
    status: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        return cls(*(query.get(name, "").strip()[:128] for name in FILTERS))

    def wants(self, entry: Entry) -> bool:
        rule = entry.rule
        return (
            all(word in entry.search for word in self.text.lower().split())
            and self.region in {"", rule.region}
            and self.typology in {"", rule.typology}
            and self.severity in {"", rule.severity.word}
            and (not self.language or self.language in entry.languages)
            and (not self.status or self.status in entry.statuses)
        )


FILTERS = ("text", "region", "typology", "severity", "language", "status")


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact as the preview shows it. `serves` names actions; `doubt` says why nobody should rely on it."""

    name: str
    form: ContactForm
    serves: Sequence[str]
    doubt: str | None


class Pages:
    """Renders pages. `shared` is given to every one of them; `folders` hold templates that come before ours."""

    def __init__(
        self, links: Links, layout: str, shared: Mapping[str, Any] | None = None, *loaders: BaseLoader
    ) -> None:
        self._links = links
        self._jinja = Environment(
            loader=ChoiceLoader([FileSystemLoader(TEMPLATES), *loaders]),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters |= {
            "json": _json,
            "breakable": breakable,
            "language_name": language_name,
            "seconds": lambda presentation: f"{presentation.min_display_seconds} s",
        }
        self._jinja.globals |= {
            "links": links,
            "asset": links.asset,
            "layout": layout,
            "period": condition_words.period,
            "spelled_day": condition_words.spelled_day,
            "NOTHING_FOUND": NOTHING_FOUND,
            **(shared or {}),
        }

    def rules(
        self, edition: Edition, query: Mapping[str, str], today: date, *, in_files: bool = False, **more: Any
    ) -> str:
        asked = Asked.of(query)
        entries = _entries(edition, today)
        found = [entry for entry in entries if asked.wants(entry)]
        return self._page(
            "rules.html",
            edition=edition,
            asked=asked,
            entries=found[:MOST_LISTED],
            found=len(found),
            total=len(entries),
            choices=_choices(edition, entries),
            in_files=in_files,
            **more,
        )

    def rule(self, edition: Edition, rule: Rule, today: date, **more: Any) -> str:
        region = edition.rulebook.owner(rule).region
        example = context_for(rule.when, edition.example_of(rule.id))
        trial = self._links.trial(rule.region)
        ahead = edition.ahead_of(rule)
        cards = edition.cards(rule)
        return self._page(
            "rule.html",
            edition=edition,
            rule=rule,
            region=region,
            entry=entry_of(edition, rule, today),
            languages=_by_language(edition, rule, cards),
            when=None if rule.when == ALWAYS else condition_words.spelled(rule.when, edition.facts),
            ahead=ahead,
            contacts=_contacts(edition, rule.region, today),
            typology=edition.typologies.get(rule.typology),
            try_it=f"{trial}?{urlencode([*pairs_of(example), ('rule', rule.id)])}" if trial else None,
            is_global=rule.region == GLOBAL,
            **more,
        )

    def trial(self, edition: Edition, region: str, query: Pairs, now: datetime, **more: Any) -> str:
        """`region` is a folder that is there."""
        asked = dict(query)
        offered = edition.rulebook.content.regions[region]
        on, day_mistake = _moment(asked.get("day", ""), now)
        facts = fields(edition, query)
        tried = any(field.chosen for field in facts) or "tried" in asked
        language = asked.get("language") or None
        trial = attempt(edition, region, query, on, language) if tried and not day_mistake else Trial({})
        mistakes = {**trial.mistakes, **({"day": day_mistake} if day_mistake else {})}
        return self._page(
            "try.html",
            edition=edition,
            region=offered,
            fields=facts,
            trial=trial if tried and not mistakes else None,
            mistakes=mistakes,
            asked=asked,
            about=edition.rule(asked.get("rule", "")),
            action=self._links.trial(region),
            **more,
        )

    def notice(self, heading: str, says: str, **more: Any) -> str:
        return self._page("nothing.html", heading=heading, says=says, **more)

    def _page(self, template: str, **context: Any) -> str:
        return self._jinja.get_template(template).render(**{"problems": (), **context})


@lru_cache(maxsize=2)  # making them takes 0.1 ms a rule; the one before goes with its edition
def _entries(edition: Edition, today: date) -> Sequence[Entry]:
    return [entry_of(edition, rule, today) for rule in edition.rules]


def entry_of(edition: Edition, rule: Rule, today: date) -> Entry:
    owner = edition.rulebook.owner(rule)
    texts = [edition.rulebook.content.texts[owner.region.id, language] for language in owner.region.languages]
    contacts = owner.region.verified_contacts()
    english = next((one for one in texts if one.language.partition("-")[0] == "en"), texts[0])
    first = next(iter(english.messages[rule.message].wordings.values()))
    said = [
        part.source
        for one in texts
        for wording in one.messages[rule.message].wordings.values()
        for part in (wording.title, *wording.body, *wording.questions)
    ]
    typology = edition.typologies.get(rule.typology)
    named = [rule.id, owner.region.name, rule.rationale, rule.typology, typology.name if typology else ""]
    return Entry(
        rule,
        first.title.fill(contacts) or first.title.source,
        english.language,
        english.direction,
        list(dict.fromkeys(one.status for one in texts)),
        owner.region.languages,
        condition_words.standing(rule, today),
        " ".join([*named, *said]).lower(),
    )


def _choices(edition: Edition, entries: Iterable[Entry]) -> dict[str, list[tuple[str, str]]]:
    """What the list can be narrowed to: only what is there."""
    listed = list(entries)
    regions = edition.rulebook.content.regions
    languages = sorted({language for entry in listed for language in entry.languages})
    typologies = sorted({entry.rule.typology for entry in listed})
    severities = sorted({entry.rule.severity for entry in listed}, reverse=True)
    return {
        "region": [(name, regions[name].name) for name in sorted({entry.rule.region for entry in listed})],
        "typology": [(name, form.name if (form := edition.typologies.get(name)) else name) for name in typologies],
        "severity": [(severity.word, severity.word) for severity in severities],
        "language": [(tag, language_name(tag)) for tag in languages],
        "status": [(name, name) for name in sorted({status for entry in listed for status in entry.statuses})],
    }


def _by_language(edition: Edition, rule: Rule, cards: Sequence[Card]) -> list[tuple[str, str, str, list[Card]]]:
    """(tag, status, direction, cards) in the region's order."""
    texts = edition.rulebook.content.texts
    return [
        (
            tag,
            texts[rule.region, tag].status,
            texts[rule.region, tag].direction,
            [c for c in cards if c.language == tag],
        )
        for tag in edition.rulebook.owner(rule).region.languages
    ]


def _contacts(edition: Edition, region: str, today: date) -> list[ContactLine]:
    actions = edition.rulebook.content.regions[region].actions
    lines = []
    for name, form in edition.contacts.get(region, {}).items():
        doubt = None
        if not form.verified:
            doubt = "not confirmed, so no alert shows it"
        elif day(form.verify_by) < today:
            doubt = f"was to be checked again by {condition_words.spelled_day(day(form.verify_by))}"
        lines.append(ContactLine(name, form, [each for each in ACTIONS if actions.get(each) == name], doubt))
    return lines


def _moment(text: str, now: datetime) -> tuple[float, str | None]:
    """Noon of the day that is asked, in UTC: the same day nearly everywhere. And what is wrong with it."""
    if not text.strip():
        return now.timestamp(), None
    try:
        asked = day(text.strip())
    except ValueError:
        return 0.0, "expected a day, such as 2026-11-20"
    noon = datetime(asked.year, asked.month, asked.day, 12, tzinfo=now.tzinfo)
    return noon.timestamp(), None


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def breakable(name: str) -> Markup:
    """A long id may break behind its slash, dots and underscores."""
    spelled = escape(name)
    for mark in "/._":
        spelled = Markup(str(spelled).replace(mark, f"{mark}<wbr>"))  # noqa: S704  # escaped above; the marks are ours
    return spelled
