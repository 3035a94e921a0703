"""The files of a new rule: the rule, and its message in every language of the region."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.authoring.drafts import Drafts, draft
from app.authoring.message_insertion import insert_message
from app.authoring.region_file import RegionFile
from app.authoring.rule_template import message_template, rule_template
from app.authoring.source_files import read_sources
from app.authoring.suggestions import listing, nearest, quoted
from app.authoring.yaml_reader import read
from app.domain.errors import ForewarnError
from app.domain.rule import RULE_NAME, RULE_NAME_LIMIT

# What people write in the place of a region's code.
_REGIONS_MEANT = {"uk": "gb", "en": "gb", "uae": "ae", "el": "gr", "ko": "kr", "ja": "jp", "world": "global"}


class CannotCreate(ForewarnError):
    """The rule cannot be created; the message says why, and what to write instead."""


@dataclass(frozen=True, slots=True)
class NewRule:
    """`files` holds the whole new content of each file, by path: the texts, then the new rule."""

    rule_id: str
    files: Mapping[Path, bytes]

    @property
    def rule_file(self) -> Path:
        return list(self.files)[-1]

    @property
    def text_files(self) -> Sequence[Path]:
        return list(self.files)[:-1]


def new_rule(rules: Path, locales: Path, rule_id: str, typology: str | None) -> NewRule:
    """Writes nothing. Raises CannotCreate."""
    region, name = _region_and_name(rule_id)
    sources = read_sources(rules, locales)
    if not sources.complete:
        raise CannotCreate(f"{rules} or {locales} cannot be read: run this where those folders are, or name them")
    drafts = draft(sources)
    form = _region(region, drafts)
    if rule_id in drafts.rules:
        raise CannotCreate(f"There is a rule {rule_id} already: {drafts.rules[rule_id].path}")
    kind = _typology(typology, drafts)
    facts = drafts.facts.form.facts if drafts.facts and drafts.facts.form else {}
    purposes = facts["declared_purpose"].values if "declared_purpose" in facts else {}
    files: dict[Path, bytes] = {}
    for language in form.languages:
        path = locales / region / f"{language}.yaml"
        files[path] = _with_message(path, name, language, sorted(form.verified()))
    text_files = [f"locales/{region}/{language}.yaml" for language in form.languages]
    files[rules / region / f"{name}.yaml"] = rule_template(name, kind, purposes, text_files).encode()
    return NewRule(rule_id, files)


def _region_and_name(rule_id: str) -> tuple[str, str]:
    region, slash, name = rule_id.strip().removesuffix(".yaml").removeprefix("rules/").partition("/")
    if not slash or not region or not name:
        raise CannotCreate(f"{quoted(rule_id)}: write the region and the rule's name, such as hk/parcel-scam")
    if not RULE_NAME.fullmatch(name):
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        hint = f"; such as {region}/{slug[:RULE_NAME_LIMIT].strip('-')}" if slug else ""
        raise CannotCreate(f"{quoted(name)} cannot be a rule's name: lower case letters, digits and hyphens{hint}")
    if len(name) > RULE_NAME_LIMIT:
        raise CannotCreate(f"{quoted(name)} is too long for a rule's name: {RULE_NAME_LIMIT} characters at most")
    if name == "region":
        raise CannotCreate("`region` cannot be a rule's name: region.yaml is the region's own file")
    return region, name


def _region(region: str, drafts: Drafts) -> RegionFile:
    found = drafts.regions.get(region)
    if found is None:
        names = {draft.form.name.lower(): code for code, draft in drafts.regions.items() if draft.form}
        asked = region.lower()
        close = _REGIONS_MEANT.get(asked) or (asked if asked in drafts.regions else None)
        close = close or names.get(nearest(asked.replace("-", " "), names) or "")
        hint = f"did you mean {close}?" if close in drafts.regions else f"there are {listing(sorted(drafts.regions))}"
        raise CannotCreate(f"There is no region {quoted(region)}: {hint}")
    if found.form is None:
        raise CannotCreate(f"{found.path} has errors; mend them first: `forewarn check` lists them")
    return found.form


def _typology(asked: str | None, drafts: Drafts) -> str:
    form = drafts.typologies.form if drafts.typologies else None
    if form is None:
        raise CannotCreate("typologies.yaml cannot be read; mend it first: `forewarn check` lists its errors")
    if asked is None:
        return "general" if "general" in form.typologies else next(iter(form.typologies))
    if asked not in form.typologies:
        close = nearest(asked, form.typologies)
        hint = f"did you mean {close}?" if close else f"there are {listing(form.typologies)}"
        raise CannotCreate(f"There is no typology {quoted(asked)}: {hint}")
    return asked


def _with_message(path: Path, name: str, language: str, contacts: Sequence[str]) -> bytes:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CannotCreate(f"{path} cannot be read: {error.strerror}") from error
    document = read(str(path), raw)
    messages = document.data.get("messages") if isinstance(document.data, dict) else None
    if document.problems or not isinstance(messages, dict):
        raise CannotCreate(f"{path} has errors; mend them first: `forewarn check` lists them")
    if name in messages:
        raise CannotCreate(f"{path} has a message {quoted(name)} already; give the rule another name")
    written = insert_message(raw.decode("utf-8"), message_template(name, language, contacts))
    if written is None:
        raise CannotCreate(f"{path}: `messages` has to hold each message on lines of its own")
    return written.encode()
