"""A day begins at the region's midnight, also when clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.service.clock import Calendar, Stamp

moments = st.floats(1.5e9, 2.5e9)


@given(st.lists(moments, min_size=1, max_size=20), st.sampled_from(["Asia/Hong_Kong", "Europe/London", "UTC"]))
def test_the_day_is_what_zoneinfo_says(times: list[float], zone: str) -> None:
    calendar = Calendar(zone)

    for moment in times:
        assert calendar.day(moment) == datetime.fromtimestamp(moment, ZoneInfo(zone)).date()


def test_the_hours_around_a_change_of_clocks() -> None:
    """London, 29 March 2026: the day has 23 hours."""
    calendar = Calendar("Europe/London")
    start = datetime(2026, 3, 28, 20, tzinfo=UTC)
    for hour in range(40):
        moment = (start + timedelta(hours=hour)).timestamp()
        assert calendar.day(moment) == datetime.fromtimestamp(moment, ZoneInfo("Europe/London")).date()


def test_hong_kong_is_a_day_ahead_in_the_evening() -> None:
    evening = datetime(2026, 11, 20, 17, tzinfo=UTC).timestamp()

    assert Calendar("Asia/Hong_Kong").day(evening) == date(2026, 11, 21)


@given(moments)
def test_stamps_read_back(moment: float) -> None:
    stamp = Stamp()
    stamp.text(moment - 1)
    read = datetime.fromisoformat(stamp.text(moment))

    assert abs(read.timestamp() - moment) < 2e-6


@given(st.lists(st.floats(0, 4e9), min_size=1, max_size=20))
def test_stamps_are_what_strftime_says(times: list[float]) -> None:
    """In any order, although a stamp caches the last second and day."""
    stamp, nearest = Stamp(), Stamp()

    for moment in times:
        said = datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%S.")
        assert stamp.text(moment) == f"{said}{int((moment - int(moment)) * 1_000_000):06d}Z"
        assert nearest.nearest(moment) == datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_the_nearest_microsecond_may_be_of_the_next_day() -> None:
    midnight = datetime(2026, 11, 21, tzinfo=UTC).timestamp()

    assert Stamp().nearest(midnight - 3e-7) == "2026-11-21T00:00:00.000000Z"
    assert Stamp().text(midnight - 3e-7) == "2026-11-20T23:59:59.999999Z"
