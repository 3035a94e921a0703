"""Renders the preview's pages: the list of rules, a rule with its alerts, and a dry run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup, escape

from app.authoring.fields import day
from app.bundle.record import ContactRecord
from app.domain.condition import ALWAYS
from app.domain.region import ACTIONS, GLOBAL
from app.domain.rule import Rule
from app.preview import condition_words
from app.preview.alert_cards import Card
from app.preview.dry_run import NOTHING_FOUND, DryRun, Pairs, dry_run, fields, form_pairs
from app.preview.language_labels import language_name
from app.preview.page_links import Links
from app.preview.rule_list import RuleFilter, filter_choices, list_item, list_items
from app.preview.rulebook_view import RulebookView
from app.preview.sample_withdrawal import context_for

TEMPLATES = Path(__file__).parent / "templates"

MOST_LISTED = 500


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A contact. `serves` are the actions that lead to it; `doubt` says why nobody should rely on it."""

    name: str
    form: ContactRecord
    serves: Sequence[str]
    doubt: str | None


class Pages:
    """Renders pages. `shared` is passed to every page; `loaders` supply the layout and more templates."""

    def __init__(
        self, links: Links, layout: str, shared: Mapping[str, Any] | None = None, *loaders: BaseLoader
    ) -> None:
        self._links = links
        loader = ChoiceLoader([FileSystemLoader(TEMPLATES), *loaders])
        self._jinja = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
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
            "describe_rule_period": condition_words.describe_rule_period,
            "format_day": condition_words.format_day,
            "NOTHING_FOUND": NOTHING_FOUND,
            **(shared or {}),
        }

    def rules(
        self, view: RulebookView, query: Mapping[str, str], today: date, *, in_files: bool = False, **more: Any
    ) -> str:
        selected = RuleFilter.of(query)
        items = list_items(view, today)
        found = [item for item in items if selected.accepts(item)]
        return self._page(
            "rules.html",
            view=view,
            selected=selected,
            items=found[:MOST_LISTED],
            found=len(found),
            total=len(items),
            choices=filter_choices(view, items),
            in_files=in_files,
            **more,
        )

    def rule(self, view: RulebookView, rule: Rule, today: date, **more: Any) -> str:
        region = view.rulebook.owner(rule).region
        example = context_for(rule.when, view.example_of(rule.id))
        dry_run_url = self._links.dry_run(rule.region)
        cards = view.cards(rule)
        return self._page(
            "rule.html",
            view=view,
            rule=rule,
            region=region,
            item=list_item(view, rule, today),
            languages=_by_language(view, rule, cards),
            behind=view.sources_that_changed(rule),
            when=None if rule.when == ALWAYS else condition_words.describe_clause(rule.when, view.facts),
            preceding=view.preceding(rule),
            contacts=_contacts(view, rule.region, today),
            typology=view.typologies.get(rule.typology),
            try_it=f"{dry_run_url}?{urlencode([*form_pairs(example), ('rule', rule.id)])}" if dry_run_url else None,
            is_global=rule.region == GLOBAL,
            **more,
        )

    def dry_run(self, view: RulebookView, region: str, query: Pairs, now: datetime, **more: Any) -> str:
        """`region` is an existing folder."""
        form_values = dict(query)
        offered = view.rulebook.content.regions[region]
        on, day_mistake = _moment(form_values.get("day", ""), now)
        facts = fields(view, query)
        tried = any(field.chosen for field in facts) or "tried" in form_values
        language = form_values.get("language") or None
        result = dry_run(view, region, query, on, language) if tried and not day_mistake else DryRun({})
        mistakes = {**result.mistakes, **({"day": day_mistake} if day_mistake else {})}
        return self._page(
            "try.html",
            view=view,
            region=offered,
            fields=facts,
            dry_run=result if tried and not mistakes else None,
            mistakes=mistakes,
            form_values=form_values,
            about=view.rule(form_values.get("rule", "")),
            action=self._links.dry_run(region),
            **more,
        )

    def changes(self, rules: Sequence[tuple[str, Sequence[object]]], **more: Any) -> str:
        """`rules` are rule ids, each with its cards, which also say whether they are `new`."""
        return self._page("changes.html", rules=rules, **more)

    def notice(self, heading: str, text: str, **more: Any) -> str:
        return self._page("notice.html", heading=heading, text=text, **more)

    def _page(self, template: str, **context: Any) -> str:
        return self._jinja.get_template(template).render(**{"problems": (), **context})


def _by_language(view: RulebookView, rule: Rule, cards: Sequence[Card]) -> list[tuple[str, str, str, list[Card]]]:
    """(tag, status, direction, cards) in the region's order."""
    languages = view.rulebook.owner(rule).region.languages
    texts = [view.rulebook.content.texts[rule.region, tag] for tag in languages]
    of_tag = {tag: [card for card in cards if card.language == tag] for tag in languages}
    return [(text.language, text.status, text.direction, of_tag[text.language]) for text in texts]


def _contacts(view: RulebookView, region: str, today: date) -> list[ContactLine]:
    actions = view.rulebook.content.regions[region].actions
    lines = []
    for name, form in view.contacts.get(region, {}).items():
        doubt = None
        if not form.verified:
            doubt = "not confirmed, so no alert shows it"
        elif form.verify_by < today:
            doubt = f"was due for another check by {condition_words.format_day(form.verify_by)}"
        lines.append(ContactLine(name, form, [each for each in ACTIONS if actions.get(each) == name], doubt))
    return lines


def _moment(text: str, now: datetime) -> tuple[float, str | None]:
    """Noon (UTC) of the requested day, which is the same day nearly everywhere; and the mistake in it, if any."""
    if not text.strip():
        return now.timestamp(), None
    try:
        chosen = day(text.strip())
    except ValueError:
        return 0.0, "expected a day, such as 2026-11-20"
    noon = datetime(chosen.year, chosen.month, chosen.day, 12, tzinfo=now.tzinfo)
    return noon.timestamp(), None


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def breakable(name: str) -> Markup:
    """A long id may break behind its slash, dots and underscores."""
    broken = escape(name)
    for mark in "/._":
        broken = Markup(str(broken).replace(mark, f"{mark}<wbr>"))  # noqa: S704  # escaped above; the marks are ours
    return broken
