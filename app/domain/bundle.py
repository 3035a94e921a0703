"""Everything that one revision says: what a worker serves from."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.fact import Kind
from app.domain.message import Texts
from app.domain.region import Region
from app.domain.rule import Rule


@dataclass(frozen=True, slots=True)
class Attribute:
    """A declared attribute. `values` are those that events record by name."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Bundle:
    """The content of a bundle.

    `known_values` holds, by fact, the text and set values that events record by name (any other is `other`);
    `texts` is keyed by (region folder, language).
    """

    known_values: Mapping[str, frozenset[str]]
    attributes: Mapping[str, Attribute]
    regions: Mapping[str, Region]
    texts: Mapping[tuple[str, str], Texts]
    rules: tuple[Rule, ...]
