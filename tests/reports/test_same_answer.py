"""The fast count equals the obvious one, wherever the events are read from and however often they come."""

import random
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.dataset.report_sources import Sources
from app.domain.outcome import OUTCOME_NAMES
from app.reports.answer import Answer, Figures
from app.reports.question import Question
from app.reports.rate_definitions import RATES, WINDOW_RATES
from tests.reports.compact import MONDAY, Event, ask, write
from tests.reports.obvious import counts
from tests.reports.stream_tail import tail_table

_RULES = st.sampled_from(["a", "b", None])
_HOURS = st.integers(0, 24 * 12 * 60).map(lambda minutes: timedelta(minutes=minutes))
_DELAYS = st.one_of(
    st.sampled_from([timedelta(hours=hours) for hours in (-1, 0, 1, 24, 72, 7 * 24, 30 * 24)]),
    st.integers(-10, 60 * 24 * 9).map(lambda minutes: timedelta(minutes=minutes)),
)


@st.composite
def event_sets(draw: st.DrawFn) -> list[Event]:
    """A few users, rules and destinations over twelve days, so that everything meets everything."""
    rows: list[Event] = []
    moments = draw(st.lists(_HOURS, min_size=1, max_size=12, unique=True))
    for number, after in enumerate(moments):
        rows.extend(_withdrawal(draw, f"a{number}", MONDAY + after))
    for number, row in enumerate(rows):
        row["event_id"] = f"s:{number}"
    return rows


def _withdrawal(draw: st.DrawFn, assessment_id: str, at: datetime) -> list[Event]:
    user = draw(st.sampled_from(["ann", "bob", "cat"]))
    asked: Event = {
        "v": 1, "event": "assessment", "time": at, "assessment_id": assessment_id, "client": "exchange",
        "test": draw(st.integers(0, 9)) == 0, "user": user, "destination": draw(st.sampled_from(["x", "y", None])),
        "region": draw(st.sampled_from(["HK", "SG"])), "revision": "r", "rule_id": draw(_RULES),
        "variant": draw(st.sampled_from(["a", "b", None])), "matched": [], "matched_count": 1,
        "facts": draw(st.sampled_from([{}, {"asset": "BTC", "amount_usd": 990}])),
    }  # fmt: skip
    rows = [asked]
    if draw(st.booleans()):
        later = at + timedelta(minutes=draw(st.integers(1, 60 * 30)), seconds=30)
        rows.append(asked | {"time": later, "rule_id": draw(_RULES)})
    for outcome in draw(st.lists(st.sampled_from(OUTCOME_NAMES), max_size=3)):
        occurred = at + draw(_DELAYS)
        received = max(occurred, at) + timedelta(minutes=draw(st.sampled_from([0, 0, 1, 60 * 30])))
        rows.append(
            {"v": 1, "event": "outcome", "time": received, "assessment_id": assessment_id, "client": "exchange",
             "test": draw(st.integers(0, 19)) == 0, "outcome": outcome, "occurred_at": occurred}
        )  # fmt: skip
    if draw(st.integers(0, 9)) == 0:
        rows = [row for row in rows if row["event"] == "outcome"]
    return rows


QUESTIONS = st.fixed_dictionaries(
    {
        "window": st.sampled_from(["1h", "24h", "3d", "30d"]),
        "group_by": st.sampled_from(["", "day", "week,region", "rule_id,variant", "exposure_number", "asset"]),
        "unit": st.sampled_from(["user", "alert"]),
        "exposed_by": st.sampled_from(["answered", "answered", "shown"]),
        "maturity": st.sampled_from(["matured", "all"]),
        "since": st.sampled_from(["2026-11-02", "2026-11-05", "2026-11-06T12:00:00Z"]),
        "until": st.sampled_from(["2026-11-30", "2026-11-11"]),
    },
    optional={"region": st.just("HK"), "rule_id": st.sampled_from(["a", "a,b"]), "exposure_number": st.just("1,2")},
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rows=event_sets(), asked=QUESTIONS, days=st.integers(3, 60), seed=st.integers(0, 1 << 30))
def test_every_split_duplication_and_order_gives_the_obvious_answer(
    rows: list[Event], asked: dict[str, str], days: int, seed: int
) -> None:
    """Tail only, files only, folds, and any mixture of them with events given twice: all say what the loops say."""
    now = MONDAY + timedelta(days=days)
    chance = random.Random(seed)
    told = ask(rows, now, **asked)
    assert_obvious(told, rows)
    with TemporaryDirectory() as folder:
        dataset = write(Path(folder) / "all", rows, folded=True, every=3)
        half = [row for row in rows if chance.random() < 0.5]
        mixed = write(Path(folder) / "half", half, folded=True, every=4)
        rest = [row for row in rows if row not in half or chance.random() < 0.5] * 2
        chance.shuffle(rest)
        kept = [path for path in mixed.folds if chance.random() < 0.8]
        assert ask(dataset, now, **asked) == told, "folds"
        assert ask(Sources(dataset.files), now, **asked) == told, "files"
        assert ask(Sources(mixed.files, kept, tail_table(rest)), now, **asked) == told, "files, folds and tail"


def assert_obvious(told: Answer, rows: list[Event]) -> None:
    expected = counts(rows, told.question)
    found = {tuple(one.group.values()): one.figures for one in told.groups}
    if told.question.group_by:
        assert set(found) == set(expected)
        for group, figures in found.items():
            assert figures is not None
            shown = said(figures, told.question)
            assert shown == {name: expected[group][name] for name in shown}, group
    total = counts(rows, told.question.model_copy(update={"group_by": ()}))
    assert told.total is not None
    shown = said(told.total, told.question)
    assert shown == {name: total.get((), {}).get(name, 0) for name in shown}


def said(figures: Figures, question: Question) -> dict[str, Any]:
    """The report's figures by the names of the obvious count, as far as the unit asked shows them."""
    unit = str(question.unit)
    by_unit, by_alert, first = figures.rates, figures.by_alert, figures.first_alert
    shown = {
        "user_all": figures.users,
        "alert_all": figures.alerts,
        f"{unit}_exposed": figures.exposed,
        f"{unit}_unanswered": figures.unanswered,
        "alert_unanswered": by_alert.reconsidered.unanswered,
        "first_counted": first.reconsidered.denominator,
        **{f"first_{rate}": getattr(first, rate).numerator for rate in RATES},
    }
    for name, rates in (("alert", by_alert), (unit, by_unit)):
        shown |= {
            f"{name}_counted": rates.reconsidered.denominator,
            f"{name}_sustained_counted": rates.sustained.denominator,
            **{f"{name}_{rate}": getattr(rates, rate).numerator for rate in RATES},
            **{f"{name}_{rate}_at_best": getattr(rates, rate).unanswered_as_yes.numerator for rate in RATES},
        }
    for window, beside in figures.windows.items():
        denominators = {getattr(beside, rate).denominator for rate in WINDOW_RATES}
        assert denominators == {figures.windows["7d"].reconsidered.denominator}
        shown |= {
            f"{unit}_{window}_counted": beside.reconsidered.denominator,
            **{f"{unit}_{window}_{rate}": getattr(beside, rate).numerator for rate in WINDOW_RATES},
        }
    return shown
