"""Conditions over a few values, and every withdrawal that they could tell apart: small enough to try them all."""

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import strategies as st

from app.domain.fact import Context, Value

_SETS: list[Value | None] = [None, [], ["a"], ["b"], ["a", "b"], ["z"]]
_NUMBERS: list[Value | None] = [None, 0, 0.5, 1, 1.5, 2, 3]
_VALUES: Mapping[str, list[Value | None]] = {
    "asset": [None, "a", "b", "z"],
    "destination.first_use": [None, True, False],
    "amount_usd": _NUMBERS,
    "session.signals": _SETS,
    "attributes.x": [*_NUMBERS, -1, "1", "a", "b", "z", True, False, *_SETS[1:]],
}

_texts = st.sampled_from(["a", "b"])
_numbers = st.sampled_from([0, 1, 1.0, 2])
_lists = st.lists(_texts, max_size=2, unique=True)
_bounds = st.dictionaries(st.sampled_from(["gt", "gte", "lt", "lte"]), _numbers, min_size=1, max_size=2)


def _scalar_tests(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(
        values,
        st.lists(values, min_size=1, max_size=2),
        st.fixed_dictionaries({"not": values}),
        st.fixed_dictionaries({"given": st.booleans()}),
    )


_set_tests = st.one_of(
    st.dictionaries(st.sampled_from(["any", "all", "none"]), _lists, min_size=1, max_size=2),
    st.fixed_dictionaries({"given": st.booleans()}),
)
_of_fact: Mapping[str, st.SearchStrategy[object]] = {
    "asset": _scalar_tests(_texts),
    "destination.first_use": _scalar_tests(st.booleans()),
    "amount_usd": st.one_of(_scalar_tests(_numbers), _bounds),
    "session.signals": _set_tests,
    "attributes.x": st.one_of(
        _scalar_tests(st.one_of(_texts, _numbers, st.booleans(), st.just("1"))), _bounds, _set_tests
    ),
}


def whens(*facts: str) -> st.SearchStrategy[dict[str, object]]:
    """`when` as authors write it, asking for these facts."""
    single = st.sampled_from(facts).flatmap(lambda fact: st.fixed_dictionaries({fact: _of_fact[fact]}))
    several = st.fixed_dictionaries({}, optional={fact: _of_fact[fact] for fact in facts})
    return st.recursive(
        st.one_of(single, several),
        lambda inner: st.dictionaries(st.sampled_from(["all", "any"]), st.lists(inner, max_size=3), min_size=1),
        max_leaves=8,
    )


def withdrawals(*facts: str) -> Iterator[Context]:
    """One for each way in which conditions on these facts can turn out."""
    for values in product(*(_VALUES[fact] for fact in facts)):
        yield {fact: value for fact, value in zip(facts, values, strict=True) if value is not None}
