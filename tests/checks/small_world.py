"""Conditions on few values, and every withdrawal that they can tell apart: few enough to try all."""

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import strategies as st

from app.domain.fact import Context, Kind, Value
from app.domain.operators import OPERATORS, OPERATORS_OF, Takes

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


def _arguments(values: st.SearchStrategy[object]) -> Mapping[Takes, st.SearchStrategy[object]]:
    """Operands of each kind of operator, for a fact with these values."""
    return {
        Takes.BOUND: _numbers,
        Takes.VALUE: values,
        Takes.VALUES: st.lists(values, min_size=1, max_size=2),
        Takes.TEXTS: st.lists(_texts, max_size=2, unique=True),
        Takes.FLAG: st.booleans(),
    }


def _asked(kind: Kind | None, values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """One or two operators, and a value or a list of them where that may be written."""
    arguments = _arguments(values)
    several = st.lists(st.sampled_from(OPERATORS_OF[kind]), min_size=1, max_size=2, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: arguments[OPERATORS[name].takes] for name in names})
    )
    plain = () if kind is Kind.SET else (values, arguments[Takes.VALUES])
    return st.one_of(several, *plain)


_of_fact: Mapping[str, st.SearchStrategy[object]] = {
    "asset": _asked(Kind.TEXT, _texts),
    "destination.first_use": _asked(Kind.FLAG, st.booleans()),
    "amount_usd": _asked(Kind.NUMBER, _numbers),
    "session.signals": _asked(Kind.SET, _texts),
    "attributes.x": _asked(None, st.one_of(_texts, _numbers, st.booleans(), st.just("1"))),
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
    """One withdrawal for each combination of outcomes that conditions on these facts can have."""
    for values in product(*(_VALUES[fact] for fact in facts)):
        yield {fact: value for fact, value in zip(facts, values, strict=True) if value is not None}
