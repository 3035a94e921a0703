"""The content of one revision of the rules, which a worker serves."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.fact import Kind
from app.domain.message import Texts
from app.domain.region import Region
from app.domain.rule import Rule


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that facts.yaml declares."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Bundle:
    """The content of a bundle.

    `known_values` holds, by fact, the text and set values that events record by name; they record any other as `other`.
    `texts` is keyed by (region folder, language).
    """

    known_values: Mapping[str, frozenset[str]]
    attributes: Mapping[str, Attribute]
    regions: Mapping[str, Region]
    texts: Mapping[tuple[str, str], Texts]
    rules: tuple[Rule, ...]
