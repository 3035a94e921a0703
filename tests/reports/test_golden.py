"""One small case for each way in which events can lie about a rate. Each can be checked by hand."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.reports.answer import Answer, Figures, Rate
from tests.reports.compact import LONG_AFTER, MONDAY, ask, events, moment, write


def total(told: Answer) -> Figures:
    assert told.total is not None
    return told.total


def groups(told: Answer) -> dict[object, Figures]:
    found = {next(iter(one.group.values())): one.figures for one in told.groups}
    return {value: figures for value, figures in found.items() if figures is not None}


def counts(rate: Rate) -> tuple[int, int]:
    return rate.numerator, rate.denominator


FOUR_USERS = """
    Mon 10:00  a1  alert user=ann
    Mon 10:01  a1  shown
    Mon 10:02  a1  reviewed
    Mon 10:03  a1  proceeded
    Mon 11:00  a2  alert user=bob
    Mon 11:05  a2  cancelled
    Mon 12:00  a3  alert user=cat
    Mon 12:01  a3  proceeded
    Mon 13:00  a4  alert user=dan
"""


def test_the_rates_of_four_users() -> None:
    """Ann reviewed and proceeded, Bob cancelled, Cat proceeded, nobody knows of Dan."""
    found = total(ask(FOUR_USERS))
    assert (found.exposed, found.unanswered, found.users, found.alerts) == (4, 1, 4, 4)
    assert counts(found.rates.reconsidered_or_reviewed) == (2, 4)
    assert counts(found.rates.reconsidered) == (1, 4)
    assert counts(found.rates.sustained) == (1, 4)
    assert found.outcomes == {
        "shown": 1, "reviewed": 1, "cancelled": 1, "amended": 0, "reported": 0, "proceeded": 2, "abandoned": 0,
        "withheld": 0,
    }  # fmt: skip


def test_the_unanswered_count_once_as_no_and_once_as_yes() -> None:
    rate = total(ask(FOUR_USERS)).rates.reconsidered_or_reviewed
    assert (rate.unanswered, rate.unanswered_as_no.rate, rate.unanswered_as_yes.rate) == (1, 0.5, 0.75)
    assert rate.unanswered_as_yes.numerator == 3


def test_a_user_with_an_unanswered_alert_is_a_yes_at_best_whatever_is_known_of_the_others() -> None:
    """Nobody knows of the second alert: it may have been reconsidered, though the first was proceeded with."""
    rows = "Mon 10:00 a1 alert to=x\nMon 10:01 a1 proceeded\nMon 11:00 a2 alert to=y"
    found = total(ask(rows))
    rates = [found.rates.reconsidered_or_reviewed, found.rates.reconsidered, found.rates.sustained]
    rates += [found.windows["1h"].reconsidered, found.windows["7d"].reconsidered_or_reviewed]
    for rate in rates:
        assert counts(rate) == (0, 1)
        assert (rate.unanswered_as_yes.numerator, rate.unanswered_as_yes.rate) == (1, 1.0)
        assert rate.unanswered == 0, "one of her alerts was answered"
    assert found.unanswered == 0
    assert found.first_alert.reconsidered.unanswered_as_yes.numerator == 0, "the first alert was answered"
    assert found.by_alert.reconsidered.unanswered_as_yes.numerator == 1


def test_an_alert_that_is_pending_or_withheld_is_not_unanswered() -> None:
    rows = "Mon 10:00 a1 alert\nMon 10:01 a1 proceeded\nMon 11:00 a2 alert\nMon 11:01 a2 withheld\nTue 09:00 a3 alert"
    assert total(ask(rows, now=moment("Tue", "12:00"))).rates.reconsidered.unanswered_as_yes.numerator == 0


def test_a_rate_has_its_wilson_interval_and_says_that_it_rests_on_too_few() -> None:
    """2 of 4: Wilson's interval is 15.0% to 85.0% (Newcombe 1998, method 3)."""
    rate = total(ask(FOUR_USERS)).rates.reconsidered_or_reviewed
    assert [rate.low, rate.high] == pytest.approx([0.1500, 0.8500], abs=5e-5)
    assert rate.too_few


def test_thirty_users_are_enough_to_read() -> None:
    rows = "\n".join(f"Mon 10:{number:02} a{number} alert user=u{number}" for number in range(30))
    assert not total(ask(rows)).rates.reconsidered.too_few


