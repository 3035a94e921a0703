"""What an event keeps of a withdrawal."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.bundle import Attribute, Bundle
from app.domain.fact import FACTS, Context, Kind
from app.domain.withdrawal import HIGHEST_SHARE
from app.service.amount_formats import amount_format
from app.service.fact_encoder import FactEncoder
from app.service.withdrawal_decoder import withdrawal_of
from app.service.withdrawal_facts import OTHER, context_of, kept_facts, recorded, text_facts

BUNDLE = Bundle(
    known_values={"asset": frozenset({"USDT"}), "session.signals": frozenset({"on_a_call"})},
    attributes={
        "attributes.score": Attribute("score", Kind.NUMBER),
        "attributes.told": Attribute("told", Kind.FLAG),
    },
    regions={},
    texts={},
    rules=(),
)


def test_null_is_not_given_and_an_empty_list_is() -> None:
    request: dict[str, object] = {
        "asset": None,
        "destination": {"tags": [], "kind": None},
        "attributes": {"a": None, "b": False},
    }

    assert context_of(request) == {"destination.tags": [], "attributes.b": False}


def test_events_keep_kept_facts_and_declared_attributes_only() -> None:
    context = context_of(
        {
            "asset": "USDT",
            "network": "my name is Chan",
            "amount_usd": 12345.6,
            "session": {"signals": ["on_a_call", "I live at"]},
            "attributes": {"score": 3, "phone": "98765432", "told": 85291234567},
        }
    )

    assert recorded(context, kept_facts(BUNDLE)) == {
        "asset": "USDT",
        "network": "other",
        "amount_usd": 12000,
        "session.signals": ["on_a_call", "other"],
        "attributes.score": 3,
    }


def test_a_text_shows_the_ends_of_an_address() -> None:
    request = {"destination": {"address": "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"}, "amount": "5000"}

    assert text_facts(request, AMOUNTS) == {"amount": "5,000", "destination": "TQn9Y2…KcbLSE"}


known = {
    "asset": frozenset({"USDT", "BTC"}),
    "destination.kind": frozenset({"exchange"}),
    "session.signals": frozenset({"on_a_call", "remote_access"}),
    "attributes.words": frozenset({"a", "b"}),
}
declared = {
    f"attributes.{name}": Attribute(name, kind)
    for name, kind in (("score", Kind.NUMBER), ("told", Kind.FLAG), ("word", Kind.TEXT), ("words", Kind.SET))
}
KEPT = kept_facts(replace(BUNDLE, known_values=known, attributes=declared))
ENCODER = FactEncoder(KEPT)
AMOUNTS = amount_format("en", "HK")

texts = st.sampled_from(["USDT", "BTC", "exchange", "on_a_call", "a", "other", "", 'é"', "1"])
numbers = st.one_of(
    st.sampled_from([0.0, 1.0, 9.99, 10.0, 999.99, 12345.6, 2.0**53, 1e23, 0.005]),
    st.floats(0, allow_nan=False, allow_infinity=False),
)
lists = st.lists(texts, max_size=3)
values = {
    Kind.TEXT: texts,
    Kind.FLAG: st.booleans(),
    Kind.NUMBER: numbers,
    Kind.SET: lists,
}


def group(name: str) -> st.SearchStrategy[dict[str, object] | None]:
    members = {fact.partition(".")[2]: kind for fact, kind in FACTS.items() if fact.startswith(f"{name}.")}
    shown = {"address": st.none() | st.text(min_size=1, max_size=40)} if name == "destination" else {}
    given = {member: st.none() | values[kind] for member, kind in members.items()}
    return st.none() | st.fixed_dictionaries({}, optional=given | shown)


requests = st.fixed_dictionaries(
    {"withdrawal_id": st.just("w"), "user_id": st.just("u"), "region": st.just("HK")},
    optional={
        "amount_usd": st.none() | numbers,
        "share_of_balance": st.none() | numbers.filter(lambda number: number <= HIGHEST_SHARE),
        **{
            fact: st.none() | texts.filter(bool)
            for fact, kind in FACTS.items()
            if "." not in fact and kind is Kind.TEXT
        },
        "amount": st.sampled_from([None, "1", "12500.50"]),
        **{name: group(name) for name in ("destination", "account", "session")},
        "attributes": st.none()
        | st.dictionaries(
            st.sampled_from(["score", "told", "word", "words", "unknown"]),
            st.none() | texts | st.booleans() | st.integers(-(2**63), 2**63 - 1) | numbers | lists,
        ),
    },
)


def listed(context: Context) -> dict[str, object]:
    return {fact: list(value) if isinstance(value, tuple) else value for fact, value in context.items()}


@given(requests)
def test_the_hot_path_finds_the_same_facts(request: dict[str, Any]) -> None:
    """As rules test them, as texts show them and as events keep them, whatever is cached."""
    withdrawal = withdrawal_of(request)
    context = withdrawal.context()

    assert listed(context) == context_of(request)
    assert {type(value) for value in context.values()} <= {str, bool, int, float, tuple}
    assert withdrawal.shown(AMOUNTS) == text_facts(request, AMOUNTS)
    assert orjson.loads(b"{%b}" % ENCODER.encode(context)) == orjson.loads(
        orjson.dumps(recorded(context_of(request), KEPT))
    )


def test_cached_values_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.service.fact_encoder.CACHED", 3)
    encoder = FactEncoder(KEPT)
    for days in (*range(9), 1, 2):
        assert encoder.encode({"account.age_days": float(days)}) == b'"account.age_days":%d.0' % days
        assert len(encoder._by_fact["account.age_days"]) <= 3
    for text in ("unlisted 1", "unlisted 2"):
        assert encoder.encode({"asset": text}) == b'"asset":"other"'
    for signals in (("unlisted",), ("on_a_call", "unlisted")):
        said = ",".join(f'"{OTHER if signal == "unlisted" else signal}"' for signal in signals)
        assert encoder.encode({"session.signals": signals}) == f'"session.signals":[{said}]'.encode()
    assert not encoder._by_fact["asset"], "what a request may hold at will is not kept"
    assert not encoder._by_fact["session.signals"]
