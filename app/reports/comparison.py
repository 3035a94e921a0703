"""Variants compared: the differences of their rates with intervals, and whether users were assigned evenly."""

from collections.abc import Iterator
from itertools import combinations

from scipy.stats import chisquare

from app.reports.answer import TOO_FEW, Difference, SampleRatio
from app.reports.interval import Share, clustered_share, difference, share
from app.reports.question import Question
from app.reports.question_options import Dimension, Unit
from app.reports.rate_definitions import RATES
from app.reports.tally import Tallies, Tally

# GrowthBook's threshold: many comparisons are looked at, and a false alarm spoils a good one.
SUSPICIOUS = 0.001

_COUNTED = {name: f"{rate.prefix}counted" for name, rate in RATES.items()}

Within = dict[str, str | int | None]


def differences(question: Question, counted: Tallies) -> list[Difference]:
    """For each pair of variants and each rate, in the question's unit. Empty unless grouped by variant."""
    return [
        _difference(within, rate, first, second, question.unit)
        for within, variants in _comparable(question, counted)
        for first, second in combinations(sorted(variants.items()), 2)
        for rate in RATES
    ]


def sample_ratios(question: Question, counted: Tallies) -> list[SampleRatio]:
    """The chi-square test of equal shares of users, over all answered alerts."""
    return [
        _sample_ratio(within, {name: one.users["all"] for name, one in sorted(variants.items())})
        for within, variants in _comparable(question, counted)
    ]


def _comparable(question: Question, counted: Tallies) -> Iterator[tuple[Within, dict[str, Tally]]]:
    """Groups that differ in the variant only. Messages with a single wording are left out."""
    if Dimension.VARIANT not in question.group_by:
        return
    place = question.group_by.index(Dimension.VARIANT)
    others = [str(name) for name in question.group_by if name is not Dimension.VARIANT]
    together: dict[tuple[str | int | None, ...], dict[str, Tally]] = {}
    for group, one in counted.groups.items():
        if group[place] is not None:
            together.setdefault(group[:place] + group[place + 1 :], {})[str(group[place])] = one
    for rest, variants in together.items():
        if len(variants) > 1:
            yield dict(zip(others, rest, strict=True)), variants


def _difference(
    within: Within, rate: str, first: tuple[str, Tally], second: tuple[str, Tally], unit: Unit
) -> Difference:
    one, other = _share(first[1], rate, unit), _share(second[1], rate, unit)
    interval = difference(one, other)
    return Difference(
        within=within,
        rate=rate,
        first=first[0],
        second=second[0],
        difference=None if one.rate is None or other.rate is None else one.rate - other.rate,
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        too_few=min(first[1].users[_COUNTED[rate]], second[1].users[_COUNTED[rate]]) < TOO_FEW,
    )


def _share(one: Tally, rate: str, unit: Unit) -> Share:
    if unit is Unit.USER:
        return share(one.users[rate], one.users[_COUNTED[rate]])
    alerts = one.per_user[_COUNTED[rate]]
    has = alerts > 0
    return clustered_share(alerts[has], one.per_user[rate][has], one.users_alike[has])


def _sample_ratio(within: Within, users: dict[str, int]) -> SampleRatio:
    p_value = float(chisquare(list(users.values())).pvalue)
    return SampleRatio(within, users, p_value, suspicious=p_value < SUSPICIOUS)
