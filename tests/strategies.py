"""Hypothesis strategies for rules and withdrawals. Their pools are small, so that rules often match."""

from datetime import date, timedelta

from hypothesis import strategies as st

from app.domain import condition as c
from app.domain import predicate as p
from app.domain.fact import FACTS, Kind
from app.domain.rule import DEFAULT_PRESENTATION, TYPOLOGIES, Rule, Severity

TODAY = date(2026, 11, 20)

words = st.sampled_from(["a", "ab", "b", "c", "1", "true", ""])  # "ab": equal to "a" for no operator
numbers = st.one_of(
    st.sampled_from([0, 1, 1.0, -1, 10, 10.5, 999.99, 1000, 2**53, 2**53 + 1, 2**53 + 2, 0.1, 0.1 + 0.2]),
    st.floats(allow_nan=False, allow_infinity=False),
)
scalars: st.SearchStrategy[str | bool | int | float] = st.one_of(words, st.booleans(), numbers)
word_sets = st.lists(words, max_size=4).map(tuple)

# Attributes may have any type, so conditions meet values of other types there.
attributes = ["attributes.x", "attributes.y"]
facts = st.sampled_from([*FACTS, *attributes, *attributes])


def _range(bounds: dict[str, float]) -> p.Range:
    return p.Range(**bounds)


scalar_lists = st.lists(scalars, min_size=1, max_size=4).map(tuple)
ranges = st.dictionaries(st.sampled_from(["gt", "gte", "lt", "lte"]), numbers, min_size=1).map(_range)
predicates: st.SearchStrategy[p.Predicate] = st.one_of(
    st.builds(p.OneOf, scalar_lists),
    st.builds(p.NoneOf, scalar_lists),
    ranges,
    st.builds(p.HasAny, word_sets),
    st.builds(p.HasAll, word_sets),
    st.builds(p.HasNone, word_sets),
    st.builds(p.Given, st.booleans()),
)
single: st.SearchStrategy[c.Clause] = st.builds(c.Condition, facts, predicates)
clauses: st.SearchStrategy[c.Clause] = st.recursive(
    single,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5).map(lambda parts: c.AllOf(tuple(parts))),
        st.lists(inner, max_size=5).map(lambda parts: c.AnyOf(tuple(parts))),
    ),
    max_leaves=25,
)
days = st.one_of(st.none(), st.integers(-2, 2).map(lambda days: TODAY + timedelta(days)))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    severity = draw(st.sampled_from(Severity))
    return Rule(
        id=f"hk/r{draw(st.integers(0, 10**6))}",
        typology=draw(st.sampled_from(TYPOLOGIES)),
        severity=severity,
        rationale="-",
        message="m",
        presentation=DEFAULT_PRESENTATION[severity],
        priority=draw(st.integers(-2, 2)),
        when=draw(clauses),
        active_from=draw(days),
        active_until=draw(days),
        enabled=draw(st.sampled_from([True, True, True, False])),
    )


def _values(kind: Kind) -> st.SearchStrategy[object]:
    of_kind: dict[Kind, st.SearchStrategy[object]] = {
        Kind.TEXT: words,
        Kind.FLAG: st.booleans(),
        Kind.NUMBER: numbers,
        Kind.SET: st.lists(words, max_size=4),
    }
    return of_kind[kind]


any_value: st.SearchStrategy[object] = st.one_of(*(_values(kind) for kind in Kind))
contexts = st.fixed_dictionaries(
    {}, optional={**{fact: _values(kind) for fact, kind in FACTS.items()}, **dict.fromkeys(attributes, any_value)}
)
