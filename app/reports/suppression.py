"""What a partner's export must not show: figures of a few people."""

from collections.abc import Sequence
from dataclasses import replace

from app.reports.answer import Answer, Figures, GroupFigures, RuleConfirmed

FEWEST = 10  # users


def suppressed(whole: Answer) -> Answer:
    """The same answer without groups under ten users, and without what would give them away.

    All groups together are the total, so what is hidden is the total less what is shown. It must have ten users too:
    with the small groups the smallest of the others is hidden, unless all are small. Adding up the users of several
    small groups would not do, since they may be the same people.
    """
    hidden = hidden_places([one.figures.users if one.figures else 0 for one in whole.groups])
    groups = [_without(one) if place in hidden else one for place, one in enumerate(whole.groups)]
    shown = [one.group for one in groups if not one.suppressed]
    few_confirmed = any(one.figures is not None and _few_confirmed(one.figures) for one in groups)
    total = None if whole.total is None or whole.total.users < FEWEST else whole.total
    return replace(
        whole,
        total=_without_confirmed(total) if total is not None and _few_confirmed(total) else total,
        groups=[_without_group_confirmed(one) if few_confirmed else one for one in groups],
        differences=[
            one
            for one in whole.differences
            if all({**one.within, "variant": name} in shown for name in (one.first, one.second))
        ],
        sample_ratios=[
            one for one in whole.sample_ratios if all({**one.within, "variant": name} in shown for name in one.users)
        ],
        confirmed_by_rule=_rules(whole.confirmed_by_rule),
        quality=None if total is None or whole.quality is None else replace(whole.quality, orphaned=None),
    )


def hidden_places(users: Sequence[int]) -> frozenset[int]:
    """Which groups to hide, given how many users each has."""
    small = {place for place, count in enumerate(users) if count < FEWEST}
    large = [(count, place) for place, count in enumerate(users) if count >= FEWEST]
    return frozenset(small | {min(large)[1]}) if small and large else frozenset(small)


def _without(one: GroupFigures) -> GroupFigures:
    return replace(one, figures=None)


def _few_confirmed(figures: Figures) -> bool:
    return figures.confirmed_scam is not None and 0 < figures.confirmed_scam.users < FEWEST


def _without_confirmed(figures: Figures) -> Figures:
    return replace(figures, confirmed_scam=None)


def _without_group_confirmed(one: GroupFigures) -> GroupFigures:
    return one if one.figures is None else replace(one, figures=_without_confirmed(one.figures))


def _rules(rules: Sequence[RuleConfirmed]) -> list[RuleConfirmed]:
    hidden = hidden_places([one.confirmed_scam.users if one.confirmed_scam else 0 for one in rules])
    return [replace(one, confirmed_scam=None) if place in hidden else one for place, one in enumerate(rules)]
