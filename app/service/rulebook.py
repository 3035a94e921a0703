"""One revision, compiled: everything that an assessment needs, prepared so that it looks nothing up."""

from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge

from app.domain.alert import render
from app.domain.amount_format import AmountFormat
from app.domain.bundle import Bundle
from app.domain.cooperative import finish
from app.domain.decision import RegionRules
from app.domain.index import Index, compile_index
from app.domain.message import Message
from app.domain.region import GLOBAL, GlobalRules, Region
from app.domain.rule import Rule
from app.domain.variant import choose_variant
from app.service.amount_formats import amount_format
from app.service.clock import Calendar
from app.service.fact_encoder import FactEncoder
from app.service.prepared_alert import PreparedRule, PreparedWording, TextFacts, prepare_rule, prepare_wording
from app.service.withdrawal_facts import Kept, kept_facts

Compiling = Generator[None, None, "Rulebook"]

# How many ids are sorted between two pauses.
_RUN = 1024

_NO_RULES = Index.of(())
_NO_REGION = Region(GLOBAL, "Every region", "Forewarn", None, ("en",))

# By variant name; None where the message has a single wording.
Wordings = Mapping[str | None, PreparedWording]


@dataclass(frozen=True, slots=True)
class Owner:
    """A region folder as the owner of rules: its languages, partner, contacts and prepared texts."""

    region: Region
    wordings: Mapping[tuple[str, str], Wordings]  # by (message, language)
    messages: Mapping[str, Message]  # in the region's first language; every language has the same variants

    def wording(self, rule: Rule, language: str, user: bytes, variant_key: bytes) -> PreparedWording:
        choices = self.wordings[rule.message, language]
        if len(choices) == 1:
            return next(iter(choices.values()))
        names = self.messages[rule.message].variants
        return choices[choose_variant(names, rule.id, user.decode(), variant_key)]


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A region as a request names it: the rules that decide there, its calendar, and how its alerts write amounts."""

    rules: RegionRules
    calendar: Calendar
    amount_formats: Mapping[str, AmountFormat]  # by language: the region's and those of `global`


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A compiled revision. To change anything, compile another one."""

    revision: str
    content: Bundle
    owners: Mapping[str, Owner]  # by folder
    jurisdictions: Mapping[str, Jurisdiction]  # by region code
    default_jurisdiction: Jurisdiction  # for regions without a folder: the global rules
    prepared: Mapping[str, PreparedRule]  # by rule id
    kept: Kept  # what events keep of the facts
    fact_encoder: FactEncoder
    by_id: Mapping[str, Rule]
    ids: Sequence[str]  # sorted

    def jurisdiction(self, code: str) -> Jurisdiction:
        return self.jurisdictions.get(code, self.default_jurisdiction)

    def regions_with_rules(self) -> set[str]:
        """The codes of the regions that have an enabled rule of their own, and `global` if it has one."""
        found = {code for code, each in self.jurisdictions.items() if each.rules.own.by_row}
        return found | ({GLOBAL} if self.default_jurisdiction.rules.global_rules.by_row else set())

    def rule(self, rule_id: str) -> Rule:
        """Raises KeyError."""
        return self.by_id[rule_id]

    def owner(self, rule: Rule) -> Owner:
        return self.owners[rule.region]

    def rendered(self, rule: Rule, language: str, variant: str | None, facts: TextFacts) -> dict[str, object]:
        """The alert as an object, for previews and fallback files."""
        owner = self.owner(rule)
        return render(rule, owner.region, self.content.texts[owner.region.id, language], variant, facts)


def compile_rulebook(revision: str, content: Bundle) -> Compiling:
    """Compiles in slices: pauses about every millisecond, and returns the Rulebook."""
    by_region: defaultdict[str, list[Rule]] = defaultdict(list)
    prepared: dict[str, PreparedRule] = {}
    by_id: dict[str, Rule] = {}
    for count, rule in enumerate(content.rules):
        by_region[rule.region].append(rule)
        by_id[rule.id] = rule
        prepared[rule.id] = prepare_rule(rule, content.regions[rule.region])
        if count % 16 == 0:
            yield
    owners: dict[str, Owner] = {}
    for region in content.regions.values():
        owners[region.id] = yield from _owner(region, content)
    global_rules = (yield from compile_index(by_region[GLOBAL])) if GLOBAL in by_region else _NO_RULES
    world = content.regions.get(GLOBAL, _NO_REGION)
    jurisdictions: dict[str, Jurisdiction] = {}
    for region in content.regions.values():
        if region.id == GLOBAL:
            continue
        own = yield from compile_index(by_region[region.id])
        jurisdictions[region.code] = Jurisdiction(
            RegionRules(own, global_rules, region.global_rules),
            Calendar(region.timezone),
            {language: amount_format(language, region.code) for language in (*world.languages, *region.languages)},
        )
    default_jurisdiction = Jurisdiction(
        RegionRules(_NO_RULES, global_rules, GlobalRules.FALLBACK),
        Calendar(world.timezone),
        {language: amount_format(language, None) for language in world.languages},
    )
    kept = kept_facts(content)
    ids = yield from _sorted(list(by_id))
    return Rulebook(
        revision, content, owners, jurisdictions, default_jurisdiction, prepared, kept, FactEncoder(kept), by_id, ids
    )


def _sorted(ids: list[str]) -> Generator[None, None, list[str]]:
    """`sorted` in slices: 10,000 ids take 1.7 ms at once."""
    runs = []
    for start in range(0, len(ids), _RUN):
        runs.append(sorted(ids[start : start + _RUN]))
        yield
    merged: list[str] = []
    for count, rule_id in enumerate(merge(*runs)):
        merged.append(rule_id)
        if count % _RUN == 0:
            yield
    return merged


def compile_now(revision: str, content: Bundle) -> Rulebook:
    """Compiles without pausing, for callers that have no event loop."""
    return finish(compile_rulebook(revision, content))


def _owner(region: Region, content: Bundle) -> Generator[None, None, Owner]:
    wordings: dict[tuple[str, str], Wordings] = {}
    for language in region.languages:
        texts = content.texts[region.id, language]
        for name, message in texts.messages.items():
            prepared: dict[str | None, PreparedWording] = {}
            for variant, wording in message.wordings.items():
                named = variant if message.variants else None
                prepared[named] = prepare_wording(region, texts, wording, named)
                yield
            wordings[name, language] = prepared
    return Owner(region, wordings, content.texts[region.id, region.languages[0]].messages)
