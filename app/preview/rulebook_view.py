"""A rulebook with what its bundle says in words: facts, typologies and contacts. Preview pages are made from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from app.authoring.translation_state import Translation
from app.bundle.decode import decode_all, preamble
from app.bundle.record import ContactRecord, Fact, Header, Typology
from app.domain.fact import ATTRIBUTE_PREFIX, Context
from app.domain.region import GLOBAL
from app.domain.rule import Rule
from app.preview.alert_cards import Card, cards
from app.service.rulebook import Jurisdiction, Rulebook, compile_now

# The first example of a rule that it matches, by rule id; None where no example is known.
ExampleLookup = Callable[[str], Context | None]


def no_example(_: str) -> Context | None:
    """For bundles, which contain no examples."""
    return None


@dataclass(frozen=True, eq=False)  # views are compared by identity, as keys of a cache
class RulebookView:
    """`facts` includes attributes, under their full names; `contacts` are keyed by region folder.

    `behind` are the translations whose source has changed since; a bundle does not say.
    """

    rulebook: Rulebook
    facts: Mapping[str, Fact]
    typologies: Mapping[str, Typology]
    contacts: Mapping[str, Mapping[str, ContactRecord]]
    example_of: ExampleLookup
    behind: Sequence[Translation]

    @classmethod
    def of(
        cls,
        revision: str,
        bundle: bytes,
        example_of: ExampleLookup = no_example,
        behind: Sequence[Translation] = (),
    ) -> Self:
        """Raises BundleError."""
        facts: dict[str, Fact] = {}
        typologies: dict[str, Typology] = {}
        contacts: dict[str, Mapping[str, ContactRecord]] = {}
        for record in preamble(bundle):
            if isinstance(record, Header):
                attributes = {ATTRIBUTE_PREFIX + name: form for name, form in record.attributes.items()}
                facts, typologies = {**record.facts, **attributes}, record.typologies
            else:
                contacts[record.id] = record.contacts
        return cls(compile_now(revision, decode_all(bundle)), facts, typologies, contacts, example_of, behind)

    @property
    def revision(self) -> str:
        return self.rulebook.revision

    @cached_property
    def rules(self) -> list[Rule]:
        """Every rule by region, then by precedence; `global` last."""
        return sorted(
            self.rulebook.content.rules, key=lambda rule: (rule.region == GLOBAL, rule.region, rule.precedence)
        )

    def rule(self, rule_id: str) -> Rule | None:
        return self.rulebook.by_id.get(rule_id)

    def jurisdiction(self, region: str) -> Jurisdiction:
        """Where the rules of a folder apply; for `global`, any country without a folder."""
        return self.rulebook.jurisdiction(self.rulebook.content.regions[region].code)

    def cards(self, rule: Rule) -> list[Card]:
        return cards(self.rulebook, rule, self.example_of(rule.id))

    def sources_that_changed(self, rule: Rule) -> dict[str, str]:
        """The languages of the rule's message that are behind, each with the one that it was translated from."""
        ours = (each for each in self.behind if (each.region, each.message) == (rule.region, rule.message))
        return {each.language: each.origin.language for each in ours}

    def preceding(self, rule: Rule) -> list[Rule]:
        """The enabled rules that are shown instead if they match too, in order of precedence."""
        jurisdiction = self.jurisdiction(rule.region)
        rules = list(jurisdiction.rules.own.rules) if rule.region != GLOBAL else []
        if rule.region == GLOBAL or jurisdiction.rules.joining.apply(own_match=True):
            rules += jurisdiction.rules.global_rules.rules
        return sorted(
            (each for each in rules if each.enabled and each.precedence < rule.precedence),
            key=lambda each: each.precedence,
        )
