"""What a partner's key sees: its region, no small groups, and nothing that gives one away."""

from itertools import count

import pytest

from app.reports.answer import Answer
from app.reports.answer_export import as_csv, as_dict
from app.reports.suppression import hidden_places, hidden_rates
from tests.reports.compact import ask, moment


def rows(**users: int) -> str:
    """So many users with one alert under each rule."""
    number = count()
    return "\n".join(
        f"Mon 10:00 a{(n := next(number))} alert user=u{n} rule=hk/{rule} variant={rule}"
        for rule, many in users.items()
        for _ in range(many)
    )


def shown(told: Answer) -> dict[object, int]:
    return {one.group["rule_id"]: one.figures.users for one in told.groups if one.figures is not None}


def test_a_group_under_ten_users_is_hidden_and_the_smallest_other_with_it() -> None:
    """With the total of 62 known, 12 + 40 shown would tell that the hidden group has ten."""
    told = ask(rows(a=9, b=12, c=40), partner="HK", group_by="rule_id")
    assert shown(told) == {"hk/c": 40}
    assert told.total is not None
    assert told.total.users == 61
    assert [one.suppressed for one in told.groups] == [True, True, False]


def test_ten_users_are_shown() -> None:
    assert shown(ask(rows(a=10, b=12), partner="HK", group_by="rule_id")) == {"hk/a": 10, "hk/b": 12}


def test_where_every_group_is_small_only_the_total_is_left() -> None:
    told = ask(rows(a=9, b=8), partner="HK", group_by="rule_id")
    assert (shown(told), told.total.users if told.total else None) == ({}, 17)


def test_a_total_under_ten_users_is_hidden_with_all_that_hangs_on_it() -> None:
    told = ask(rows(a=9) + "\nTue 10:00 a0 confirmed_scam", partner="HK", group_by="rule_id")
    assert (shown(told), told.total, told.quality) == ({}, None, None)
    assert [one.confirmed_scam for one in told.confirmed_by_rule] == [None]


def test_only_the_partners_region_is_counted_whatever_is_asked() -> None:
    both = rows(a=12) + "\nMon 10:00 b1 alert user=x region=SG\nMon 10:05 b9 cancelled"
    for region, group_by in (("HK", ""), ("HK,SG", ""), ("SG,HK", "region")):
        told = ask(both, partner="HK", region=region, group_by=group_by)
        assert told.total is not None
        assert told.total.users == 12
        assert told.quality is not None
        assert told.quality.orphaned is None, "an outcome without its assessment has no region"
    assert ask(both, partner="HK", region="SG").total is None


def test_comparisons_with_a_hidden_variant_are_left_out() -> None:
    told = ask(rows(a=9, b=12, c=40, d=41), partner="HK", group_by="variant")
    assert {(one.first, one.second) for one in told.differences} == {("c", "d")}
    assert told.sample_ratios == []


def test_few_confirmed_alerts_are_hidden_in_a_group_that_is_shown() -> None:
    confirmed = "\n".join(f"Tue 10:00 a{n} confirmed_scam" for n in range(3))
    told = ask(rows(a=12) + "\n" + confirmed, partner="HK", group_by="rule_id")
    assert told.total is not None
    assert told.total.confirmed_scam is None
    assert [one.figures.confirmed_scam for one in told.groups if one.figures] == [None]
    own = ask(rows(a=12) + "\n" + confirmed, group_by="rule_id").total
    assert own is not None
    assert own.confirmed_scam is not None


def saved(rule: str, users: int, of: int, amount: int = 100) -> str:
    """So many users with an alert under the rule, some of whom called it off for good."""
    alerts = [f"Mon 10:00 {rule}{n} alert user={rule}{n} rule=hk/{rule} amount_usd={amount}" for n in range(of)]
    return "\n".join([*alerts, *(f"Mon 10:05 {rule}{n} cancelled" for n in range(users))])


def money(told: Answer) -> dict[object, float | None]:
    groups = {one.group["rule_id"]: one.figures for one in told.groups}
    groups["total"] = told.total
    return {name: one.money_not_sent.amount_usd if one and one.money_not_sent else None for name, one in groups.items()}


def test_money_of_few_users_is_hidden_with_the_smallest_other_sum() -> None:
    """Twelve users of rule a, of whom nine called it off: the total less the others would be theirs."""
    told = ask(
        saved("a", 9, 12) + "\n" + saved("b", 15, 20) + "\n" + saved("c", 11, 20), partner="HK", group_by="rule_id"
    )
    assert money(told) == {"hk/a": None, "hk/b": 1500, "hk/c": None, "total": 3500}
    assert shown(told) == {"hk/a": 12, "hk/b": 20, "hk/c": 20}
    assert as_dict(told)["groups"][0]["figures"]["money_not_sent"] is None
    header, *lines = (line.split(",") for line in as_csv(told).splitlines())
    assert [line[header.index("money_not_sent_amount_usd")] for line in lines] == ["", "1500.0", "", "3500.0"]


