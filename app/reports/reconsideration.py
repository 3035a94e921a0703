"""The reconsideration rate: how many of the warned thought again, and how certain that is."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from app.reports.alert_tables import excluded
from app.reports.answer import TOO_FEW, Answer, Bound, Figures, GroupFigures, Pending, Rate, Rates, WindowRates
from app.reports.comparison import differences, sample_ratios
from app.reports.data_quality import confirmed, confirmed_by_rule, quality
from app.reports.event_connection import Events
from app.reports.interval import Share, clustered_share, share
from app.reports.question import Question
from app.reports.question_options import WINDOWS, Maturity, Unit, moment_text
from app.reports.rate_definitions import RATES, WINDOW_RATES
from app.reports.suppression import suppressed
from app.reports.tally import Tally, tally

_SHARE = lru_cache(maxsize=100_000)(share)  # small groups share few different counts


def answer(events: Events, question: Question, partner: str | None = None) -> Answer:
    """Answer a question. `partner` is the region of a `reports:XX` key; it sees its region only, and no small groups.

    Raises TooMuchError where there are too many groups.
    """
    asked = question if partner is None else question.restricted_to(partner)
    counted = tally(events, asked)
    groups = [
        GroupFigures(dict(zip(map(str, asked.group_by), group, strict=True)), _figures(one, asked))
        for group, one in counted.groups.items()
    ]
    whole = Answer(
        question=asked,
        notes=_notes(asked, partner),
        total=_figures(counted.total, asked),
        groups=groups,
        differences=differences(asked, counted),
        sample_ratios=sample_ratios(asked, counted),
        confirmed_by_rule=confirmed_by_rule(events),
        quality=quality(events, asked, counted),
    )
    told = whole if partner is None else suppressed(whole, excluded(events, asked))
    return replace(told, notes=[*told.notes, *_young(events, told)])


@cache
def _texts() -> dict[str, str]:
    return msgspec.yaml.decode(Path(__file__).with_name("notes.yaml").read_bytes(), type=dict[str, str])


def _notes(question: Question, partner: str | None) -> list[str]:
    texts = _texts()
    notes = [texts["no_control"], texts["money"]]
    if question.since == question.until:
        notes.insert(0, texts["empty_period"].format(moment=moment_text(question.since)))
    if question.maturity is Maturity.ALL:
        notes.append(texts["immature"])
    if partner is not None:
        notes.append(texts["suppressed"])
    return notes


def _young(events: Events, told: Answer) -> list[str]:
    """A note with the day from which the other windows have rates, where none of their alerts has matured."""
    windows = told.total.windows.values() if told.total else ()
    if not any(one.reconsidered.pending for one in windows) or any(one.reconsidered.denominator for one in windows):
        return []
    found = events.connection.execute("SELECT min(t) FROM alerts").fetchone()
    day = (datetime.fromtimestamp(found[0] / 1e6, UTC) + told.question.longest_window).date() if found else None
    return [_texts()["young"].format(longest=told.question.longest_text, day=day)]


def _figures(one: Tally, question: Question) -> Figures:
    by_user = question.unit is Unit.USER
    counts = one.users if by_user else one.alerts
    by_alert = _rates(one, _of_alerts)
    return Figures(
        exposed=counts["exposed"],
        withheld=counts["withheld"],
        contradicted=counts["contradicted"],
        unanswered=counts["unanswered"],
        abandoned=counts["had_abandoned"],
        users=one.users["all"],
        alerts=one.alerts["all"],
        outcomes={name.removeprefix("had_"): count for name, count in counts.items() if name.startswith("had_")},
        pending=Pending(counts["pending"], one.users["pending"], one.alerts["pending"], counts["pending_answered"]),
        rates=_rates(one, _of_users) if by_user else by_alert,
        first_alert=_rates(one, _of_first_alerts),
        by_alert=by_alert,
        windows={name: _window_rates(one, name, _of_users if by_user else _of_alerts) for name in WINDOWS},
        volume=one.volume,
        money_not_sent=one.money,
        confirmed_scam=confirmed(one.per_user["confirmed"], one.per_user["scam"], one.users_alike),
    )


_Measure = Callable[[Tally, str, str], Rate]


def _rates(one: Tally, measure: _Measure) -> Rates:
    return Rates(**{name: measure(one, name, rate.prefix) for name, rate in RATES.items()})


def _window_rates(one: Tally, window: str, measure: _Measure) -> WindowRates:
    return WindowRates(**{name: measure(one, f"{window}_{name}", f"{window}_") for name in WINDOW_RATES})


# The counts of the denominator, of the unanswered and of the pending have the prefix of a window, or `sustained_`.


def _of_users(one: Tally, name: str, prefix: str) -> Rate:
    """At best, a user is a yes with a yes to any alert, or with any unanswered alert."""
    counts = one.users
    at_best = counts[f"{prefix}some_unanswered"] + counts[f"{name}_besides"]
    return _independent(counts, name, prefix, at_best, counts[f"{prefix}pending"])


def _of_first_alerts(one: Tally, name: str, prefix: str) -> Rate:
    """Leaves out users whose first alert has not matured or was withheld; no later alert stands in for it."""
    at_best = one.first[name] + one.first[f"{prefix}unanswered"]
    return _independent(one.first, name, prefix, at_best, one.users[f"{prefix}pending"])


def _of_alerts(one: Tally, name: str, prefix: str) -> Rate:
    """The interval allows for several alerts of one user."""
    has = one.per_user[f"{prefix}counted"] > 0
    alerts, positive, unanswered = (
        one.per_user[which][has] for which in (f"{prefix}counted", name, f"{prefix}unanswered")
    )
    alike = one.users_alike[has]
    return _rate(
        clustered_share(alerts, positive, alike),
        clustered_share(alerts, positive + unanswered, alike),
        int(alike.sum()),
        one.alerts[f"{prefix}pending"],
        int(unanswered @ alike),
    )


def _independent(counts: Mapping[str, int], name: str, prefix: str, at_best: int, pending: int) -> Rate:
    numerator, denominator, unanswered = (counts[which] for which in (name, f"{prefix}counted", f"{prefix}unanswered"))
    return _rate(_SHARE(numerator, denominator), _SHARE(at_best, denominator), denominator, pending, unanswered)


def _rate(as_no: Share, as_yes: Share, users: int, pending: int, unanswered: int) -> Rate:
    counted = as_no.numerator, as_no.denominator, as_no.rate, as_no.low, as_no.high
    return Rate(*counted, users, users < TOO_FEW, pending, unanswered, _bound(as_no), _bound(as_yes))


def _bound(one: Share) -> Bound:
    return Bound(one.numerator, one.rate, one.low, one.high)
