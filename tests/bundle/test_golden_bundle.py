"""Every later version serves the bundle of an earlier one unchanged: the same bytes, the same alerts.

`golden/published.jsonl` and `golden/served.json` were made from the files beside them on 2026-11-29, while bundles were
still read by the authors' checks. Never make them anew: a bundle of that day may be in force anywhere.
"""

from pathlib import Path
from typing import Any

import orjson

from app.authoring.drafts import draft
from app.authoring.encode import encode
from app.authoring.source_files import read_sources
from app.bundle.decode import decode_all
from app.bundle.revision import revision_of
from app.domain.alert import render
from app.domain.bundle import Bundle
from app.service.rule_listing import describe
from app.service.rulebook import compile_now

GOLDEN = Path(__file__).parent / "golden"
PUBLISHED = GOLDEN / "published.jsonl"
FACTS = {"amount": "1,000", "asset": "USDT", "network": "tron", "destination": "TXYZab…123456"}


def served(bundle: bytes) -> dict[str, Any]:
    """Everything that workers serve from a bundle: its rules as the API lists them, and every possible alert."""
    content = decode_all(bundle)
    rulebook = compile_now(revision_of(bundle), content)
    return {
        "rules": [describe(rulebook, rule) for rule in content.rules],
        "alerts": [alert for facts in ({}, FACTS) for alert in alerts(content, facts)],
        "known_values": {fact: sorted(values) for fact, values in content.known_values.items()},
        "attributes": {name: [each.name, each.kind] for name, each in content.attributes.items()},
        "regions": {
            region.id: [region.timezone, region.global_rules, region.official_domains, region.languages]
            for region in content.regions.values()
        },
    }


def alerts(content: Bundle, facts: dict[str, str]) -> list[dict[str, object]]:
    return [
        render(rule, region, content.texts[region.id, language], variant, facts)
        for rule in content.rules
        for region in [content.regions[rule.region]]
        for language in region.languages
        for variant in content.texts[region.id, language].messages[rule.message].variants or (None,)
    ]


def test_a_bundle_of_an_earlier_version_is_served_unchanged() -> None:
    assert orjson.loads(orjson.dumps(served(PUBLISHED.read_bytes()))) == orjson.loads(
        (GOLDEN / "served.json").read_bytes()
    )


def test_the_same_sources_still_make_the_same_bytes() -> None:
    """A revision is the hash of these bytes."""
    assert encode(draft(read_sources(GOLDEN / "rules", GOLDEN / "locales"))) == PUBLISHED.read_bytes()