def test_events_given_twice_count_once() -> None:
    found = ask(FOUR_USERS + FOUR_USERS.replace("  a", " a"))
    assert total(found).exposed == 4
    assert found.quality is not None
    assert found.quality.repeats == 4, "two events with their own ids are two requests"


def test_one_event_delivered_twice_is_no_repeat() -> None:
    found = ask("Mon 10:00 a1 alert id=s:1\nMon 10:00 a1 alert id=s:1")
    assert found.quality is not None
    assert found.quality.repeats == 0


def test_a_retry_is_no_second_exposure_and_the_first_one_counts() -> None:
    """The window runs from the first answer: 24 hours after it is too late, though the retry was later."""
    found = ask(
        """
        Mon 10:00  a1  alert
        Mon 10:30  a1  alert rule=hk/other
        Tue 10:15  a1  cancelled
        """,
        group_by="rule_id",
    )
    assert total(found).alerts == 1
    assert list(groups(found)) == ["hk/a"]
    assert counts(total(found).rates.reconsidered) == (0, 1)
    assert found.quality is not None
    assert (found.quality.repeats, found.quality.late) == (1, 1)


@pytest.mark.parametrize(
    ("first", "second", "reused"),
    [
        ("to=x amount_usd=5000", "to=x amount_usd=5000", 0),
        ("to=x amount_usd=1000", "to=x amount_usd=1100", 0),
        ("to=x amount_usd=5000", "to=", 0),
        ("to=x amount_usd=5000", "to=y amount_usd=5000", 1),
        ("to=x amount_usd=1000", "to=x amount_usd=1200", 1),
        ("to= amount_usd=1200", "to=x amount_usd=1000", 1),
    ],
)
@pytest.mark.parametrize("again", ["Mon 10:30 a1 alert", "Tue 10:30 a1 none"])
def test_a_repeat_for_another_destination_or_amount_is_told_apart(
    first: str, second: str, reused: int, again: str, tmp_path: Path
) -> None:
    """On the same day and on another, with an alert and without, folded and not. It stays one assessment."""
    rows = events(f"Mon 10:00 a1 alert {first}\n{again} {second}\nMon 11:00 a2 alert to=z amount_usd=1")

    for folded in (False, True):
        found = ask(write(tmp_path / str(folded), rows, folded=folded))
        assert found.quality is not None
        assert (found.quality.reused, found.quality.withdrawals) == (reused, 2)


def test_the_exposure_is_the_first_answer_that_had_an_alert() -> None:
    """A rule was published between the two requests."""
    found = ask(
        """
        Mon 10:00  a1  none
        Tue 10:00  a1  alert
        Tue 10:05  a1  cancelled
        """,
        group_by="day",
    )
    assert list(groups(found)) == ["2026-11-03"]
    assert total(found).volume.withdrawals == 1
    assert counts(total(found).rates.reconsidered) == (1, 1)


def test_an_outcome_that_is_received_late_counts_when_it_occurred() -> None:
    found = ask("Mon 10:00 a1 alert\nFri 09:00 a1 cancelled at=Mon+10:05")
    assert counts(total(found).rates.reconsidered) == (1, 1)
    assert found.quality is not None
    assert (found.quality.reported_late, found.quality.late) == (1, 0)


def test_an_outcome_that_occurs_late_does_not_count() -> None:
    found = ask("Mon 10:00 a1 alert\nWed 10:00 a1 cancelled")
    assert counts(total(found).rates.reconsidered) == (0, 1)
    assert (total(found).unanswered, found.quality.late if found.quality else None) == (1, 1)


def test_an_outcome_may_be_received_before_its_assessment() -> None:
    """Two workers ship on their own; the order of arrival means nothing."""
    found = ask("Mon 10:05 a1 cancelled\nMon 10:00 a1 alert")
    assert counts(total(found).rates.reconsidered) == (1, 1)


@pytest.mark.parametrize(("at", "counted"), [("09:55:00", 1), ("09:54:59", 0)])
def test_an_outcome_may_seem_to_precede_its_alert_by_as_much_as_clocks_differ(at: str, counted: int) -> None:
    found = ask(f"Mon 10:00 a1 alert\nMon 10:06 a1 cancelled at=Mon+{at}")
    assert counts(total(found).rates.reconsidered) == (counted, 1)
    assert found.quality is not None
    assert found.quality.early == 1 - counted


