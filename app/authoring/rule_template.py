"""A new rule and its texts: a template that explains itself, with the places marked that its author must fill."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from app.authoring.document import read
from app.authoring.drafts import Drafts, draft
from app.authoring.region_file import RegionFile
from app.authoring.source_files import read_sources
from app.authoring.suggestions import listing, nearest, quoted
from app.bundle.record import BLANK
from app.domain.errors import ForewarnError
from app.domain.rule import RULE_NAME, RULE_NAME_LIMIT

# Purposes that point to a kind of scam; those that facts.yaml does not list are left out.
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
_OFTEN_MEANT = {"uk": "gb", "en": "gb", "uae": "ae", "el": "gr", "ko": "kr", "ja": "jp", "world": "global"}


class CannotBegin(ForewarnError):
    """Nothing was written; the message says why, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Begun:
    """`files` holds the whole new content of each file, by path: the texts, then the new rule."""

    rule_id: str
    files: Mapping[Path, bytes]

    @property
    def rule_file(self) -> Path:
        return list(self.files)[-1]

    @property
    def text_files(self) -> Sequence[Path]:
        return list(self.files)[:-1]


def begin(rules: Path, locales: Path, rule_id: str, typology: str | None) -> Begun:
    """Raises CannotBegin."""
    region, name = _named(rule_id)
    sources = read_sources(rules, locales)
    if not sources.complete:
        raise CannotBegin(f"{rules} or {locales} cannot be read: run this where those folders are, or name them")
    drafts = draft(sources)
    form = _region(region, drafts)
    if rule_id in drafts.rules:
        raise CannotBegin(f"There is a rule {rule_id} already: {drafts.rules[rule_id].path}")
    kind = _typology(typology, drafts)
    files: dict[Path, bytes] = {}
    for language in form.languages:
        path = locales / region / f"{language}.yaml"
        files[path] = _with_message(path, name, language, sorted(form.verified()))
    files[rules / region / f"{name}.yaml"] = _rule(region, name, kind, form, drafts).encode()
    return Begun(rule_id, files)


def _named(rule_id: str) -> tuple[str, str]:
    region, slash, name = rule_id.strip().removesuffix(".yaml").removeprefix("rules/").partition("/")
    if not slash or not region or not name:
        raise CannotBegin(f"{quoted(rule_id)}: write the region and the rule's name, such as hk/parcel-scam")
    if not RULE_NAME.fullmatch(name):
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        hint = f"; such as {region}/{slug[:RULE_NAME_LIMIT].strip('-')}" if slug else ""
        raise CannotBegin(f"{quoted(name)} cannot be a rule's name: lower case letters, digits and hyphens{hint}")
    if len(name) > RULE_NAME_LIMIT:
        raise CannotBegin(f"{quoted(name)} is too long for a rule's name: {RULE_NAME_LIMIT} characters at most")
    if name == "region":
        raise CannotBegin("`region` cannot be a rule's name: region.yaml is the region's own file")
    return region, name


def _region(region: str, drafts: Drafts) -> RegionFile:
    found = drafts.regions.get(region)
    if found is None:
        names = {draft.form.name.lower(): code for code, draft in drafts.regions.items() if draft.form}
        asked = region.lower()
        close = _OFTEN_MEANT.get(asked) or (asked if asked in drafts.regions else None)
        close = close or names.get(nearest(asked.replace("-", " "), names) or "")
        hint = f"did you mean {close}?" if close in drafts.regions else f"there are {listing(sorted(drafts.regions))}"
        raise CannotBegin(f"There is no region {quoted(region)}: {hint}")
    if found.form is None:
        raise CannotBegin(f"{found.path} has errors; mend them first: `forewarn check` lists them")
    return found.form


def _typology(asked: str | None, drafts: Drafts) -> str:
    form = drafts.typologies.form if drafts.typologies else None
    if form is None:
        raise CannotBegin("typologies.yaml cannot be read; mend it first: `forewarn check` lists its errors")
    if asked is None:
        return "general" if "general" in form.typologies else next(iter(form.typologies))
    if asked not in form.typologies:
        close = nearest(asked, form.typologies)
        hint = f"did you mean {close}?" if close else f"there are {listing(form.typologies)}"
        raise CannotBegin(f"There is no typology {quoted(asked)}: {hint}")
    return asked


def _rule(region: str, name: str, typology: str, form: RegionFile, drafts: Drafts) -> str:
    facts = drafts.facts.form.facts if drafts.facts and drafts.facts.form else {}
    known = facts["declared_purpose"].values if "declared_purpose" in facts else {}
    purposes = [purpose for purpose in _PURPOSES.get(typology, ()) if purpose in known]
    texts = ", ".join(f"locales/{region}/{language}.yaml" for language in form.languages)
    return "\n".join([*_head(name, typology, texts), *_when(purposes), *_examples(purposes), ""])


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


def _message(name: str, language: str, contacts: Sequence[str]) -> Iterator[str]:
    """Indented by one level of two."""
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


def _with_message(path: Path, name: str, language: str, contacts: Sequence[str]) -> bytes:
    """The file with the message added behind its last one; every other byte stays as it is."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CannotBegin(f"{path} cannot be read: {error.strerror}") from error
    document = read(str(path), raw)
    messages = document.data.get("messages") if isinstance(document.data, dict) else None
    if document.problems or not isinstance(messages, dict):
        raise CannotBegin(f"{path} has errors; mend them first: `forewarn check` lists them")
    if name in messages:
        raise CannotBegin(f"{path} has a message {quoted(name)} already; give the rule another name")
    text = raw.decode("utf-8")
    end, indent = _end_of_messages(text, path)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    before, after = "".join(lines[:end]), "".join(lines[end:])
    before += "" if before.endswith("\n") else newline
    added = "".join(f"{' ' * indent}{line}{newline}" for line in _message(name, language, contacts))
    return f"{before}{newline}{added}{after}".encode()


def _end_of_messages(text: str, path: Path) -> tuple[int, int]:
    """How many lines the file has up to the end of its last message, and how far messages are indented."""
    root = yaml.compose(text.removeprefix("\ufeff"), Loader=yaml.CSafeLoader)
    entries = root.value if isinstance(root, yaml.MappingNode) else []
    node = next(value for key, value in entries if key.value == "messages")
    if not isinstance(node, yaml.MappingNode) or node.flow_style or not node.value:
        raise CannotBegin(f"{path}: `messages` has to hold each message on lines of its own")
    end = _last(node) + 1
    lines = text.splitlines()
    while not lines[end - 1].strip():
        end -= 1
    return end, node.value[0][0].start_mark.column


def _last(node: yaml.Node) -> int:
    """The last line that an entry stands on, from 0; blank ones may be at its end."""
    if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        inner = node.value[-1]
        return _last(inner[1] if isinstance(inner, tuple) else inner)
    end = node.end_mark
    return end.line - 1 if end.column == 0 and end.line > node.start_mark.line else int(end.line)
