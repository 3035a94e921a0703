"""The same sources make the same bytes, and workers refuse a bundle that could show a wrong or empty alert."""

import itertools
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.authoring.drafts import draft
from app.authoring.encode import encode
from app.authoring.source_files import Sources, read_sources
from app.bundle.condition_source import SIZE_LIMIT
from app.bundle.decode import decode, decode_all
from app.bundle.record import BUNDLE_LIMIT
from app.bundle.refusal import BundleError
from app.checks.checker import check_sources
from app.domain.alert import render
from app.domain.bundle import Bundle
from app.domain.condition import AllOf, Condition
from app.domain.message import FIRST_VARIANT
from app.domain.predicate import OneOf, Range
from app.domain.rule import Presentation
from tests.checks.folders import FACTS_YAML, REGION, REGION_PATH, RULE, RULE_PATH, TEXTS, TODAY, checked, write
from tests.deployment import FIXTURE


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    more = {
        "rules/hk/second.yaml": RULE.replace("severity: high", "severity: critical"),
        "rules/hk/third.yaml": RULE.replace("severity: high", "severity: high\npriority: 5"),
        "rules/sg/region.yaml": REGION.replace("[en, ar]", "[en]"),
        "rules/sg/zero.yaml": RULE,
        "locales/sg/en.yaml": TEXTS,
    }
    made = checked(tmp_path_factory.mktemp("folders"), more).bundle
    assert made is not None
    return made


def records(bundle: bytes) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in bundle.splitlines()]


