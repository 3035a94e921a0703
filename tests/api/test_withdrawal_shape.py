"""`domain.withdrawal` declares a withdrawal's fields; every copy that is read fast has the same ones."""

from typing import Any, assert_never

import msgspec
import pytest

from app.api.reply import Reply
from app.api.request_body import read, read_withdrawal
from app.api.request_models import ASSESSMENT
from app.domain.fact import FACTS, Kind
from app.domain.withdrawal import (
    SHOWN,
    WITHDRAWAL,
    Attributes,
    Flag,
    Group,
    Number,
    Shape,
    Text,
    TextList,
    fields,
)
from app.service.amount_formats import amount_format
from app.service.withdrawal_decoder import Withdrawal, withdrawal_of
from tests.api.bodies import FIELDS, FULL, LEAST, REQUIRED, changed, dumped
from tests.api.bodies import SHOWN as SHOWN_FIELDS

# The fields that no rule may ask about. Every other one is a fact of `domain.fact`, attributes under their own names.
NOT_FACTS = frozenset(
    {"withdrawal_id", "user_id", "region", "languages", "amount", "destination.address", "attributes"}
)

GROUPS = {"": WITHDRAWAL, **{name: shape for name, shape in WITHDRAWAL.fields.items() if isinstance(shape, Group)}}
ALL = fields()


def field_path(name: str) -> str:
    return "/" + name.replace(".", "/")


def accepted(field: str, value: Any) -> bool:
    """Whether a body with this value is; both ways of reading it say the same."""
    body = dumped(changed(field_path(field), value))
    read_fast, by_contract = read_withdrawal(body), read(ASSESSMENT, body)
    if isinstance(by_contract, Reply):
        assert read_fast == by_contract
        return False
    assert read_fast == withdrawal_of(by_contract)
    return True


def kind_of_shape(shape: Shape) -> Kind:
    kinds = {Text: Kind.TEXT, Number: Kind.NUMBER, Flag: Kind.FLAG, TextList: Kind.SET}
    return kinds[type(shape)]


def decoder_types(struct: type) -> dict[str, msgspec.inspect.Field]:
    described = msgspec.inspect.type_info(struct)
    assert isinstance(described, msgspec.inspect.StructType)
    assert described.forbid_unknown_fields
    return {field.encode_name: field for field in described.fields}


def without_null(kind: msgspec.inspect.Type) -> msgspec.inspect.Type:
    if not isinstance(kind, msgspec.inspect.UnionType):
        return kind
    [only] = [member for member in kind.types if not isinstance(member, msgspec.inspect.NoneType)]
    return only


def check_decoded(shape: Shape, kind: msgspec.inspect.Type) -> None:
    """The decoder's type of a field against its declaration."""
    match shape:
        case Text():
            assert isinstance(kind, msgspec.inspect.StrType)
            assert (kind.min_length or 0, kind.max_length) == (shape.shortest, shape.longest)
        case Number():
            assert isinstance(kind, msgspec.inspect.FloatType)
            assert (kind.ge, kind.le) == (shape.lowest, shape.highest)
        case Flag():
            assert isinstance(kind, msgspec.inspect.BoolType)
        case TextList():
            assert isinstance(kind, msgspec.inspect.VarTupleType)
            assert kind.max_length == shape.longest
            check_decoded(Text(), kind.item_type)
        case Attributes():
            assert isinstance(kind, msgspec.inspect.DictType)
            assert kind.max_length == shape.longest
            check_decoded(Text(), kind.key_type)
        case Group():
            assert isinstance(kind, msgspec.inspect.StructType)
            check_group(shape, kind.cls)
        case _:
            assert_never(shape)


def check_group(group: Group, struct: type) -> None:
    decoded = decoder_types(struct)
    assert list(decoded) == list(group.fields)
    assert {name for name, field in decoded.items() if field.required} == group.required
    for name, shape in group.fields.items():
        kind = decoded[name].type
        assert isinstance(kind, msgspec.inspect.UnionType) is (name not in group.required), f"{name} may be null"
        check_decoded(shape, without_null(kind))


