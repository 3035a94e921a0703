"""Hides figures of few people from partners."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from typing import TypeVar

from app.reports.answer import HIDDEN, Answer, Figures, GroupFigures, Rate, Rates, RuleConfirmed, WindowRates

FEWEST = 10  # users

Block = TypeVar("Block", Rates, WindowRates)


def suppressed(whole: Answer, excluded: Sequence[int] = ()) -> Answer:
    """The answer without groups of fewer than ten users, and without figures that would reveal them.

    The total minus the shown groups reveals the hidden ones, so what is hidden must have ten users as well. Therefore
    the smallest of the other groups is hidden with the small ones, unless all are small. Adding up the users of several
    small groups would not do, since they may be the same people. The same holds for each rate and for the money, which
    may have fewer users than their group. `excluded` are counts of users left out by filters: the answer without the
    filters minus this one would reveal them, so everything is hidden where they are few.
    """
    if any(0 < users < FEWEST for users in excluded):
        whole = replace(
            whole, total=None, groups=[replace(one, figures=None) for one in whole.groups], confirmed_by_rule=[]
        )
    hidden = hidden_places([one.figures.users if one.figures else 0 for one in whole.groups])
    groups = _without_money(_without_rates(whole.groups, hidden), whole.groups)
    shown = [one.group for one in groups if not one.suppressed]
    if any(one.figures and _few_confirmed(one.figures) for one in groups):
        groups = [replace(one, figures=one.figures and replace(one.figures, confirmed_scam=None)) for one in groups]
    total = None if whole.total is None or whole.total.users < FEWEST else _few_hidden(whole.total)
    return replace(
        whole,
        total=replace(total, confirmed_scam=None) if total is not None and _few_confirmed(total) else total,
        groups=groups,
        differences=[
            one
            for one in whole.differences
            if all(_shows({**one.within, "variant": name}, one.rate, groups) for name in (one.first, one.second))
        ],
        sample_ratios=[
            one for one in whole.sample_ratios if all({**one.within, "variant": name} in shown for name in one.users)
        ],
        confirmed_by_rule=_rules(whole.confirmed_by_rule),
        quality=None if total is None or whole.quality is None else replace(whole.quality, orphaned=None),
    )


Path = tuple[str, str]  # a block of rates, and one of them


def _rates(figures: Figures) -> dict[Path, Rate]:
    blocks: dict[str, Rates | WindowRates] = {
        "rates": figures.rates,
        "first_alert": figures.first_alert,
        "by_alert": figures.by_alert,
        **figures.windows,
    }
    return {(block, one.name): getattr(rates, one.name) for block, rates in blocks.items() for one in fields(rates)}


def _hiding(figures: Figures, paths: Collection[Path]) -> Figures:
    def without(block: str, rates: Block) -> Block:
        return replace(rates, **{name: HIDDEN for where, name in paths if where == block})

    return replace(
        figures,
        rates=without("rates", figures.rates),
        first_alert=without("first_alert", figures.first_alert),
        by_alert=without("by_alert", figures.by_alert),
        windows={name: without(name, rates) for name, rates in figures.windows.items()},
    )


def _few_hidden(figures: Figures) -> Figures:
    """Without the rates and the money of few users."""
    found = _hiding(figures, {path for path, rate in _rates(figures).items() if 0 < rate.users < FEWEST})
    few_money = found.money_not_sent is not None and 0 < found.money_not_sent.users < FEWEST
    return replace(found, money_not_sent=None) if few_money else found


def _without_rates(groups: Sequence[GroupFigures], hidden: Collection[int]) -> list[GroupFigures]:
    """Hides these groups, and the rates of few users in the others."""
    rates = [_rates(one.figures) if one.figures else {} for one in groups]
    paths: list[set[Path]] = [set() for _ in groups]
    for path in {path for one in rates for path in one}:
        for place in hidden_rates([one[path].users if one else 0 for one in rates], hidden):
            paths[place].add(path)
    return [
        replace(one, figures=None)
        if place in hidden or one.figures is None
        else replace(one, figures=_hiding(one.figures, paths[place]))
        for place, one in enumerate(groups)
    ]


def _without_money(groups: Sequence[GroupFigures], whole: Sequence[GroupFigures]) -> list[GroupFigures]:
    """Hides sums of few users' money and sums that would reveal them. `whole` has the groups with nothing hidden."""
    users = [one.figures.money_not_sent.users if one.figures and one.figures.money_not_sent else 0 for one in whole]
    hidden = {place for place, one in enumerate(groups) if one.figures is None}
    places = hidden_rates(users, hidden)
    return [
        replace(one, figures=replace(one.figures, money_not_sent=None)) if one.figures and place in places else one
        for place, one in enumerate(groups)
    ]


def hidden_rates(users: Sequence[int], hidden: Collection[int]) -> frozenset[int]:
    """The groups in which to hide a rate or a sum that has this many `users` in each group.

    `hidden` groups are hidden already. A figure without users reveals nobody.
    """
    small = {place for place, count in enumerate(users) if count and (count < FEWEST or place in hidden)}
    large = [(count, place) for place, count in enumerate(users) if count >= FEWEST and place not in small]
    enough = any(users[place] >= FEWEST for place in small)
    return frozenset(small | {min(large)[1]}) if small and large and not enough else frozenset(small)


def _shows(group: Mapping[str, str | int | None], rate: str, groups: Sequence[GroupFigures]) -> bool:
    found = next((one.figures for one in groups if one.group == group), None)
    return found is not None and not _rates(found)["rates", rate].suppressed


def hidden_places(users: Sequence[int]) -> frozenset[int]:
    """The groups to hide, given the number of users of each."""
    small = {place for place, count in enumerate(users) if count < FEWEST}
    large = [(count, place) for place, count in enumerate(users) if count >= FEWEST]
    return frozenset(small | {min(large)[1]}) if small and large else frozenset(small)


def _few_confirmed(figures: Figures) -> bool:
    return figures.confirmed_scam is not None and 0 < figures.confirmed_scam.users < FEWEST


def _rules(rules: Sequence[RuleConfirmed]) -> list[RuleConfirmed]:
    hidden = hidden_places([one.confirmed_scam.users if one.confirmed_scam else 0 for one in rules])
    return [replace(one, confirmed_scam=None) if place in hidden else one for place, one in enumerate(rules)]
