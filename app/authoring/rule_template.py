"""The template of a new rule and of its texts: it explains itself, and marks what the author has to fill in."""

from collections.abc import Collection, Iterator, Sequence
from importlib.resources import files
from typing import Any

from jinja2 import Template

from app.bundle.record import BLANK

# Purposes that point to a kind of scam. One that facts.yaml does not list is left out.
_PURPOSES = {
    "investment": ("investment", "trading_platform"),
    "romance": ("friend_or_partner", "gift_or_donation"),
    "employment": ("job_task",),
    "impersonation_official": ("official_payment",),
    "impersonation_support": ("account_security",),
    "family_emergency": ("emergency", "family_support"),
    "recovery": ("recovery_fee", "release_fee"),
    "purchase": ("goods_and_services", "rent_or_deposit"),
    "extortion": ("threat_or_blackmail",),
    "money_mule": ("on_behalf_of_others",),
}


def rule_template(name: str, typology: str, known_purposes: Collection[str], text_files: Sequence[str]) -> str:
    """The rule file. `known_purposes` are the listed values of `declared_purpose`."""
    purposes = [purpose for purpose in _PURPOSES.get(typology, ()) if purpose in known_purposes]
    about = name.replace("-", " ").capitalize()
    return _filled("new_rule.yaml.j2", name=name, about=about, typology=typology, texts=text_files, purposes=purposes)


def message_template(name: str, language: str, contacts: Sequence[str]) -> Iterator[str]:
    """The lines of one message in a text file, without their indentation."""
    yield from _filled("new_message.yaml.j2", name=name, language=language, contacts=contacts).splitlines()


def _filled(template: str, **values: Any) -> str:
    source = files("app.authoring").joinpath(template).read_text(encoding="utf-8")
    filled: str = Template(source, trim_blocks=True, keep_trailing_newline=True).render(BLANK=BLANK, **values)
    return filled
