"""Whatever happens to the shipped files: never a traceback, and never a bundle that shows a user half a text.

Each slip is checked within its own region, with the facts and typologies; so hundreds take seconds.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

import pytest

from app.authoring.source_files import SourceFile, Sources, read_sources
from app.authoring.yaml_reader import read
from app.checks.checker import Checked, check_sources
from app.checks.output.github_annotations import annotations
from app.checks.output.json_output import as_json
from app.checks.output.sarif import as_sarif
from app.checks.output.text_output import report
from app.domain.region import ACTIONS, Region
from app.service.rulebook import Rulebook, compile_now
from tests.checks.mutations import MUTATIONS, Mutation
from tests.deployment import FIXTURE

TODAY = date(2026, 11, 20)
TRIES = 40  # of each kind of slip

SHIPPED = read_sources(FIXTURE / "rules", FIXTURE / "locales")
REGIONS = sorted(SHIPPED.regions)
GIVEN = {"amount": "12500.00", "asset": "USDT", "network": "TRON", "destination": "TQn9Y2…KcbLSE"}

# What only a contact may show, looked for in another way than the checks do.
_NUMBER = re.compile(r"\d\W?\d\W?\d")
_ADDRESS = re.compile(r"https?:|www\.|@|\.(?:com|org|net|example)\b", re.IGNORECASE)
_UNSEEN = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"


def of_region(sources: Sources, region: str) -> Sources:
    return replace(
        sources,
        regions={region: sources.regions[region]},
        rules={rule: file for rule, file in sources.rules.items() if rule.startswith(f"{region}/")},
        texts={place: file for place, file in sources.texts.items() if place[0] == region},
    )


def files_of(sources: Sources) -> dict[str, SourceFile]:
    alone = [file for file in (sources.facts, sources.typologies) if file is not None]
    every = [*alone, *sources.regions.values(), *sources.rules.values(), *sources.texts.values()]
    return {file.path: file for file in every}


def with_file(sources: Sources, path: str, raw: bytes | None) -> Sources:
    """One file replaced, or (None) left out."""

    def one(file: SourceFile | None) -> SourceFile | None:
        if file is None or file.path != path:
            return file
        return None if raw is None else SourceFile(path, raw)

    return replace(
        sources,
        facts=one(sources.facts),
        typologies=one(sources.typologies),
        regions={key: changed for key, file in sources.regions.items() if (changed := one(file))},
        rules={key: changed for key, file in sources.rules.items() if (changed := one(file))},
        texts={key: changed for key, file in sources.texts.items() if (changed := one(file))},
    )


@dataclass(frozen=True)
class Slip:
    sources: Sources
    path: str
    text: str


def slips(mutation: Mutation, seed: int) -> Iterator[Slip]:
    chance = Random(f"{mutation.__name__} {seed}")
    for _ in range(TRIES):
        sources = of_region(SHIPPED, chance.choice(REGIONS))
        files = files_of(sources)
        path = chance.choice(sorted(files))
        text = mutation(files[path].raw.decode(), chance)
        yield Slip(with_file(sources, path, text.encode("utf-8", "surrogatepass")), path, text)


def alerts(rulebook: Rulebook, facts: Mapping[str, str]) -> Iterator[tuple[Region, dict[str, object]]]:
    """Every alert that some user can get, in every language and variant, from the code that serves."""
    for rule in rulebook.content.rules:
        owner, prepared = rulebook.owner(rule), rulebook.prepared[rule.id]
        for language in owner.region.languages:
            for wording in owner.wordings[rule.message, language].values():
                spelled = b"".join((b"{", prepared.head, *wording.fill(facts), prepared.presentation))
                yield owner.region, json.loads(spelled)["alert"]


def assert_whole(region: Region, alert: dict[str, object], facts: Mapping[str, str]) -> None:
    body, questions, actions = alert["body"], alert["questions"], alert["actions"]
    assert isinstance(body, list)
    assert isinstance(questions, list)
    assert isinstance(actions, list)
    assert body
    kinds = [action["kind"] for action in actions]
    assert kinds[0] == "cancel"
    assert kinds[-1] == "proceed"
    assert kinds == [kind for kind in ACTIONS if kind in kinds]
    targets = [contact.target(kind) for kind in region.actions if (contact := region.contact_for(kind))]
    led = [{name: text for name, text in action.items() if name in {"phone", "url"}} for action in actions]
    assert sorted(map(str, filter(None, led))) == sorted({str(target) for target in targets})
    own = [contact.shown for contact in region.contacts.values() if contact.verified]
    hidden = [contact.shown for contact in region.contacts.values() if not contact.verified]
    for action in actions:
        assert {"kind", "label"} <= action.keys()
        assert all(shown in own for name, shown in action.items() if name in {"phone", "url"})
    for text in (alert["title"], *body, *questions, *(action["label"] for action in actions)):
        assert_text(text, [*own, *facts.values()], [shown for shown in hidden if shown not in own])


def assert_text(text: object, known: list[str], hidden: list[str]) -> None:
    assert isinstance(text, str)
    assert text.strip()
    assert "{" not in text
    assert "}" not in text
    assert not any(shown in text for shown in hidden)
    assert all(char in _JOINERS or unicodedata.category(char) not in _UNSEEN for char in text)
    for shown in sorted(known, key=len, reverse=True):
        text = text.replace(shown, " ")
    assert not _NUMBER.search(text), text
    assert not _ADDRESS.search(text), text


def assert_harmless(checked: Checked) -> None:
    """No error, and then every text whole; or an error, and then no bundle."""
    assert (checked.bundle is None) == bool(checked.errors)
    for written in (report(checked), annotations(checked), as_json(checked), as_sarif(checked, "0", None)):
        assert written.encode()
    if checked.content is None:
        return
    rulebook = compile_now("sha256:test", checked.content)
    half = {name: GIVEN[name] for name in ("asset", "destination")}
    for facts in ({}, half, GIVEN):
        for region, alert in alerts(rulebook, facts):
            assert_whole(region, alert, facts)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_a_slip_is_found_or_harms_nobody(mutation: Mutation) -> None:
    for slip in slips(mutation, seed=1):
        try:
            assert_harmless(check_sources(slip.sources, TODAY))
        except Exception as fault:
            raise AssertionError(f"{mutation.__name__} in {slip.path}:\n{slip.text}") from fault


def test_a_removed_file_is_found_or_harms_nobody() -> None:
    for region in ("global", "hk", "sg"):
        sources = of_region(SHIPPED, region)
        for path in files_of(sources):
            assert_harmless(check_sources(with_file(sources, path, None), TODAY))


def test_what_is_shipped_is_whole() -> None:
    assert_harmless(check_sources(SHIPPED, TODAY))


PASTED = [
    "+44 7700 900123", "1-8-2-2-2", "evil.example/pay", "@helper_bot", "https://evil.example", "٠١٢٣", "①②③", "\u202e",
    "\u200b", "<b>", "{helpljne}", "{secret", "0xdAC17F958D2ee523a2206206994597C13D831ec7",
]  # fmt: skip


def inside_a_text(file: SourceFile, chance: Random) -> int:
    """A place behind the first character of something that users read."""
    document = read(file.path, file.raw)
    texts = [where for where in document.values if len(where) > 2 and _text_at(document.data, where)]
    line, column = document.place(chance.choice(texts))
    return len("".join(document.text.splitlines(keepends=True)[: line - 1])) + column + 1


def _text_at(data: Any, where: tuple[str | int, ...]) -> bool:
    for part in where:
        data = data[part]
    return isinstance(data, str)


@pytest.mark.parametrize("pasted", PASTED)
def test_what_is_pasted_into_a_text_is_an_error(pasted: str) -> None:
    chance = Random(f"paste {pasted}")
    for _ in range(TRIES // 2):
        sources = of_region(SHIPPED, chance.choice(REGIONS))
        file = sources.texts[chance.choice(sorted(sources.texts))]
        text, place = file.raw.decode(), inside_a_text(file, chance)
        changed = f"{text[:place]} {pasted} {text[place:]}"

        assert check_sources(with_file(sources, file.path, changed.encode()), TODAY).errors, changed[place - 40 :][:90]
