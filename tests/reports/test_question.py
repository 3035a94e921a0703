"""Questions: defaults, and one clear sentence for each mistake."""

from datetime import UTC, datetime, timedelta

import pytest

from app.reports.question import QuestionError, question
from app.reports.question_options import Dimension, span

NOW = datetime(2026, 11, 20, 22, 31, tzinfo=UTC)


def test_without_dates_it_is_about_the_last_four_weeks_that_have_matured() -> None:
    asked = question({}, NOW)
    assert (asked.since, asked.until) == (datetime(2026, 10, 22, tzinfo=UTC), datetime(2026, 11, 19, tzinfo=UTC))
    assert (asked.window, asked.group_by, asked.filters) == (timedelta(hours=24), (), {})


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        ({"window": "1h"}, 20),
        ({"window": "23h"}, 19),
        ({"window": "7d"}, 13),
        ({"window": "soon"}, None),
        ({"maturity": "matured"}, 19),
        ({"maturity": "all"}, 21),
        ({"maturity": "all", "window": "7d"}, 21),
        ({"since": "2026-11-20"}, 21),
    ],
)
def test_the_period_ends_where_every_alert_has_matured(asked: dict[str, str], until: int | None) -> None:
    if until is None:
        with pytest.raises(QuestionError) as raised:
            question(asked, NOW)
        assert [mistake.field for mistake in raised.value.mistakes] == ["window"]
        return
    told = question(asked, NOW)
    assert told.until == datetime(2026, 11, until, tzinfo=UTC)
    if "since" not in asked:
        assert told.until - told.since == timedelta(days=28)
        assert "maturity" in asked or told.until + told.window <= NOW


def test_since_defaults_to_four_weeks_before_until() -> None:
    assert question({"until": "2026-11-01"}, NOW).since == datetime(2026, 10, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-02",
        "2026-11-02T00:00:00Z",
        "2026-11-02T08:00:00+08:00",
        "2026-11-02T08:00:00 08:00",  # as a server reads a plus sign that is in an address as it is
        "2026-11-01T19:00:00.000-05:00",
    ],
)
def test_dates_are_midnight_utc_and_times_have_an_offset(text: str) -> None:
    assert question({"since": text}, NOW).since == datetime(2026, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize(("text", "hours"), [("1h", 1), ("24h", 24), ("3d", 72), ("30d", 720), ("720h", 720)])
def test_windows_are_whole_hours_or_days(text: str, hours: int) -> None:
    asked = question({"window": text}, NOW)
    assert asked.window == timedelta(hours=hours)
    assert question({"window": span(asked.window)}, NOW).window == asked.window


def test_groups_and_filters_are_words_with_commas_or_several_parameters() -> None:
    asked = question(
        {
            "group_by": ["week,region", "variant"],
            "rule_id": ["hk/a", "hk/b,hk/c"],
            "variant": "a,",
            "day": "2026-11-02",
        },
        NOW,
    )
    assert asked.group_by == (Dimension.WEEK, Dimension.REGION, Dimension.VARIANT)
    assert asked.filters == {
        Dimension.RULE_ID: ("hk/a", "hk/b", "hk/c"),
        Dimension.VARIANT: ("a", None),
        Dimension.DAY: ("2026-11-02",),
    }


@pytest.mark.parametrize(
    ("asked", "field", "value", "expected"),
    [
        ({"since": "yesterday"}, "since", "yesterday", "a date such as 2026-11-20"),
        ({"since": "2026-02-30"}, "since", "2026-02-30", "a date such as 2026-11-20"),
        ({"until": "2026-11-20T10:00:00"}, "until", "2026-11-20T10:00:00", "with its offset"),
        (
            {"since": "2026-11-03", "until": "2026-11-02"},
            "until",
            "2026-11-02",
            "2026-11-03 (since) or later",
        ),
        ({"since": "2026-11-03T10:00:00+08:00", "until": "2026-11-02"}, "until", "2026-11-02", "2026-11-03T02:00:00Z"),
        ({"since": "2026-12-03"}, "since", "2026-12-03", "2026-11-21 or earlier: the period ends there"),
        ({"group_by": "rule"}, "group_by", "rule", "did you mean rule_id?"),
        ({"group_by": "day,day,phase"}, "group_by", "day,day,phase", "one or more of day, week, region"),
        ({"window": "31d"}, "window", "31d", "a window from 1h to 30d"),
        ({"window": "0h"}, "window", "0h", "a window from 1h to 30d"),
        ({"window": "90m"}, "window", "90m", "a window from 1h to 30d"),
        ({"window": "²h"}, "window", "²h", "a window from 1h to 30d"),
        ({"unit": "withdrawal"}, "unit", "withdrawal", "'user' or 'alert'"),
        ({"exposed_by": "seen"}, "exposed_by", "seen", "'answered' or 'shown'"),
        ({"maturity": "some"}, "maturity", "some", "'matured' or 'all'"),
        ({"exposure_number": "0"}, "exposure_number", "0", "a whole number from 1"),
        ({"exposure_number": "9" * 5000}, "exposure_number", "9" * 5000, "a whole number from 1"),
        ({"exposure_number": "2147483648"}, "exposure_number", "2147483648", "a whole number from 1"),
        ({"exposure_number": ["1", "x"]}, "exposure_number", "1,x", "a whole number from 1"),
        ({"exposure_number": "first"}, "exposure_number", "first", "a whole number from 1"),
        ({"week": "47"}, "week", "47", "a week is named by its Monday"),
        ({"rules": "hk/a"}, "rules", "rules", "did you mean rule_id?"),
        ({"now": "2026-11-20"}, "now", "now", "one of"),
    ],
)
def test_a_mistake_is_named_with_its_field_its_value_and_what_was_expected(
    asked: dict[str, str | list[str]], field: str, value: str, expected: str
) -> None:
    with pytest.raises(QuestionError) as raised:
        question(asked, NOW)
    (mistake,) = raised.value.mistakes
    assert (mistake.field, mistake.value) == (field, value)
    assert expected in mistake.expected
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 400


def test_every_mistake_is_named_at_once() -> None:
    with pytest.raises(QuestionError) as raised:
        question({"since": "x", "window": "x", "unit": "x", "colour": "x", "day": "x"}, NOW)
    assert {mistake.field for mistake in raised.value.mistakes} == {"since", "window", "unit", "colour", "day"}


@pytest.mark.parametrize(("asked", "allowed"), [({}, ("HK",)), ({"region": "HK,SG"}, ("HK",)), ({"region": "SG"}, ())])
def test_a_partner_asks_about_its_region_only(asked: dict[str, str], allowed: tuple[str, ...]) -> None:
    assert question(asked, NOW).restricted_to("HK").filters[Dimension.REGION] == allowed


def test_the_ends_of_the_calendar_are_dates_too() -> None:
    asked = question({"since": "0001-01-01", "until": "9999-12-31"}, NOW)
    assert asked.since.year == 1
