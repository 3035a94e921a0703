"""In which order a panel lists its groups, and which of them it folds away."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from app.reports.answer import Answer, Difference, Figures, GroupFigures, RuleConfirmed, SampleRatio

FIRST_EXPOSURES = 8

# How many groups a list shows where none is readable.
UNREADABLE_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """The wordings of one rule's message, side by side."""

    rule_id: str
    variants: Sequence[tuple[str, Figures | None]]
    differences: Sequence[Difference] = field(default_factory=tuple)
    ratio: SampleRatio | None = None


def comparisons(answer: Answer) -> list[Comparison]:
    """The rules whose message has several wordings, in the order of their ids."""
    by_rule: dict[str, list[tuple[str, Figures | None]]] = {}
    for one in answer.groups:
        if one.group["variant"] is not None:
            by_rule.setdefault(str(one.group["rule_id"]), []).append((str(one.group["variant"]), one.figures))
    return [
        Comparison(
            rule_id,
            variants,
            [
                one
                for one in answer.differences
                if one.within == {"rule_id": rule_id} and one.rate == "reconsidered_or_reviewed"
            ],
            next((one for one in answer.sample_ratios if one.within == {"rule_id": rule_id}), None),
        )
        for rule_id, variants in sorted(by_rule.items())
        if len(variants) > 1
    ]


def by_rate(groups: Sequence[GroupFigures]) -> list[GroupFigures]:
    """Highest rate first, then rates of too few users, then groups that are hidden or have no rate yet."""

    def order(one: GroupFigures) -> tuple[int, float, str]:
        rate = one.figures.rates.reconsidered_or_reviewed if one.figures else None
        name = str(next(iter(one.group.values()), ""))
        if rate is None or rate.rate is None:
            return (2, 0.0, name)
        return (int(rate.too_few), -rate.rate, name)

    return sorted(groups, key=order)


T_Group = TypeVar("T_Group", GroupFigures, RuleConfirmed, Comparison)


def folded(groups: Sequence[T_Group]) -> tuple[Sequence[T_Group], Sequence[T_Group]]:
    """The groups to show and those to fold away, each in the given order.

    Groups of enough users are shown; where there are none, the first few of the others are.
    """
    read = [one for one in groups if readable(one)]
    if not read:
        return groups[:UNREADABLE_SHOWN], groups[UNREADABLE_SHOWN:]
    return read, [one for one in groups if not readable(one)]


def readable(one: GroupFigures | RuleConfirmed | Comparison) -> bool:
    if isinstance(one, RuleConfirmed):
        return one.confirmed_scam is not None and not one.confirmed_scam.too_few
    several = [figures for _, figures in one.variants] if isinstance(one, Comparison) else [one.figures]
    rates = [figures.rates.reconsidered_or_reviewed for figures in several if figures is not None]
    return len(rates) == len(several) and not any(rate.too_few or rate.rate is None for rate in rates)


def by_number(groups: Sequence[GroupFigures]) -> list[GroupFigures]:
    """The first few exposures, in order."""
    return [one for one in groups if int(one.group["exposure_number"] or 0) <= FIRST_EXPOSURES]