def test_an_outcome_without_its_assessment_is_counted_as_orphaned_and_nowhere_else() -> None:
    found = ask("Mon 10:05 a1 cancelled\nMon 10:06 a1 reviewed\nMon 10:00 a2 alert")
    assert found.quality is not None
    assert (found.quality.orphaned, total(found).exposed, total(found).rates.reconsidered.numerator) == (1, 1, 0)
    assert total(found).volume.withdrawals == 1


MIDNIGHT = """
    Mon 23:50  a1  alert user=ann
    Tue 00:05  a1  cancelled
    Tue 00:10  a2  alert user=ann
    Tue 00:15  a2  proceeded
    Tue 12:00  a3  alert user=bob
"""


def test_a_user_on_both_sides_of_midnight_is_one_user_and_counts_in_each_day() -> None:
    """Monday's alert was reconsidered, on Tuesday; it is Monday's. The total knows that Ann is one."""
    found = ask(MIDNIGHT, group_by="day")
    days = groups(found)
    assert counts(days["2026-11-02"].rates.reconsidered) == (1, 1)
    assert counts(days["2026-11-03"].rates.reconsidered) == (0, 2)
    assert counts(total(found).rates.reconsidered) == (1, 2)
    assert counts(total(found).by_alert.reconsidered) == (1, 3)


def test_weeks_begin_on_monday_in_utc() -> None:
    found = ask("Sun 23:59 a1 alert user=ann\nMon2 00:00 a2 alert user=ann", group_by="week")
    assert list(groups(found)) == ["2026-11-02", "2026-11-09"]


def test_a_period_has_its_first_moment_and_not_its_last() -> None:
    rows = "Mon 00:00 a1 alert user=a\nMon 23:59:59.999999 a2 alert user=b\nTue 00:00 a3 alert user=c"
    assert total(ask(rows, since="2026-11-02", until="2026-11-03")).alerts == 2
    assert total(ask(rows, since="2026-11-02T00:00:00.000001Z", until="2026-11-03T08:00:00.000001+08:00")).alerts == 2


@pytest.mark.parametrize(("at", "counted"), [("Tue 09:59:59.999999", 1), ("Tue 10:00:00", 0)])
def test_a_window_has_its_first_moment_and_not_its_last(at: str, counted: int) -> None:
    assert counts(total(ask(f"Mon 10:00 a1 alert\n{at} a1 cancelled")).rates.reconsidered) == (counted, 1)


@pytest.mark.parametrize(("clock", "exposed", "pending"), [("10:00", 1, 0), ("09:59:59", 0, 1)])
def test_an_alert_matures_when_its_window_has_passed(clock: str, exposed: int, pending: int) -> None:
    found = total(ask("Mon 10:00 a1 alert\nMon 10:05 a1 cancelled", now=moment("Tue", clock)))
    assert (found.exposed, found.rates.reconsidered.denominator) == (exposed, exposed)
    assert (found.pending.units, found.pending.answered) == (pending, pending)


def test_maturity_all_counts_fresh_alerts_and_says_so() -> None:
    found = ask("Mon 10:00 a1 alert\nMon 10:05 a1 cancelled", now=moment("Mon", "10:06"), maturity="all")
    assert counts(total(found).rates.sustained) == (1, 1)
    assert total(found).pending.units == 0
    assert any("maturity=all" in note for note in found.notes)


def test_a_user_with_an_alert_that_has_matured_and_one_that_has_not_counts_by_the_first() -> None:
    rows = "Mon 10:00 a1 alert\nMon 10:01 a1 proceeded\nTue 09:00 a2 alert\nTue 09:01 a2 cancelled"
    found = total(ask(rows, now=moment("Tue", "12:00")))
    assert counts(found.rates.reconsidered) == (0, 1)
    assert (found.pending.users, found.pending.alerts, found.users, found.alerts) == (0, 1, 1, 2)


CONTRADICTORY = """
    Mon 10:00  a1  alert user=ann to=x
    Mon 10:05  a1  cancelled
    Mon 10:06  a1  proceeded
"""


