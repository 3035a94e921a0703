"""What an event keeps of a withdrawal."""

from app.domain.bundle import Attribute, Bundle
from app.domain.fact import Kind
from app.service.facts import context_of, kept_facts, recorded, text_facts

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
    request = {"destination": {"address": "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"}, "amount": "5"}

    assert text_facts(request) == {"amount": "5", "destination": "TQn9Y2…KcbLSE"}
