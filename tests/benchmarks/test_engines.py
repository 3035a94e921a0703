"""The compared engines have the same rules and give the same answers."""

from collections.abc import Callable

import pytest

from app.bundle.decode import decode_all
from app.domain.condition import Clause
from app.domain.rule import Rule
from benchmarks.engines import engines
from benchmarks.matching import Disagreement, Truth
from benchmarks.rules import CASES, TODAY, Draw, bundle_of, made_rules, withdrawals


@pytest.mark.parametrize("when", {case.when for case in CASES}, ids=lambda when: when.__name__)
def test_every_engine_answers_what_the_plain_loop_answers(when: Callable[[int, Draw], Clause]) -> None:
    """Covers each kind of rule, withdrawals that give all facts, and one that gives none."""
    rules = made_rules(60, when)
    requests = [*withdrawals(12), *(case.request for case in CASES)]
    compiled = [(name, compile_rules(rules)) for name, compile_rules in engines()]
    for request in requests:
        answers = {name: engine.ids(engine.match(engine.prepare(request))) for name, engine in compiled}
        assert all(answer == answers["plain loop"] for answer in answers.values()), answers


def test_an_engine_that_disagrees_is_not_timed() -> None:
    name, compile_rules = next(engines())
    truth = Truth((200,))
    with pytest.raises(Disagreement, match="Forewarn and the plain loop disagree on 200 rules"):
        truth.check(name, compile_rules(truth.rules[200][:100]), 200)


def test_cases_match_as_their_names_say() -> None:
    matched = {case.name: _count(made_rules(200, case.when), case.context) for case in CASES}
    assert matched["none matching"] == matched["every fact absent"] == 0
    assert matched["all matching"] == 200
    assert matched["as authors write them"] > 0


def _count(rules: list[Rule], context: "object") -> int:
    return sum(rule.matches(context, TODAY) for rule in rules)  # type: ignore[arg-type]  # of a Case


def test_a_bundle_holds_the_rules_that_it_was_made_of() -> None:
    rules = made_rules(50)
    read = decode_all(bundle_of(rules)).rules
    assert [rule.id for rule in read if rule.region == "hk"] == [rule.id for rule in rules]