def test_two_outcomes_that_contradict_each_other_count_above_and_are_shown_beside() -> None:
    found = total(ask(CONTRADICTORY))
    assert counts(found.rates.reconsidered) == (1, 1)
    assert found.contradicted == 1
    assert counts(found.rates.sustained) == (0, 1)


@pytest.mark.parametrize(("at", "sustained"), [("Mon2 10:04", 0), ("Mon2 10:05", 1)])
def test_the_same_withdrawal_sent_after_all_ends_a_reconsideration_for_seven_days(at: str, sustained: int) -> None:
    found = total(ask(f"Mon 10:00 a1 alert to=\nMon 10:05 a1 cancelled\n{at} a1 proceeded"))
    assert counts(found.rates.sustained) == (sustained, 1)


def test_what_was_sent_before_the_reconsideration_does_not_end_it() -> None:
    found = total(ask("Mon 10:00 a1 alert\nMon 10:05 a1 proceeded\nMon 10:06 a1 cancelled"))
    assert (found.contradicted, counts(found.rates.sustained)) == (1, (1, 1))


def test_a_second_proceeded_of_the_same_alert_is_not_seen() -> None:
    rows = "Mon 10:00 a1 alert\nMon 10:05 a1 proceeded\nMon 10:06 a1 cancelled\nMon 10:07 a1 proceeded"
    assert counts(total(ask(rows)).rates.sustained) == (1, 1)


def test_an_outcome_that_is_too_early_hides_a_later_one_of_its_name_and_is_counted_as_early() -> None:
    rows = "Mon 10:00 a1 alert\nMon 10:05 a1 cancelled at=Mon+09:54\nMon 10:06 a1 cancelled"
    found = ask(rows)
    assert counts(total(found).rates.reconsidered) == (0, 1)
    assert found.quality is not None
    assert (total(found).unanswered, found.quality.early) == (1, 1)


def test_a_user_who_cancels_one_alert_and_proceeds_with_another_is_contradicted_and_no_alert_is() -> None:
    rows = """
        Mon 10:00  a1  alert to=x
        Mon 10:05  a1  cancelled
        Mon 11:00  a2  alert to=y
        Mon 11:05  a2  proceeded
    """
    assert total(ask(rows)).contradicted == 1
    assert total(ask(rows, unit="alert")).contradicted == 0
    assert counts(total(ask(rows)).rates.sustained) == (1, 1), "another destination"


BACK = """
    Mon 10:00  a1  alert user=ann to=x
    Mon 10:05  a1  cancelled
    {when}  a2  {what} user={user} to={to}
    {when}  a2  proceeded
"""


@pytest.mark.parametrize(
    ("what", "when", "user", "to", "sustained"),
    [
        pytest.param("alert", "Thu 10:00", "ann", "x", 0, id="three days later, warned again"),
        pytest.param("none", "Thu 10:00", "ann", "x", 0, id="three days later, not warned"),
        pytest.param("none", "Thu 10:00", "ann", "y", 1, id="to another destination"),
        pytest.param("none", "Thu 10:00", "bob", "x", 1, id="another user to the same destination"),
        pytest.param("none", "Mon2 10:04:59", "ann", "x", 0, id="just before seven days have passed"),
        pytest.param("none", "Mon2 10:05", "ann", "x", 1, id="when seven days have passed"),
        pytest.param("none", "Mon 09:00", "ann", "x", 1, id="before"),
        pytest.param("none", "Thu 10:00", "ann", "", 1, id="to nobody knows where"),
    ],
)
def test_a_user_who_cancels_and_comes_back_has_not_sustained_it(
    what: str, when: str, user: str, to: str, sustained: int
) -> None:
    found = total(ask(BACK.format(what=what, when=when, user=user, to=to), rule_id="hk/a", unit="alert"))
    assert found.rates.reconsidered.numerator == 1
    assert found.rates.sustained.numerator == sustained
    assert found.first_alert.sustained.numerator == sustained


def test_coming_back_counts_whatever_rule_or_period_is_asked_about() -> None:
    rows = BACK.format(what="alert", when="Thu 10:00", user="ann", to="x").replace("a2  alert", "a2  alert rule=hk/b")
    asked = ask(rows, until="2026-11-03", rule_id="hk/a")
    assert counts(total(asked).rates.sustained) == (0, 1)


