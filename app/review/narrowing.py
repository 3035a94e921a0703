"""Which withdrawals a rule no longer matches: decided for all withdrawals, not only for the examples."""

from app.checks.formulas import FormulaBuilder
from app.checks.satisfiability import Effort, solution
from app.domain.condition import Clause
from app.domain.fact import Value
from app.domain.value_classes import UNMENTIONED
from app.review.rule_sentences import describe_example

# A pair of the shipped rules takes at most 65 steps; these are about 50 ms.
_EFFORT = 200_000


def lost_withdrawal(before: Clause, after: Clause) -> dict[str, Value] | None:
    """A withdrawal that met `before` and does not meet `after`; None if there is none. Raises TooHard."""
    effort = Effort(_EFFORT)
    builder = FormulaBuilder([before, after], effort)
    demands = [builder.formula(before), builder.negated(builder.formula(after))]
    found = solution(demands, builder.everything(), effort)
    return None if found is None else builder.withdrawal(found)


def in_words(withdrawal: dict[str, Value]) -> str:
    """
    >>> in_words({"declared_purpose": "investment", "amount_usd": 400})
    'declared_purpose investment, amount_usd 400'
    """
    named = {fact: "something else" if value == UNMENTIONED else value for fact, value in withdrawal.items()}
    return describe_example(named)
