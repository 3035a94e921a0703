"""The events that the service records have the fields that `domain.event` declares, and no others."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import httpx
import pytest

from app.dataset.rows import Line, rows
from app.domain.event import FIELDS, VERSION, EventKind, Field, FieldType
from app.domain.fact import ATTRIBUTE_PREFIX, FACTS, Kind
from tests.deployment import Deployment, a_withdrawal, as_json
from tests.waiting import wait_until

Event = Mapping[str, Any]

VALUES: Mapping[Kind, Any] = {Kind.TEXT: "USDT", Kind.FLAG: True, Kind.NUMBER: 0.5, Kind.SET: ["unusual"]}
HOLDS: Mapping[FieldType, Callable[[Any], bool]] = {
    FieldType.SHORT: lambda value: type(value) is int,
    FieldType.INTEGER: lambda value: type(value) is int,
    FieldType.TEXT: lambda value: isinstance(value, str),
    FieldType.FLAG: lambda value: isinstance(value, bool),
    FieldType.TIME: lambda value: datetime.fromisoformat(value).tzinfo is not None,
    FieldType.TEXTS: lambda value: isinstance(value, list) and all(isinstance(text, str) for text in value),
    FieldType.FACTS: lambda value: all(name in FACTS or name.startswith(ATTRIBUTE_PREFIX) for name in value),
}


def every_fact() -> dict[str, Any]:
    """A request that gives each fact and an attribute."""
    request: dict[str, Any] = {"attributes": {"hours_since_deposit": 2}}
    for fact, kind in FACTS.items():
        group, _, member = fact.rpartition(".")
        (request.setdefault(group, {}) if group else request)[member] = VALUES[kind]
    request["destination"]["address"] = "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"
    return request


def fields_of(kind: EventKind) -> tuple[Field, ...]:
    return tuple(field for field in FIELDS if field.of in {None, kind})


@pytest.fixture(scope="module")
def recorded(service: Deployment, small: Deployment) -> list[Event]:
    """Assessments with and without an alert, a variant, a destination and facts; outcomes with and without a time and
    what the alert measured."""
    bare = {name: a_withdrawal()[name] for name in ("user_id", "region")}
    alerts = [
        a_withdrawal("fields alert"),
        a_withdrawal("fields variant", declared_purpose="official_payment"),
        bare | {"withdrawal_id": "fields full"} | every_fact(),
    ]
    outcomes: list[dict[str, Any]] = [
        {"outcome": "shown"},
        {"outcome": "reviewed", "occurred_at": "2026-11-20T10:00:00Z"},
        {"outcome": "cancelled", "ago_ms": 20, "visible_ms": 6400, "scrolled": False, "ignored_inputs": 0},
    ]
    return _events(small, [bare | {"withdrawal_id": "fields bare"}], outcomes) + _events(service, alerts, [])


def _events(deployment: Deployment, bodies: list[dict[str, Any]], outcomes: list[dict[str, Any]]) -> list[Event]:
    with deployment.client(deployment.new_key("assess", name="fields")) as client:
        ids = [_sent(client.post("/v1/assessments", json=body))["assessment_id"] for body in bodies]
        for outcome in outcomes:
            _sent(client.post(f"/v1/assessments/{ids[0]}/outcomes", json=outcome))

    def found() -> list[Event]:
        return [event for event in deployment.events() if event["client"] == "fields"]

    wait_until(lambda: len(found()) == len(bodies) + len(outcomes))
    return found()


def _sent(response: httpx.Response) -> Any:
    assert response.is_success, response.text
    return response.json()


def of(recorded: list[Event], kind: EventKind) -> list[Event]:
    events = [event for event in recorded if event["event"] == kind]
    assert events
    return events


@pytest.mark.parametrize("kind", EventKind)
def test_an_event_has_the_declared_fields(recorded: list[Event], kind: EventKind) -> None:
    for event in of(recorded, kind):
        assert event.keys() == {field.name for field in fields_of(kind)}
        assert event["v"] == VERSION


@pytest.mark.parametrize("kind", EventKind)
def test_fields_hold_the_declared_types_and_only_nullable_ones_are_ever_null(
    recorded: list[Event], kind: EventKind
) -> None:
    for field in fields_of(kind):
        values = [event[field.name] for event in of(recorded, kind)]
        assert field.nullable == (None in values), field.name
        assert any(value is not None for value in values), field.name
        assert all(value is None or HOLDS[field.type](value) for value in values), field.name


def test_every_fact_that_was_given_is_recorded(recorded: list[Event]) -> None:
    assert [set(event["facts"]) for event in of(recorded, EventKind.ASSESSMENT)][-1] == {
        *FACTS,
        f"{ATTRIBUTE_PREFIX}hours_since_deposit",
    }


def test_the_dataset_has_a_column_for_every_field(recorded: list[Event]) -> None:
    table, refused = rows([Line(event["event_id"], as_json(event).encode()) for event in recorded])
    assert refused == []
    assert table.column_names == [field.name for field in FIELDS]
    for row, event in zip(table.to_pylist(), recorded, strict=True):
        assert {name for name, value in row.items() if value is not None} == {
            name for name, value in event.items() if value is not None
        }
        given = {name for name in event.get("facts", ()) if name in FACTS}
        assert {name for name in FACTS if row["facts"] and row["facts"][name] is not None} == given