def packed(lines: list[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)


def test_order_of_lines(bundle: bytes) -> None:
    """Header, regions, texts, messages, rules by region and precedence."""
    named = [(r["kind"], r.get("id") or r.get("name") or r.get("language")) for r in records(bundle)]

    assert named == [
        ("header", None),
        ("region", "hk"),
        ("region", "sg"),
        ("texts", "ar"),
        ("texts", "en"),
        ("texts", "en"),
        ("message", "investment"),
        ("message", "investment"),
        ("message", "investment"),
        ("rule", "hk/second"),
        ("rule", "hk/third"),
        ("rule", "hk/first"),
        ("rule", "sg/zero"),
    ]


def test_lines_are_canonical_json(bundle: bytes) -> None:
    for line in bundle.splitlines(keepends=True):
        assert line == orjson.dumps(orjson.loads(line), option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def test_the_order_of_files_changes_nothing() -> None:
    sources = read_sources(FIXTURE / "rules", FIXTURE / "locales")
    shuffled = Sources(
        "rules",
        "locales",
        sources.facts,
        sources.typologies,
        sources.languages,
        dict(reversed(sources.regions.items())),
        dict(reversed(sources.rules.items())),
        dict(reversed(sources.texts.items())),
    )

    assert encode(draft(shuffled)) == encode(draft(sources))


def test_comments_examples_and_spelt_out_defaults_change_nothing(tmp_path: Path) -> None:
    plain = checked(tmp_path).bundle
    text = "# A comment\n" + RULE.replace("severity: high", "enabled: true\nseverity: 'high'\npriority: 0\nactive: {}")
    text = text.replace("amount_usd: 1000}", "amount_usd: 2000}")

    assert checked(tmp_path, {RULE_PATH: text}).bundle == plain


def test_the_content_is_what_the_files_say(bundle: bytes) -> None:
    content = decode_all(bundle)
    rule = next(rule for rule in content.rules if rule.id == "hk/first")
    region = content.regions["hk"]

    assert rule.when == AllOf(
        (Condition("destination.first_use", OneOf((True,))), Condition("amount_usd", Range(gte=1000)))
    )
    assert rule.presentation == Presentation("interstitial", 5, "checkbox")
    assert (region.code, region.source, region.languages) == ("HK", "Police, Unit", ("en", "ar"))
    assert region.verified_contacts().keys() == {"helpline", "lookup", "desk"}
    assert content.texts["hk", "ar"].direction == "rtl"
    assert content.texts["hk", "en"].direction == "ltr"
    assert content.known_values["asset"] == {"USDT", "BTC"}


def test_attributes_go_by_their_full_names(tmp_path: Path) -> None:
    facts = FACTS_YAML + "attributes:\n  mood: {type: text, means: Mood., values: {good: Good}}\n"

    content = checked(tmp_path, {"rules/facts.yaml": facts}).content

    assert content is not None
    assert content.attributes["attributes.mood"].kind == "text"
    assert content.known_values["attributes.mood"] == {"good"}


def test_a_variant_overrides_some_fields_and_shares_the_rest(bundle: bytes) -> None:
    message = decode_all(bundle).texts["hk", "en"].messages["investment"]
    first, second = message.wordings[FIRST_VARIANT], message.wordings["b"]

    assert message.variants == ("a", "b")
    assert (first.title.fill({}), second.title.fill({})) == ("Stop", "Wait")
    assert second.body is first.body
    assert second.labels is first.labels


def test_labels_of_a_message_override_the_defaults(tmp_path: Path) -> None:
    changes = {
        f"locales/hk/{language}.yaml": TEXTS.replace("language: en", f"language: {language}")
        + "    actions: {cancel: Call it off}\n"
        for language in ("en", "ar")
    }

    content = checked(tmp_path, changes).content

    assert content is not None
    labels = content.texts["hk", "en"].messages["investment"].wordings[FIRST_VARIANT].labels
    assert {action: label.fill({"helpline": "18222"}) for action, label in labels.items()} == {
        "cancel": "Call it off",
        "review": "Check",
        "call": "Call 18222",
        "report": "Report",
        "proceed": "Go on",
    }


def test_equal_presentations_are_one_object(bundle: bytes) -> None:
    rules = decode_all(bundle).rules

    assert len({id(rule.presentation) for rule in rules if rule.severity.word == "high"}) == 1


def test_every_sample_alert_can_be_shown_when_nothing_optional_is_given() -> None:
    """No text is empty and no label is missing, in any language and variant."""
    content = check_sources(read_sources(FIXTURE / "rules", FIXTURE / "locales"), TODAY).content
    assert content is not None
    for rule in content.rules:
        region = content.regions[rule.region]
        for language in region.languages:
            texts = content.texts[region.id, language]
            for variant in texts.messages[rule.message].wordings:
                alert: Any = render(rule, region, texts, variant, {})
                assert alert["title"]
                assert alert["body"]
                assert all(action["label"] for action in alert["actions"])


def test_decoding_pauses_after_every_line(bundle: bytes) -> None:
    decoding = decode(bundle)
    pauses = 0
    while True:
        try:
            next(decoding)
        except StopIteration as done:
            content: Bundle = done.value
            break
        pauses += 1

    assert pauses >= bundle.count(b"\n")
    assert content == decode_all(bundle)


def test_decoding_pauses_within_a_rule(bundle: bytes) -> None:
    lines = records(bundle)
    lines[-1]["when"] = {"all": [{"amount_usd": {"gt": bound}} for bound in range(SIZE_LIMIT - 1)]}

    assert sum(1 for _ in decode(packed(lines))) >= SIZE_LIMIT


def change(kind: str, /, **entries: object) -> Callable[[list[dict[str, Any]]], None]:
    """Sets entries of the last record of a kind."""

    def apply(lines: list[dict[str, Any]]) -> None:
        [*_, record] = [line for line in lines if line["kind"] == kind]
        record.update(entries)

    return apply


def without(kind: str) -> Callable[[list[dict[str, Any]]], None]:
    def apply(lines: list[dict[str, Any]]) -> None:
        lines.remove([line for line in lines if line["kind"] == kind][-1])

    return apply


def twice(kind: str) -> Callable[[list[dict[str, Any]]], None]:
    def apply(lines: list[dict[str, Any]]) -> None:
        [*_, last] = [i for i, line in enumerate(lines) if line["kind"] == kind]
        lines.insert(last, lines[last])

    return apply


CONTACT = {"does": "help", "source": "page", "verified_at": "2026-11-01", "verify_by": "2027-05-01", "verified": True}
LABELS = {"cancel": "Cancel", "review": "Check", "report": "Report", "proceed": "Go on"}


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (lambda lines: lines.clear(), "empty"),
        (lambda lines: lines.reverse(), "begins with its one header"),
        (without("header"), "begins with its one header"),
        (twice("header"), "begins with its one header"),
        (change("header", format=2), "format 2; this version of Forewarn reads format 1"),
        (change("header", format=2, rollout={"hk": 5}), "format 2"),
        (change("header", format=None), "format None"),
        (change("header", typologies={}), "not a typology"),
        (change("header", facts={"asset": {"type": "number", "means": "x"}}), "`asset` is text"),
        (change("header", extra=1), "unknown field `extra`"),
        (change("region", id="SG"), "a region whose id"),
        (change("region", kind="regoin"), "Invalid value 'regoin'"),
        (change("region", timezone="Nowhere"), "time zone"),
        (change("region", actions={"call": "lookup"}), "no phone number"),
        (change("region", actions={"cancel": "lookup"}), "matching regex"),
        (change("region", contacts={"lookup": CONTACT}), "no phone and no url"),
        (change("region", contacts={"amount": CONTACT | {"phone": "18222"}}), "the name of a fact"),
        (change("region", contacts={"lookup": CONTACT | {"url": "javascript:alert(1)"}}), "https://"),
        (change("region", contacts={"lookup": CONTACT | {"phone": "call us"}}), "matching regex"),
        (change("region", name=""), "name"),
        (change("region", languages=["en", "a b"]), "a b"),
        (change("region", languages=[]), "length >= 1"),
        (change("region", **{"global": "sometimes"}), "Invalid enum value 'sometimes'"),
        (change("region", contacts={}), "not a contact"),
        (change("region", languages=["en", "de"]), "no texts in de"),
        (twice("region"), "a region whose id"),
        (without("region"), "no region asks for"),
        (change("texts", language="de"), "no region asks for"),
        (change("texts", status="fine"), "Invalid enum value 'fine'"),
        (change("texts", defaults={"actions": {"cancel": "Stop", "proceed": "Go"}}), "no label for `review`"),
        (change("texts", defaults={"actions": LABELS | {"call": "Call {secret}"}}), "`call` cannot name {secret}"),
        (change("texts", defaults={"actions": LABELS | {"call": ""}}), "defaults.actions"),
        (twice("texts"), "or twice"),
        (without("texts"), "texts that are not there"),
        (change("message", title="{amount}"), "cannot name"),
        (change("message", title=" - "), r"title"),
        (change("message", title="{amount"), "curly brace"),
        (change("message", body=["{asset}"]), "every paragraph names a fact"),
        (change("message", body=["{hotline}"]), "neither a fact nor a verified contact"),
        (change("message", body=["{secret}"]), "neither a fact nor a verified contact"),
        (change("message", questions=["{hotline}?"]), "neither a fact nor a verified contact"),
        (change("message", actions={"proceed": "Send {amount}"}), "cannot name {amount}"),
        (change("message", variants={"a": {"title": "Wait"}}), "the name of the first wording"),
        (change("message", variants={"b": {"title": "Wait for {asset}"}}), "variant b: the title cannot name"),
        (change("message", variants={"b": {"body": ["{asset}"]}}), "variant b: every paragraph names a fact"),
        (change("message", title="x" * 2001), "length <= 2000"),
        (change("message", body=[]), "length >= 1"),
        (change("message", name="other"), "message is missing"),
        (twice("message"), "or twice"),
        (without("message"), "message is missing"),
        (change("rule", id="de/zero"), "the place of a rule"),
        (change("rule", id="sg/Zero"), "the place of a rule"),
        (change("rule", id="sg/a/b"), "the place of a rule"),
        (change("rule", message="nothing"), "message is missing"),
        (change("rule", typology="other"), "not a typology"),
        (change("rule", severity="extreme"), "Invalid enum value 'extreme'"),
        (change("rule", severity=2), "Expected `str`, got `int`"),
        (change("rule", enabled="yes"), "Expected `bool`, got `str`"),
        (change("rule", enabled=1), "Expected `bool`, got `int`"),
        (change("rule", priority=True), "Expected `int`, got `bool`"),
        (change("rule", when={"amount": 1}), "not a fact"),
        (change("rule", when={"amount_usd": "1"}), "expected a number"),
        (change("rule", when={"amount_usd": {"gte": True}}), "expected a number"),
        (change("rule", when={"amount_usd": {"above": 1}}), "no predicate that this version knows"),
        (change("rule", when={"amount_usd": {"gte": 1, "not": 5}}), "no predicate that this version knows"),
        (change("rule", when={"amount_usd": {}}), "no predicate that this version knows"),
        (change("rule", when={"asset": 1}), "`asset` is a text"),
        (change("rule", when={"asset": {"any": ["BTC"]}}), "no predicate that this version knows"),
        (change("rule", when={"session.signals": "remote_access"}), "`session.signals` is a set"),
        (change("rule", when={"session.signals": {"any": "remote_access"}}), "`any` takes a list"),
        (change("rule", when={"asset": "BTC", "network": "tron"}), "a mapping with one entry"),
        (change("rule", when={"all": {"asset": "BTC"}}), "`all` takes a list"),
        (change("rule", when={"all": [None]}), "a mapping with one entry"),
        (change("rule", when={"asset": ["x"] * 1000}), "more than 1,000 conditions and values"),
        (change("rule", when={"asset": ["x"] * 100_000}), "more than 20,000 entries and separators in one line"),
        (change("message", variants={f"v{n}": {"title": "Wait"} for n in range(26)}), "length <= 25"),
        (change("header", attributes={f"a{n}": {"type": "text", "means": "x"} for n in range(9000)}), "20,000"),
        (change("rule", presentation={"mode": "dialog", "acknowledge": "none"}), "min_display_seconds"),
        (change("rule", active={"from": "2026-02-30"}), "Invalid RFC3339 encoded date"),
        (change("rule", examples=[]), "unknown field `examples`"),
        (twice("rule"), "twice"),
        (lambda lines: lines.insert(1, lines.pop()), "the place of a rule"),
    ],
)
def test_tampering_is_refused(bundle: bytes, tamper: Callable[[list[dict[str, Any]]], None], said: str) -> None:
    lines = records(bundle)
    tamper(lines)

    with pytest.raises(BundleError, match=said):
        decode_all(packed(lines))


