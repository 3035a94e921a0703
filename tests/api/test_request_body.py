"""The short way to read an assessment's body says what the contract's model says."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.api.reply import Reply
from app.api.request_body import read, read_withdrawal
from app.api.request_models import ASSESSMENT
from app.service.withdrawal_decoder import Withdrawal, withdrawal_of
from tests.api.bodies import BODIES, FIELDS, FULL, LEAST, changed, dumped


def by_the_model(body: bytes) -> Withdrawal | Reply:
    request = read(ASSESSMENT, body)
    return request if isinstance(request, Reply) else withdrawal_of(request)


def test_every_body_good_and_bad() -> None:
    for body in BODIES:
        assert read_withdrawal(body.content) == by_the_model(body.content), body.content[:200]


texts = st.text(max_size=6) | st.sampled_from(
    [
        "",
        "HK",
        "hk",
        "US",
        "1",
        "1.5",
        "1.",
        "1\n",
        "\u202e",
        "\u00ad",
        "\u4ee5",
        "\ud83e\udd14",
        "x" * 128,
        "x" * 129,
        "x" * 257,
        "NaN",
    ]
)
numbers = (
    st.integers()
    | st.floats()
    | st.sampled_from([-0.0, -1, 2**63, -(2**63) - 1, 2**64, 10**30, 1e308, -1e-300, float("inf")])
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "kind", "address", "signals", "age_days"]) | texts, inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=1_500, deadline=None)
@given(st.sampled_from([*FIELDS, "/attributes/note", "/other"]), values, st.sampled_from([FULL, LEAST]), st.booleans())
def test_one_field_is_anything(field: str, value: Any, base: dict[str, Any], escaped: bool) -> None:
    """Of any type, in both spellings of JSON's text."""
    body = json.dumps(changed(field, value, base), ensure_ascii=escaped).encode(errors="surrogatepass")

    assert read_withdrawal(body) == by_the_model(body)


@settings(max_examples=1_000, deadline=None)
@given(st.data())
def test_bytes_are_changed_at_random(data: st.DataObject) -> None:
    body = bytearray(dumped(FULL))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(body) - 1))
        change = data.draw(st.sampled_from(["cut", "put", "set"]))
        byte = data.draw(st.sampled_from(b'"\\{}[]:,0-.eE\x00\x7f\x80\xff\xed tn\n'))
        if change == "cut":
            del body[place]
        elif change == "put":
            body.insert(place, byte)
        else:
            body[place] = byte

    assert read_withdrawal(bytes(body)) == by_the_model(bytes(body))


@pytest.mark.parametrize(
    "body",
    [
        b'{"withdrawal_id":"a","user_id":"b","region":"HK","region":"US"}',
        b'{"withdrawal_id":"a","user_id":"b","region":5,"region":"US"}',
        b'{"withdrawal_id":"a","user_id":"b","region":"US","region":5}',
        b'{"withdrawal_id":"a","user_id":"b","region":"HK","asset":"x","asset":null}',
        b'{"withdrawal_id":"a","user_id":"b","region":"HK","destination":{"kind":"a","kind":"b"}}',
        b'{"withdrawal_id":"a","user_id":"b","region":"HK","destination":{"kind":"a"},"destination":{"first_use":true}}',
        b'{"withdrawal_id":"a","user_id":"b","region":"HK","attributes":{"a":1,"a":"x"}}',
        b'{"withdrawal_id":"a","user_id":"b","region":"HK","amount_usd":1e400}',
        b'{"withdrawal_id":"a","user_id":"b","region":"HK","amount_usd":' + b"9" * 5000 + b"}",
        b'{"withdrawal_id":"a","user_id":"b","region":"HK","share_of_balance":0.1000000000000000055511151231257827}',
        b'\xef\xbb\xbf{"withdrawal_id":"a","user_id":"b","region":"HK"}',
        b' {"withdrawal_id":"a","user_id":"b","region":"HK"} \n',
        b'{"withdrawal_id":"a","user_id":"b","region":"HK"} {}',
        b'{"withdrawal_id":"a","user_id":"b","region":"HK","asset":"\\ud800"}',
        b'{"withdrawal_id":"a\\u0000","user_id":"b","region":"HK"}',
    ],
)
def test_json_that_can_be_read_in_two_ways(body: bytes) -> None:
    """The last of two members counts, whichever way the body is read."""
    assert read_withdrawal(body) == by_the_model(body)