def test_sustained_matures_seven_days_after_the_window() -> None:
    rows = "Mon 10:00 a1 alert\nMon 10:05 a1 cancelled"
    before, after = (total(ask(rows, now=moment("Tue2", clock))) for clock in ("09:59:59", "10:00"))
    assert (counts(before.rates.sustained), before.rates.sustained.pending) == ((0, 0), 1)
    assert (counts(after.rates.sustained), after.rates.sustained.pending) == ((1, 1), 0)
    assert counts(before.rates.reconsidered) == (1, 1)


def test_the_withheld_are_in_neither_numerator_nor_denominator_but_counted() -> None:
    found = total(
        ask(
            """
            Mon 10:00  a1  alert user=ann
            Mon 10:01  a1  cancelled
            Mon 10:02  a1  withheld
            Mon 11:00  a2  alert user=bob
            Mon 12:00  a3  alert user=cat
            Mon 12:01  a3  withheld
            Mon 13:00  a4  alert user=cat
            Mon 13:01  a4  cancelled
            """
        )
    )
    assert (found.exposed, found.withheld, found.outcomes["withheld"]) == (3, 1, 2)
    assert counts(found.rates.reconsidered) == (1, 2), "Ann is out; Cat is in by her other alert"
    assert counts(found.by_alert.reconsidered) == (1, 2)
    assert counts(found.first_alert.reconsidered) == (0, 1), (
        "Cat's first alert was withheld: her second is not her first"
    )


def test_the_abandoned_are_answered_and_shown_apart() -> None:
    found = total(ask("Mon 10:00 a1 alert\nMon 10:01 a1 abandoned"))
    assert (found.abandoned, found.unanswered) == (1, 0)
    assert counts(found.rates.reconsidered_or_reviewed) == (0, 1)


def test_being_shown_an_alert_is_no_answer_to_it() -> None:
    assert total(ask("Mon 10:00 a1 alert\nMon 10:01 a1 shown")).unanswered == 1


def test_exposed_by_shown_counts_only_alerts_that_were_displayed() -> None:
    assert counts(total(ask(FOUR_USERS, exposed_by="shown")).rates.reconsidered_or_reviewed) == (1, 1)
    volume = total(ask(FOUR_USERS)).volume
    assert (volume.withdrawals, volume.alerted, volume.shown) == (4, 4, 1)


def test_no_figure_counts_test_events() -> None:
    """Neither a test assessment, nor a test outcome of a real one."""
    found = ask("Mon 10:00 a1 alert test\nMon 11:00 a2 alert user=bob\nMon 11:01 a2 cancelled test")
    assert counts(total(found).rates.reconsidered) == (0, 1)
    assert total(found).volume.withdrawals == 1


SEVERAL = """
    Mon 10:00  a1  alert user=ann rule=hk/a to=x
    Mon 10:01  a1  proceeded
    Mon 11:00  a2  alert user=ann rule=hk/b to=y
    Mon 11:01  a2  cancelled
    Mon 12:00  a3  alert user=ann rule=hk/b to=z
    Mon 12:01  a3  proceeded
    Mon 13:00  a4  alert user=bob rule=hk/b to=z
"""


def test_within_a_group_only_its_own_alerts_and_their_outcomes_count() -> None:
    """Ann cancelled under rule b: that is no reconsideration of rule a's alert."""
    found = ask(SEVERAL, group_by="rule_id")
    rules = groups(found)
    assert counts(rules["hk/a"].rates.reconsidered) == (0, 1)
    assert counts(rules["hk/b"].rates.reconsidered) == (1, 2)
    assert counts(rules["hk/b"].by_alert.reconsidered) == (1, 3)
    assert counts(total(found).rates.reconsidered) == (1, 2)
    assert counts(total(found).by_alert.reconsidered) == (1, 4)


def test_the_first_alert_is_the_first_of_the_group() -> None:
    """Ann's first alert of all was proceeded with, her first of rule b cancelled."""
    found = ask(SEVERAL, group_by="rule_id")
    assert counts(total(found).first_alert.reconsidered) == (0, 2)
    assert counts(groups(found)["hk/b"].first_alert.reconsidered) == (1, 2)


