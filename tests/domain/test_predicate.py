"""The kinds of predicate are a closed set, and what each says of itself is true."""

from typing import get_args

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from app.authoring.condition_syntax import parse
from app.domain.condition import conditions
from app.domain.fact import Value
from app.domain.predicate import Predicate
from app.domain.value_classes import Discriminator
from tests.checks.small_world import whens
from tests.strategies import any_value, predicates

KINDS = get_args(Predicate)
SEARCH = settings(max_examples=2000, phases=[Phase.generate])  # the first that is found will do
texts = st.text("ab1", max_size=3)
values = st.one_of(any_value, texts, st.lists(texts, max_size=2), st.integers(-20, 20))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_generated(kind: type[Predicate]) -> None:
    """tests/strategies.py must know a new operator: on what it generates, the index is held equal to the plain loop."""
    find(predicates, lambda made: isinstance(made, kind), settings=SEARCH)  # raises where there is none


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_written(kind: type[Predicate]) -> None:
    """Every kind has an operator in condition_syntax.py, and tests/checks/small_world.py writes it."""

    def asks(when: dict[str, object]) -> bool:
        return any(isinstance(each.predicate, kind) for each in conditions(parse(when).clause))

    find(whens("attributes.x"), asks, settings=SEARCH)


@settings(max_examples=300, deadline=None)
@given(predicates, st.lists(values, min_size=2, max_size=12))
def test_constants_and_members_say_all_that_a_predicate_tells_apart(predicate: Predicate, asked: list[Value]) -> None:
    """Two values of one class meet it both or neither: index, checks and replay try one value of each class only."""
    discriminator = Discriminator.of("attributes.x", [predicate])
    answers: dict[object, bool] = {}
    for value in asked:
        key = discriminator.equivalence_key(value)
        assert answers.setdefault(key, predicate.holds(value)) == predicate.holds(value), value


@given(predicates)
def test_alternatives_hold_where_the_predicate_does(predicate: Predicate) -> None:
    """Where any one of the listed values is enough."""
    asked: list[Value] = [
        *predicate.constants,
        [],
        *([each] for each in predicate.values or () if isinstance(each, str)),
    ]
    for value in asked if predicate.alternatives is not None else ():
        assert any(each.holds(value) for each in predicate.alternatives or ()) == predicate.holds(value)