def test_variants_that_differ_between_languages_are_refused(bundle: bytes) -> None:
    lines = records(bundle)
    next(line for line in lines if line["kind"] == "message")["variants"] = {"c": {}}

    with pytest.raises(BundleError, match="variants of investment"):
        decode_all(packed(lines))


def test_an_error_names_its_line(bundle: bytes) -> None:
    lines = bundle.splitlines(keepends=True)
    lines[4] = b"{]\n"

    with pytest.raises(BundleError, match=r"^line 5: not JSON"):
        decode_all(b"".join(lines))


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"null\n", b"[]\n", b"x" * 2_000_000, b'{"kind": []}\n', b'{"kind":"rule"}\n']
)
def test_what_is_no_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(BundleError):
        decode_all(data)


def test_a_bundle_that_was_cut_off_is_refused(bundle: bytes) -> None:
    with pytest.raises(BundleError, match="cut off"):
        decode_all(bundle[:-1])


def test_a_bundle_beyond_the_limits_is_refused(bundle: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BundleError, match="67,108,865 bytes; the largest bundle has 67,108,864"):
        decode_all(bytes(BUNDLE_LIMIT + 1))
    monkeypatch.setattr("app.bundle.assembly.RULE_LIMIT", 3)
    with pytest.raises(BundleError, match="more than 3 rules"):
        decode_all(bundle)
    monkeypatch.setattr("app.bundle.assembly.REGION_LIMIT", 1)
    with pytest.raises(BundleError, match="more than 1 regions"):
        decode_all(bundle)