def test_the_exposure_number_counts_all_alerts_of_a_user_over_all_data_kept() -> None:
    """Ann's alert of the second week is her fourth, of whatever rule, also where the period begins later."""
    rows = SEVERAL + "Mon2 10:00 a5 alert user=ann rule=hk/a\nMon2 10:01 a5 cancelled"
    assert {number: one.alerts for number, one in groups(ask(rows, group_by="exposure_number")).items()} == {
        1: 2,
        2: 1,
        3: 1,
        4: 1,
    }
    later = ask(rows, since="2026-11-09", rule_id="hk/a", group_by="exposure_number")
    assert list(groups(later)) == [4]
    assert total(ask(rows, exposure_number="1,4")).alerts == 3


def test_the_other_windows_stand_beside_the_chosen_one() -> None:
    """Cancelled after 30 minutes, 12 hours, two days, five days: each window has one more."""
    rows = """
        Mon 10:00  a1  alert user=ann
        Mon 10:30  a1  cancelled
        Mon 10:00  a2  alert user=bob
        Mon 22:00  a2  cancelled
        Mon 10:00  a3  alert user=cat
        Wed 10:00  a3  cancelled
        Mon 10:00  a4  alert user=dan
        Sat 10:00  a4  cancelled
    """
    for unit in ("user", "alert"):
        found = total(ask(rows, window="30d", unit=unit))
        assert {name: counts(rates.reconsidered) for name, rates in found.windows.items()} == {
            "1h": (1, 4), "24h": (2, 4), "72h": (3, 4), "7d": (4, 4),
        }  # fmt: skip


def test_the_other_windows_count_the_same_alerts_so_a_longer_one_is_never_lower() -> None:
    """Bob's alert has had its 24 hours and not its seven days: he is in the main rate only."""
    rows = """
        Mon 10:00  a1  alert user=ann
        Mon 13:00  a1  cancelled
        Fri 10:00  a2  alert user=bob
        Fri 10:30  a2  cancelled
    """
    for unit in ("user", "alert"):
        found = total(ask(rows, now=moment("Mon2", "10:00"), unit=unit))
        assert counts(found.rates.reconsidered) == (2, 2)
        assert [counts(one.reconsidered) for one in found.windows.values()] == [(0, 1), (1, 1), (1, 1), (1, 1)]
        assert {one.reconsidered.pending for one in found.windows.values()} == {1}
        live = total(ask(rows, now=moment("Mon2", "10:00"), unit=unit, maturity="all"))
        assert [counts(one.reconsidered) for one in live.windows.values()] == [(1, 2), (2, 2), (2, 2), (2, 2)]


def test_under_a_chosen_window_that_is_longer_the_others_wait_for_it_too() -> None:
    rows = "Mon 10:00 a1 alert\nMon 10:30 a1 cancelled"
    asked = [total(ask(rows, now=moment("Mon4", "10:00"), window=window)) for window in ("7d", "30d")]
    assert [counts(one.windows["1h"].reconsidered) for one in asked] == [(1, 1), (0, 0)]


def test_an_alert_withheld_within_the_longest_window_is_in_none_of_those_beside() -> None:
    found = total(ask("Mon 10:00 a1 alert\nTue 10:30 a1 withheld\nMon 11:00 a2 alert user=bob"))
    assert found.rates.reconsidered.denominator == 2
    assert {one.reconsidered.denominator for one in found.windows.values()} == {1}


def test_a_young_period_says_when_its_other_windows_can_be_read() -> None:
    rows = "Mon 10:00 a1 alert\nTue 10:00 a2 alert user=bob"
    young = ask(rows, now=moment("Mon2", "09:59"))
    assert [one.reconsidered.rate for one in total(young).windows.values()] == [None] * 4
    assert total(young).windows["1h"].reconsidered.pending == 2
    assert [note for note in young.notes if "`windows`" in note and "7d" in note and "on 2026-11-09" in note]
    for grown in (ask(rows, now=moment("Mon2", "10:00")), ask([], now=moment("Mon2", "09:59"))):
        assert not [note for note in grown.notes if "`windows`" in note]


