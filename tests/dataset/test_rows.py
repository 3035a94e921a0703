"""Lines become rows of the schema's types. A bad line is refused alone, whatever is wrong with it."""

from typing import Any

import orjson
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dataset.rows import Line, rows
from app.dataset.schema import SCHEMA
from app.domain.fact import FACTS
from tests.dataset.events import SEGMENT, line

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "assessment", "2026-11-20T10:00:00", "2026-11-20T18:00:00+08:00", "漢", '"attributes.']),
    st.text(max_size=5),
    st.lists(st.one_of(st.text(max_size=3), st.none(), st.integers(0, 3)), max_size=3),
    st.dictionaries(st.sampled_from([*FACTS, "attributes.x", "other"]), st.booleans(), max_size=2),
)
facts = st.dictionaries(st.sampled_from([*FACTS, "attributes.x", "attributes.y", "secret"]), values, max_size=4)
changes = st.one_of(
    st.dictionaries(st.sampled_from([*SCHEMA.names, "user_id"]), values, max_size=2),
    st.fixed_dictionaries({"facts": facts}),
)
DEEP = b'{"z":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
raw = st.one_of(
    st.sampled_from([b"", b"{}", b"[]", b"null", b"{", b'{"a":1}{"a":1}', b'{"region":"\xff"}', b"\x00", b"1 2", DEEP]),
    st.binary(max_size=20),
)


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    found: list[Line] = []
    for number in range(1, draw(st.integers(0, 40)) + 1):
        sound = line(number)
        kind = draw(st.sampled_from(["sound"] * 8 + ["changed", "raw", "renamed"]))
        if kind == "changed":
            sound = orjson.dumps({**orjson.loads(sound), **draw(changes)})
        elif kind == "raw":
            sound = draw(raw)
        elif kind == "renamed":
            sound = line(number + 1)
        found.append(Line(f"{SEGMENT}:{number}", sound))
    return found


@settings(deadline=None)  # a shared machine may stop a call for longer
@given(lines())
def test_together_as_one_by_one(given_lines: list[Line]) -> None:
    table, refused = rows(given_lines)
    alone = [rows([one]) for one in given_lines]
    assert table.combine_chunks().equals(
        pa.concat_tables([SCHEMA.empty_table(), *(t for t, _ in alone)]).combine_chunks()
    )
    assert refused == [fault for _, faults in alone for fault in faults]
    assert len(table) + len(refused) == len(given_lines)
    table.validate(full=True)


@settings(deadline=None)  # a shared machine may stop a call for longer
@given(changes)
def test_a_row_has_the_values_of_its_event(change: dict[str, Any]) -> None:
    event = {**orjson.loads(line(1)), **change}
    table, refused = rows([Line(f"{SEGMENT}:1", orjson.dumps(event))])
    for row in table.to_pylist():
        assert not refused
        for name in set(SCHEMA.names) - {"time", "occurred_at", "facts"}:
            assert row[name] == event.get(name)
            assert row[name] is None or type(row[name]) is type(event[name])
        for name in FACTS:
            kept, sent = (row["facts"] or {}).get(name), (event["facts"] or {}).get(name)
            # A column of doubles has the nearest one of a large integer.
            assert kept == (float(sent) if isinstance(kept, float) and isinstance(sent, int) else sent)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"v": 2}, "a version or an event that we do not know"),
        ({"event": "login"}, "a version or an event that we do not know"),
        ({"client": None}, "Expected `str`, got `null` - at `$.client`"),
        ({"time": "yesterday"}, "time is not a time with a zone"),
        ({"occurred_at": "2026-11-20T10:00:00"}, "occurred_at is not a time with a zone"),
        ({"matched_count": "two"}, "Expected `int | null`, got `str` - at `$.matched_count`"),
        ({"visible_ms": -(2**31) - 1}, "Expected `int` >= -2147483648 - at `$.visible_ms`"),
        ({"scrolled": 1}, "Expected `bool | null`, got `int` - at `$.scrolled`"),
        ({"facts": {"amount_usd": True}}, "Expected `float | null`, got `bool` - at `$.facts.amount_usd`"),
        ({"event_id": "x:1"}, "event_id is not its segment and line"),
    ],
)
def test_a_refusal_names_the_column_and_no_value(change: dict[str, Any], why: str) -> None:
    _, [refused] = rows([Line(f"{SEGMENT}:1", line(1, **change))])
    assert refused.why == why


def test_attributes_are_json_under_their_own_name() -> None:
    facts = {"asset": "USDT", "attributes.tier": "gold", "attributes.flags": ["a"], "attributes.n": 2}
    table, _ = rows([Line(f"{SEGMENT}:1", line(1, facts=facts)), Line(f"{SEGMENT}:2", line(2))])
    first, second = table.column("facts").to_pylist()
    assert dict(first["attributes"]) == {"tier": '"gold"', "flags": '["a"]', "n": "2"}
    assert second["attributes"] is None


def test_a_line_from_before_a_column_is_null_there() -> None:
    """Journals and streams hold such lines after an upgrade."""
    older = orjson.loads(line(3))
    for name in ("visible_ms", "scrolled", "ignored_inputs"):
        del older[name]

    table, refused = rows([Line(f"{SEGMENT}:3", orjson.dumps(older)), Line(f"{SEGMENT}:6", line(6))])
    assert refused == []
    assert table.column("visible_ms").to_pylist() == [None, 6400]
    assert table.column("scrolled").to_pylist() == [None, True]
    assert table.column("ignored_inputs").to_pylist() == [None, 0]
