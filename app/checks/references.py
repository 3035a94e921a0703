"""Checks across files: every rule has its region and texts, and nothing is left unused."""

import re
from collections import defaultdict
from collections.abc import Iterator

from app.authoring.countries import countries, country_meant
from app.authoring.drafts import Drafts, RuleDraft, TextDraft
from app.authoring.problem import START, Finding, Problem, Spot
from app.authoring.problem_codes import Code
from app.authoring.source_files import FACTS, TYPOLOGIES, Sources
from app.authoring.suggestions import did_you_mean, listing, nearest, quoted
from app.domain.region import GLOBAL


class References:
    """Reports no problem that only follows from a part that could not be read."""

    def __init__(self, sources: Sources, drafts: Drafts) -> None:
        self._sources = sources
        self._drafts = drafts
        self._rules: defaultdict[str, list[RuleDraft]] = defaultdict(list)
        for rule in drafts.rules.values():
            self._rules[rule.region].append(rule)
        self._folders = sorted({*drafts.regions, *self._rules})

    def problems(self) -> Iterator[Problem]:
        yield from self._missing_files()
        for region in self._folders:
            if region in self._drafts.regions:
                yield from self._languages(region)
                yield from self._messages(region)
            yield from self._country(region)
        for draft in self._drafts.texts.values():
            yield from self._texts(draft)

    def _missing_files(self) -> Iterator[Problem]:
        alone = {FACTS: self._drafts.facts, TYPOLOGIES: self._drafts.typologies}
        paths = [f"{name}.yaml" for name, draft in alone.items() if draft is None]
        paths += [f"{region}/region.yaml" for region in self._folders if region not in self._drafts.regions]
        for path in paths:
            shown = f"{self._sources.rules_path}/{path}"
            yield Problem.at(
                shown, START, Code.MISSING_FILE, "this file is needed and does not exist", "write it, or put it back"
            )

    def _country(self, region: str) -> Iterator[Problem]:
        if region != GLOBAL and region not in countries():
            shown = f"{self._sources.rules_path}/{region}"
            message = f"no country has the code `{region}`, so no withdrawal would get these warnings"
            hint = (
                country_meant(region) or "folders are named by ISO 3166-1 codes; what is for everybody is in `global`"
            )
            yield Problem.at(shown, START, Code.UNKNOWN_COUNTRY, message, hint)

    def _languages(self, region: str) -> Iterator[Problem]:
        draft = self._drafts.regions[region]
        for i, language in enumerate(draft.parts.languages if draft.parts else ()):
            if (region, language) not in self._drafts.texts:
                path = f"{self._sources.locales_path}/{region}/{language}.yaml"
                finding = Finding(Code.MISSING_TEXTS, ("languages", i), f"`{language}` has no texts", f"write {path}")
                yield from draft.locate([finding])

    def _messages(self, region: str) -> Iterator[Problem]:
        rules = self._rules[region]
        if not rules:
            finding = Finding(Code.NO_RULES, (), "this region has no rules of its own", "add one, or delete the folder")
            yield self._drafts.regions[region].document.locate(finding)
        texts = self._texts_of(region)
        for rule in rules:
            yield from _missing_message(rule, texts)
        if all(_message(rule) is not None for rule in rules):
            yield from _unused_messages(rules, texts)

    def _texts_of(self, region: str) -> list[TextDraft]:
        parts = self._drafts.regions[region].parts
        places = [(region, language) for language in parts.languages] if parts else []
        return [self._drafts.texts[place] for place in places if place in self._drafts.texts]

    def _texts(self, draft: TextDraft) -> Iterator[Problem]:
        if draft.region not in self._folders:
            message = f"there is no region {self._sources.rules_path}/{draft.region}, so nothing reads this"
            hint = "rename the folder by its region, or add the region"
            yield draft.document.locate(Finding(Code.NO_REGION, (), message, hint))
            return
        declared = draft.parts.language if draft.parts is not None and not draft.stands_in(("language",)) else None
        if declared is not None and declared != draft.language:
            message = f"the file is named {draft.language}.yaml"
            yield draft.document.locate(Finding(Code.LANGUAGE, ("language",), message, "both must be the same"))
            return
        region = self._drafts.regions.get(draft.region)
        if region is None or region.parts is None or not region.certain(("languages",)):
            return
        if draft.language not in region.parts.languages:
            message = f"`{draft.language}` is none of this region's languages"
            hint = f"add it to `languages` in {region.path}, or delete this file"
            yield draft.document.locate(Finding(Code.LANGUAGE, ("language",), message, hint))


def _message(rule: RuleDraft) -> str | None:
    """The message that a rule names, even if the rest of the rule cannot be read."""
    name = rule.document.data.get("message") if isinstance(rule.document.data, dict) else None
    return name if isinstance(name, str) else None


def _written(texts: list[TextDraft]) -> dict[str, frozenset[str]]:
    """The names of each language's messages; an impossible name counts as the one that was probably meant."""
    return {
        draft.language: draft.written | {_possible(name) for name in draft.names_lost(("messages",))}
        for draft in texts
        if draft.written is not None
    }


def _possible(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.lower())


def _missing_message(rule: RuleDraft, texts: list[TextDraft]) -> Iterator[Problem]:
    name = _message(rule)
    known = _written(texts)
    lacking = [language for language, written in known.items() if name not in written]
    if name is not None and lacking and not rule.stands_in(("message",)):
        hint = did_you_mean(name, sorted(frozenset.intersection(*known.values())))
        if len(lacking) < len(known):
            hint = f"add `{name}:` to {', '.join(draft.path for draft in texts if draft.language in lacking)}"
        message = f"there is no message {quoted(name)} in {listing(lacking)}"
        yield rule.document.locate(Finding(Code.MISSING_MESSAGE, ("message",), message, hint))


def _unused_messages(rules: list[RuleDraft], texts: list[TextDraft]) -> Iterator[Problem]:
    """Each once, in the first language that has it, unless a rule probably means it."""
    used = {name for rule in rules if (name := _message(rule)) is not None}
    known = _written(texts)
    everywhere = sorted(frozenset.intersection(*known.values())) if known else []
    used |= {close for name in used if name not in everywhere and (close := nearest(name, everywhere)) is not None}
    for draft in texts:
        hint = "name it as the `message` of a rule, or delete it"
        for name in sorted((draft.written or frozenset()) - used - draft.names_lost(("messages",))):
            finding = Finding(Code.UNUSED_MESSAGE, ("messages", name), f"no rule shows {quoted(name)}", hint, Spot.KEY)
            yield draft.document.locate(finding)
        used |= draft.written or frozenset()
