"""Variants against each other."""

import pytest

from tests.reports.compact import ask


def rows(rule: str = "hk/a", **variants: tuple[int, int]) -> str:
    """So many users of each variant, the first so many of whom cancel."""
    lines = []
    for variant, (cancelled, users) in variants.items():
        for n in range(users):
            lines.append(f"Mon 10:00 {rule}{variant}{n} alert user={rule}{variant}{n} rule={rule} variant={variant}")
            lines += [f"Mon 10:05 {rule}{variant}{n} cancelled"] * (n < cancelled)
    return "\n".join(lines)


def test_each_difference_has_newcombes_interval() -> None:
    told = ask(rows(a=(56, 70), b=(48, 80)), group_by="variant")
    one = next(one for one in told.differences if one.rate == "reconsidered")
    assert (one.first, one.second) == ("a", "b")
    assert [one.difference, one.low, one.high] == pytest.approx([0.2, 0.0524, 0.3339], abs=5e-5)
    assert not one.too_few


def test_one_alert_a_user_compares_the_same_by_alert() -> None:
    """All that differs is Student's caution."""
    told = ask(rows(a=(56, 70), b=(48, 80)), group_by="variant", unit="alert")
    one = next(one for one in told.differences if one.rate == "reconsidered")
    assert one.low == pytest.approx(0.0524, abs=5e-3)


def test_every_pair_is_compared_for_every_rate() -> None:
    told = ask(rows(a=(1, 2), b=(1, 2), c=(0, 2)), group_by="variant")
    assert [(one.first, one.second) for one in told.differences if one.rate == "sustained"] == [
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
    ]
    assert {one.rate for one in told.differences} == {"reconsidered_or_reviewed", "reconsidered", "sustained"}
    assert all(one.too_few for one in told.differences)


def test_variants_are_compared_within_a_rule_where_rules_are_grouped_by() -> None:
    told = ask(rows(a=(1, 2), b=(1, 2)) + "\n" + rows("hk/b", a=(0, 1)), group_by="rule_id,variant")
    assert {tuple(one.within.items()) for one in told.differences} == {(("rule_id", "hk/a"),)}


def test_alerts_without_variants_are_not_compared() -> None:
    assert ask("Mon 10:00 a1 alert\nMon 10:00 a2 alert user=bob variant=a", group_by="variant").differences == []
    assert ask(rows(a=(1, 2), b=(1, 2))).differences == []


@pytest.mark.parametrize(("users", "p_value", "suspicious"), [((52, 48), 0.689, False), ((80, 40), 0.00026, True)])
def test_the_sample_ratio_is_tested_against_equal_shares(
    users: tuple[int, int], p_value: float, suspicious: bool
) -> None:
    """(80 - 60)² / 60 * 2 = 13.3 on one degree of freedom."""
    (found,) = ask(rows(a=(0, users[0]), b=(0, users[1])), group_by="variant").sample_ratios
    assert found.users == {"a": users[0], "b": users[1]}
    assert found.p_value == pytest.approx(p_value, rel=0.01)
    assert found.suspicious == suspicious


def test_the_sample_ratio_counts_users_whatever_became_of_their_alerts() -> None:
    told = ask(rows(a=(0, 2), b=(0, 2)) + "\nMon 10:01 hk/aa0 withheld", group_by="variant")
    assert told.sample_ratios[0].users == {"a": 2, "b": 2}
