"""The template of a new rule and of its texts: it explains itself, and marks what the author has to fill in."""

from collections.abc import Collection, Iterator, Sequence

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
    return "\n".join([*_head(name, typology, ", ".join(text_files)), *_when(purposes), *_examples(purposes), ""])


def _head(name: str, typology: str, texts: str) -> Iterator[str]:
    yield "# yaml-language-server: $schema=../../schemas/rule.json"
    yield f"# {name.replace('-', ' ').capitalize()}. Lines that begin with # are notes: delete them in the end."
    yield "# `forewarn preview` shows what users will see; `forewarn check` says what is still to do."
    yield ""
    yield "# The kind of scam. rules/typologies.yaml describes each."
    yield f"typology: {typology}"
    yield ""
    yield "# How urgent: info (a reminder), caution, high, or critical (somebody is steering the user right now)."
    yield "# Where several rules match, the most urgent one is shown, and the user waits longer before going on."
    yield "severity: caution"
    yield ""
    yield "# Why these signs point to this scam. For colleagues who review the rule; users never see it."
    yield f'rationale: "{BLANK} why do these signs point to this scam, and where was it seen?"'
    yield ""
    yield "# The text that is shown, by its name in:"
    yield f"# {texts}"
    yield f"message: {name}"
    yield ""


def _when(purposes: Sequence[str]) -> Iterator[str]:
    yield "# When it is shown: where all of these hold. rules/facts.yaml lists what can be asked, and usual values."
    yield "# Delete a line that does not matter; the fewer lines, the more users are warned."
    yield "when:"
    yield "  # The user has never sent anything to this address."
    yield "  destination.first_use: true"
    if purposes:
        yield "  # What the user said that the money is for: one of these."
        yield f"  declared_purpose: [{', '.join(purposes)}]"
    yield "  # Worth at least so many US dollars."
    yield "  amount_usd: {gte: 300}"
    yield ""


def _examples(purposes: Sequence[str]) -> Iterator[str]:
    purpose = f", declared_purpose: {purposes[0]}" if purposes else ""
    yield "# One withdrawal that the rule is for, and one that it must leave alone. They are tried at each check."
    yield "examples:"
    yield f"  - given: {{destination.first_use: true{purpose}, amount_usd: 2500}}"
    yield "    expect: match"
    yield f"  - given: {{destination.first_use: false{purpose}, amount_usd: 2500}}"
    yield "    expect: no match"


def message_template(name: str, language: str, contacts: Sequence[str]) -> Iterator[str]:
    """The lines of one message in a text file, without their indentation."""
    named = " ".join(f"{{{contact}}}" for contact in contacts)
    yield f"# New, to be written in this file's language ({language}). Lines that begin with # are notes: delete them."
    yield f"{name}:"
    yield "  # One idea in a few words: many people read nothing else. No {amount} here."
    yield f'  title: "{BLANK} the one thing to think about before sending"'
    yield "  body:"
    yield "    # What is about to happen. {amount} {asset} {network} {destination} come from the withdrawal. A text"
    yield "    # with one that the exchange does not send is left out, so at least one names none."
    yield f'    - "{BLANK} what is about to happen, with {{amount}} {{asset}} and {{destination}}"'
    yield "    # How this scam goes, in words that the reader has heard from the scammer. No blame."
    yield f'    - "{BLANK} how this scam goes"'
    yield "    # What to do now. No telephone number or address of your own: contacts come from region.yaml."
    if named:
        yield f"    # You can use: {named}"
    yield f'    - "{BLANK} what to do instead, such as to stop, and whom to ask"'
    yield "  # What readers should ask themselves. Delete it if there is nothing to ask."
    yield "  questions:"
    yield f'    - "{BLANK} a question that only a victim answers with yes"'
