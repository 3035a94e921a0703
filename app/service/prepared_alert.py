"""Alerts encoded when a bundle is compiled, so that an answer only joins parts.

`domain.alert.render` is the plain form; the tests compare the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import cast

import orjson

from app.domain.alert import OFFICIAL, actions
from app.domain.message import Template, Texts, Wording
from app.domain.region import Region
from app.domain.rule import Rule

TextFacts = Mapping[str, str]


def encode(value: object) -> bytes:
    return orjson.dumps(value)


def escaped(text: str) -> bytes:
    """The text escaped for use inside a JSON string."""
    return orjson.dumps(text)[1:-1]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One text of a list. `pieces` alternate between bytes and fact names; without names it is a single piece."""

    pieces: tuple[bytes | str, ...]

    def fill(self, facts: TextFacts) -> bytes | None:
        """The JSON string, or None if the withdrawal lacks a fact that the text names."""
        filled = []
        for place, piece in enumerate(self.pieces):
            if place % 2 == 0:
                filled.append(cast("bytes", piece))
                continue
            value = facts.get(cast("str", piece))
            if value is None:
                return None
            filled.append(escaped(value))
        return b"".join(filled)


Part = bytes | Sequence[Paragraph]


@dataclass(frozen=True, slots=True)
class PreparedWording:
    """One variant in one language: the alert's members from `variant` to `actions`, and its members in the event."""

    parts: tuple[Part, ...]
    event: bytes

    @property
    def fixed(self) -> bytes | None:
        """The whole encoded part if no text names a fact."""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], bytes) else None

    def fill(self, facts: TextFacts) -> list[bytes]:
        filled: list[bytes] = []
        for part in self.parts:
            if isinstance(part, bytes):
                filled.append(part)
            else:
                texts = [text for paragraph in part if (text := paragraph.fill(facts)) is not None]
                filled.append(b",".join(texts))
        return filled


def prepare_wording(region: Region, texts: Texts, wording: Wording, variant: str | None) -> PreparedWording:
    contacts = region.verified_contacts()
    head = {
        "variant": variant,
        "language": texts.language,
        "direction": texts.direction,
        "text_status": texts.status,
        "source": region.source if texts.status == OFFICIAL else None,
        "title": wording.title.fill(contacts),
    }
    parts: list[Part] = [b"," + encode(head)[1:-1] + b',"body":[']
    parts.extend(_list_parts(wording.body, contacts))
    parts.append(b'],"questions":[')
    parts.extend(_list_parts(wording.questions, contacts))
    parts.append(b'],"actions":' + encode(actions(region, wording)))
    event = {"variant": variant, "language": texts.language, "text_status": texts.status}
    return PreparedWording(_merged(parts), b"," + encode(event)[1:-1])


def _list_parts(templates: Sequence[Template], contacts: Mapping[str, str]) -> list[Part]:
    paragraphs = [_paragraph(template, contacts) for template in templates]
    if all(len(paragraph.pieces) == 1 for paragraph in paragraphs):
        return [b",".join(cast("bytes", paragraph.pieces[0]) for paragraph in paragraphs)]
    return [paragraphs]


def _paragraph(template: Template, contacts: Mapping[str, str]) -> Paragraph:
    """Fills in the contacts; the facts follow with each withdrawal."""
    pieces: list[bytes | str] = [b'"']
    for place, piece in enumerate(template.pieces):
        if place % 2 == 0:
            pieces[-1] = cast("bytes", pieces[-1]) + escaped(piece)
        elif piece in contacts:
            pieces[-1] = cast("bytes", pieces[-1]) + escaped(contacts[piece])
        else:
            pieces += [piece, b""]
    pieces[-1] = cast("bytes", pieces[-1]) + b'"'
    return Paragraph(tuple(pieces))


def _merged(parts: list[Part]) -> tuple[Part, ...]:
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, bytes) and merged and isinstance(merged[-1], bytes):
            merged[-1] += part
        else:
            merged.append(part)
    return tuple(merged)


@dataclass(frozen=True, slots=True)
class PreparedRule:
    """The parts of an alert that its rule decides, and the rule's members in the event."""

    head: bytes
    presentation: bytes
    event: bytes


def prepare_rule(rule: Rule, region: Region) -> PreparedRule:
    typology_and_severity = {"typology": rule.typology, "severity": rule.severity.word}
    head = {"rule_id": rule.id, "region": region.code, **typology_and_severity}
    event = {"rule_id": rule.id, "rule_region": region.code, **typology_and_severity}
    presentation = b',"presentation":' + encode(asdict(rule.presentation)) + b"}}"
    return PreparedRule(b'"alert":' + encode(head)[:-1], presentation, encode(event)[1:-1])