def test_money_of_nobody_and_of_ten_users_is_shown_and_of_few_in_all_is_not() -> None:
    assert money(ask(saved("a", 0, 12) + "\n" + saved("b", 10, 20), partner="HK", group_by="rule_id")) == {
        "hk/a": 0, "hk/b": 1000, "total": 1000,
    }  # fmt: skip
    assert money(ask(saved("a", 9, 12), partner="HK", group_by="rule_id")) == {"hk/a": None, "total": None}
    assert money(ask(saved("a", 9, 12), group_by="rule_id")) == {"hk/a": 900, "total": 900}


def test_users_without_a_known_amount_do_not_make_a_sum_of_one_user_a_sum_of_many() -> None:
    rows = saved("a", 11, 20).replace("amount_usd=100", "") + "\n" + saved("b", 1, 20)
    assert money(ask(rows, partner="HK", group_by="region,rule_id"))["total"] is None


def test_hidden_figures_are_in_no_format() -> None:
    told = ask(rows(a=9, b=12, c=40), partner="HK", group_by="rule_id")
    assert as_dict(told)["groups"][0] == {"group": {"rule_id": "hk/a"}, "suppressed": True, "figures": None}
    line = as_csv(told).splitlines()[1].split(",")
    assert set(line[9:]) == {""}


@pytest.mark.parametrize(
    ("users", "hidden"),
    [
        ([], set()),
        ([10, 11], set()),
        ([3, 11, 12], {0, 1}),
        ([3, 4], {0, 1}),
        ([3, 4, 30, 20], {0, 1, 3}),
        ([0, 10], {0, 1}),
    ],
)
def test_which_groups_are_hidden(users: list[int], hidden: set[int]) -> None:
    assert hidden_places(users) == hidden


def test_a_rate_of_few_users_is_hidden_though_its_group_has_enough() -> None:
    """Fourteen users, of whose alerts nine are a week old."""
    early = rows(a=9)
    late = "\n".join(f"Tue 10:00 b{n} alert user=v{n} rule=hk/a" for n in range(5))
    told = ask(early + "\n" + late, now=moment("Mon2", "12:00"), partner="HK", group_by="rule_id")
    assert told.total is not None
    for figures in (told.total, told.groups[0].figures):
        assert figures is not None
        assert figures.rates.reconsidered.denominator == 14
        assert figures.windows["7d"].reconsidered.suppressed
        assert not figures.rates.sustained.suppressed, "of nobody yet"
    whole = as_dict(told)["total"]
    assert whole["windows"]["7d"] == {"reconsidered_or_reviewed": None, "reconsidered": None}
    assert "suppressed" not in whole["rates"]["reconsidered"]
    header, *lines = (line.split(",") for line in as_csv(told).splitlines())
    assert not any(name.startswith("window_7d_") for name in header)
    assert len(lines) == 2


def test_a_filter_that_leaves_out_few_users_hides_the_total_and_all_groups() -> None:
    """Everyone less those of rule b would be the nine of rule a."""
    for rule, hides in (("hk/b", True), ("hk/a,hk/b", False)):
        told = ask(rows(a=9, b=40), partner="HK", rule_id=rule, group_by="region")
        assert (told.total is None, told.quality is None, told.groups[0].suppressed) == (hides, hides, hides)
    told = ask(rows(a=10, b=40), partner="HK", rule_id="hk/b")
    assert told.total is not None
    assert told.total.users == 40
    assert ask(rows(a=9, b=40), rule_id="hk/b").total is not None, "an operator's key"


def test_a_filter_that_leaves_out_alerts_of_few_users_hides_too() -> None:
    """The nine have other alerts as well, but by alert the difference is theirs alone."""
    both = rows(b=40) + "\n" + "\n".join(f"Tue 10:00 c{n} alert user=u{n} rule=hk/c" for n in range(9))
    assert ask(both, partner="HK", rule_id="hk/b").total is None
    assert ask(both, partner="HK", exposure_number="1").total is None
    assert ask(both, partner="HK", region="HK").total is not None


@pytest.mark.parametrize(
    ("users", "already", "hidden"),
    [
        ([0, 10, 12], set(), set()),
        ([9, 10, 12], set(), {0, 1}),
        ([0, 10, 12], {0}, set()),
        ([9, 3, 12], {0}, {0, 1, 2}),
        ([9, 11, 12], {0, 1}, {0, 1}),
        ([9, 2, 12, 13], {0, 1}, {0, 1, 2}),
    ],
)
def test_in_which_groups_a_rate_is_hidden(users: list[int], already: set[int], hidden: set[int]) -> None:
    assert hidden_rates(users, already) == hidden