def test_groups_by_fact_and_filters_by_value_or_by_none() -> None:
    rows = "Mon 10:00 a1 alert asset=BTC\nMon 11:00 a2 alert user=bob asset=ETH\nMon 12:00 a3 alert user=cat"
    assert list(groups(ask(rows, group_by="asset"))) == ["BTC", "ETH", None]
    assert total(ask(rows, asset="BTC,")).alerts == 2
    assert total(ask(rows, asset="")).alerts == 1
    assert total(ask(rows, day="2026-11-02", week="2026-11-02")).alerts == 3
    assert total(ask(rows, day="2026-11-03")).alerts == 0


def test_an_empty_range_has_an_empty_answer() -> None:
    found = ask(FOUR_USERS, since="2026-11-03", until="2026-11-03", group_by="day")
    assert (found.groups, total(found).exposed) == ([], 0)
    assert found.notes[0].startswith("The period is empty: it starts and ends at 2026-11-03,")
    rate = total(found).rates.reconsidered
    assert (rate.numerator, rate.denominator, rate.rate, rate.low, rate.high) == (0, 0, None, None, None)


def test_all_of_time_is_a_period() -> None:
    assert total(ask(FOUR_USERS, since="0001-01-01", until="9999-12-31", group_by="day")).alerts == 4


def test_no_events_at_all_have_an_empty_answer() -> None:
    assert total(ask([], group_by="rule_id,exposure_number", unit="alert")).users == 0


def test_money_not_sent_sums_sustained_reconsiderations_and_tells_repeated_attempts_apart() -> None:
    """Ann tried 5,000 and then 3,000 to the same place; Bob proceeded three days later."""
    money = total(
        ask(
            """
            Mon 10:00  a1  alert user=ann to=x amount_usd=5000
            Mon 10:01  a1  cancelled
            Mon 11:00  a2  alert user=ann to=x amount_usd=3000
            Mon 11:01  a2  cancelled
            Mon 12:00  a3  alert user=bob to=x amount_usd=9900
            Mon 12:01  a3  amended
            Thu 12:00  a4  none  user=bob to=x amount_usd=9800
            Thu 12:01  a4  proceeded
            """
        )
    ).money_not_sent
    assert money is not None
    assert (money.users, money.withdrawals, money.amount_usd, money.once_usd) == (1, 2, 8000, 5000)


def test_the_share_of_confirmed_scams_by_rule_goes_by_the_last_word() -> None:
    found = ask(
        """
        Mon 10:00  a1  alert user=ann rule=hk/a
        Mon 11:00  a2  alert user=bob rule=hk/a
        Mon 12:00  a3  alert user=cat rule=hk/b
        Fri3 10:00  a1  confirmed_scam
        Fri3 10:00  a2  confirmed_scam
        Fri3 11:00  a2  confirmed_legitimate
        """
    )
    (rule,) = found.confirmed_by_rule
    assert rule.confirmed_scam is not None
    assert (rule.rule_id, rule.confirmed_scam.numerator, rule.confirmed_scam.denominator) == ("hk/a", 1, 2)
    assert total(found).confirmed_scam == rule.confirmed_scam


def test_every_answer_says_that_it_shows_no_effect() -> None:
    assert any("control group" in note for note in ask([]).notes)


def test_facts_given_are_shares_of_all_withdrawals() -> None:
    found = ask("Mon 10:00 a1 alert asset=BTC\nMon 11:00 a2 none amount_usd=10 to=")
    assert found.quality is not None
    given = found.quality.facts_given
    assert (given["asset"], given["amount_usd"], given["network"], given["destination"]) == (0.5, 0.5, 0, 0.5)


def test_alerts_of_the_last_hour_are_pending_by_user_and_by_alert() -> None:
    rows = "Mon 10:00 a1 alert\nMon 10:10 a2 alert\nMon 10:20 a3 alert user=bob\nMon 10:25 a3 cancelled"
    for unit, units, answered in (("user", 2, 1), ("alert", 3, 1)):
        pending = total(ask(rows, now=MONDAY + timedelta(hours=11), unit=unit)).pending
        assert (pending.units, pending.users, pending.alerts, pending.answered) == (units, 2, 3, answered)


def test_now_is_given_never_taken() -> None:
    assert total(ask(FOUR_USERS, now=MONDAY)).pending.units == 4
    assert total(ask(FOUR_USERS, now=LONG_AFTER)).pending.units == 0