def test_a_condition_nested_without_end_is_refused(bundle: bytes) -> None:
    lines = records(bundle)
    when: dict[str, Any] = {}
    for _ in range(100):
        when = {"all": [when]}
    lines[-1]["when"] = when

    with pytest.raises(BundleError, match="levels"):
        decode_all(packed(lines))


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_damaged_bytes_raise_nothing_but_a_refusal(bundle: bytes, data: st.DataObject) -> None:
    damaged = bytearray(bundle)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))

    _decodes_or_refuses(bytes(damaged))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_lines_dropped_or_moved_raise_nothing_but_a_refusal(bundle: bytes, data: st.DataObject) -> None:
    lines = bundle.splitlines(keepends=True)
    kept = data.draw(st.lists(st.sampled_from(lines), max_size=len(lines) + 2))

    _decodes_or_refuses(b"".join(kept))


junk = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(allow_nan=False), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=5), inner, max_size=2)),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_entries_of_any_other_type_raise_nothing_but_a_refusal(bundle: bytes, data: st.DataObject) -> None:
    lines = records(bundle)
    here: Any = data.draw(st.sampled_from(lines))
    for _ in range(data.draw(st.integers(0, 3))):
        inside = list(here.values()) if isinstance(here, dict) else list(here)
        deeper = [value for value in inside if isinstance(value, dict | list) and value]
        if not deeper:
            break
        here = data.draw(st.sampled_from(deeper))
    places = list(here) if isinstance(here, dict) else list(range(len(here)))
    here[data.draw(st.sampled_from(places))] = data.draw(junk)

    _decodes_or_refuses(packed(lines))


def _decodes_or_refuses(data: bytes) -> None:
    with suppress(BundleError):
        decode_all(data)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_sources_never_raise_and_what_passes_decodes(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Workers accept every bundle of sources in which `check` finds no error."""
    root = tmp_path_factory.mktemp("damaged")
    files = {RULE_PATH: RULE, REGION_PATH: REGION, "locales/hk/en.yaml": TEXTS, "rules/facts.yaml": FACTS_YAML}
    path = data.draw(st.sampled_from(sorted(files)))
    lines = files[path].splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    damage = data.draw(st.sampled_from(["drop", "cut", "insert", "swap"]))
    if damage == "drop":
        del lines[at]
    elif damage == "cut":
        lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))] + "\n"
    elif damage == "swap":
        other = data.draw(st.integers(0, len(lines) - 1))
        lines[at], lines[other] = lines[other], lines[at]
    else:
        place = data.draw(st.integers(0, len(lines[at])))
        lines[at] = lines[at][:place] + data.draw(st.text(max_size=3)) + lines[at][place:]
    write(root, {path: "".join(lines).encode("utf-8", "replace")})

    result = check_sources(read_sources(root / "rules", root / "locales"), TODAY)

    assert (result.content is None) == bool(result.errors)


def test_rules_come_by_region_then_precedence(bundle: bytes) -> None:
    rules = decode_all(bundle).rules

    for _, ours in itertools.groupby(rules, key=lambda rule: rule.region):
        several = list(ours)
        assert several == sorted(several, key=lambda rule: rule.precedence)