def test_the_decoder_repeats_the_declaration() -> None:
    """Names, order, types, limits, what is required and what may be null."""
    check_group(WITHDRAWAL, Withdrawal)


def test_every_field_is_a_fact_or_said_to_be_none() -> None:
    """And every fact is a field of its kind."""
    assert set(ALL) >= NOT_FACTS
    assert {name: kind_of_shape(shape) for name, shape in ALL.items() if name not in NOT_FACTS} == FACTS


def test_the_decoder_finds_every_fact_and_every_text_to_show() -> None:
    body: dict[str, Any] = FULL
    withdrawal = read_withdrawal(dumped(body))
    assert not isinstance(withdrawal, Reply)

    assert set(withdrawal.context()) == {*FACTS, "attributes.note"}
    assert set(withdrawal.shown(amount_format("en", None))) == set(SHOWN)


def test_what_is_shown_is_declared_visible_or_has_a_pattern() -> None:
    assert {name for name, shape in ALL.items() if isinstance(shape, Text) and shape.visible} <= set(SHOWN.values())
    for field in SHOWN.values():
        shape = ALL[field]
        assert isinstance(shape, Text)
        assert shape.visible or shape.pattern


def test_the_bodies_of_other_tests_know_every_field() -> None:
    assert set(FIELDS) == {*map(field_path, ALL), *(f"/{name}" for name in GROUPS if name)}
    assert set(REQUIRED) == {f"/{name}" for name in WITHDRAWAL.required}
    assert set(SHOWN_FIELDS) == set(map(field_path, SHOWN.values()))


@pytest.mark.parametrize("field", ALL)
def test_a_field_takes_what_it_declares(field: str) -> None:
    """At each limit and one past it, by both ways of reading a body."""
    shape = ALL[field]
    assert accepted(field, None) is (field not in WITHDRAWAL.required)
    assert not accepted(field, {"a": {}})
    match shape:
        case Text(longest=longest, shortest=shortest, pattern=pattern, visible=visible):
            character = "7" if pattern is None or longest else "H"
            assert accepted(field, character * (longest or 2))
            assert not accepted(field, character * ((longest or 2) + 1))
            assert accepted(field, "") is (shortest == 0 and pattern is None)
            assert accepted(field, "?") is (pattern is None)
            assert accepted(field, "a\u202eb") is (pattern is None and not visible)
            assert not accepted(field, 7)
        case Number(lowest=lowest, highest=highest):
            assert accepted(field, lowest)
            assert accepted(field, 1e6 if highest is None else highest)
            assert accepted(field, 1e9) is (highest is None)
            assert not accepted(field, lowest - 1e-9)
            assert not accepted(field, "7")
            assert not accepted(field, True)
        case Flag():
            assert accepted(field, False)
            assert not accepted(field, 0)
        case TextList(longest=longest):
            assert accepted(field, ["a"] * longest)
            assert not accepted(field, ["a"] * (longest + 1))
            assert not accepted(field, [None])
        case Attributes(longest=longest):
            assert accepted(field, {str(number): number for number in range(longest)})
            assert not accepted(field, {str(number): number for number in range(longest + 1)})
        case Group():
            raise AssertionError("`fields` lists groups by their members")
        case _:
            assert_never(shape)


@pytest.mark.parametrize("group", GROUPS)
def test_an_unknown_field_is_refused(group: str) -> None:
    assert not accepted(f"{group}.unknown".removeprefix("."), 1)


def test_what_is_required_is() -> None:
    for field in WITHDRAWAL.required:
        body = dumped({name: value for name, value in LEAST.items() if name != field})
        by_contract = read(ASSESSMENT, body)
        assert isinstance(by_contract, Reply)
        assert read_withdrawal(body) == by_contract
