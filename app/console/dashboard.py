"""The dashboard: one page of panels, each of which is counted by itself and shown once it is there."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from app.console import figure_text
from app.console.filter_values import Absent, Known, absent, checked, choices
from app.console.query_pool import AT_ONCE, Answered, Answers, Busy, TooSlow
from app.console.reports_api import key_of, work_of
from app.console.selection import Selection
from app.dataset.recorded_events import Data, DatasetUnreadable
from app.domain.outcome import RECONSIDERED, RECONSIDERED_OR_REVIEWED, either
from app.reports.answer import Answer, Difference, Figures, GroupFigures, RuleConfirmed, SampleRatio
from app.reports.question import Dimension, ExposedBy, Maturity, Question, Unit
from app.reports.tally import TooMuchError, Volume

T = TypeVar("T")

# A page waits this long for its panels; those that take longer come when the page looks again. Seconds.
PATIENCE = 2.5

# Pages look again this often while a panel is being counted, and else so seldom that one page keeps at most a third
# of the threads busy; pages of the same selection share what was counted. Seconds.
LOOK_SOON = 1.5
LOOK_AGAIN = 5.0
_SHARE = 1 / 3

FIRST_EXPOSURES = 8

PANELS: Mapping[str, Sequence[Dimension]] = {
    "overview": (),
    "rules": (Dimension.RULE_ID,),
    "variants": (Dimension.RULE_ID, Dimension.VARIANT),
    "exposures": (Dimension.EXPOSURE_NUMBER,),
}


@dataclass(frozen=True, slots=True)
class Panel(Generic[T]):
    """One panel's answer. Neither `value` nor `error`: it is still being counted."""

    value: T | None = None
    error: str | None = None

    @property
    def pending(self) -> bool:
        return self.value is None and self.error is None


@dataclass(frozen=True, slots=True)
class Page:
    """`look_again` is in seconds; `absent` says which values are asked for that are not there.

    `newer` is what came since the period ended, where there was no alert in it. None for a partner with few users.
    """

    overview: Panel[Answer]
    trend: Panel[Answer]
    rules: Panel[Answer]
    variants: Panel[Answer]
    exposures: Panel[Answer]
    offered: Known
    absent: Sequence[Absent]
    data: Data | None
    newer: Volume | None
    look_again: float

    @property
    def figures(self) -> Figures | None:
        return self.overview.value.total if self.overview.value else None


async def page(answers: Answers, selection: Selection, regions: Sequence[str]) -> Page:
    """The page as far as it is known within `PATIENCE`. `regions` are those that the visitor's key is limited to."""
    asked = {name: selection.grouped(*group_by) for name, group_by in PANELS.items()}
    asked["trend"] = selection.grouped(selection.by)
    partner = selection.partner
    begun: dict[str, asyncio.Future[Answered[Any]] | Exception] = {}
    for name, question in asked.items():
        begun[name] = _begun(answers, key_of(question, partner), work_of(question, partner))
    plain = selection.question
    names = ",".join(checked(plain))
    begun["choices"] = _begun(
        answers,
        f"choices {partner} {plain.since} {plain.until} {names}",
        lambda events, _: choices(events, plain, partner),
    )
    running = [one for one in begun.values() if isinstance(one, asyncio.Future)]
    if running:
        await asyncio.wait(running, timeout=PATIENCE)
    panels = {name: _panel(one) for name, one in begun.items()}
    newer = await _newer(answers, selection) if _empty(panels["overview"]) else None
    done = [one.result() for one in running if one.done() and one.exception() is None]
    newest = max((one.data for one in done), key=lambda data: data.as_of, default=None)
    return Page(
        **{name: panels[name] for name in ("overview", "trend", "rules", "variants", "exposures")},
        offered=panels["choices"].value or {},
        absent=absent(plain, panels["choices"].value or {}, regions),
        data=newest,
        newer=newer,
        look_again=_look_again([one.seconds for one in done], pending=any(panel.pending for panel in panels.values())),
    )


def _empty(overview: Panel[Answer]) -> bool:
    """Whether there is no alert to show; a partner is not told whether there is none, or few."""
    found = overview.value
    return found is not None and (found.total is None or not found.total.alerts)


async def _newer(answers: Answers, selection: Selection) -> Volume | None:
    if selection.newer is None:
        return None
    one = _begun(answers, key_of(selection.newer, selection.partner), work_of(selection.newer, selection.partner))
    if isinstance(one, asyncio.Future):
        await asyncio.wait([one], timeout=PATIENCE)
    found: Panel[Answer] = _panel(one)
    return found.value.total.volume if found.value and found.value.total else None


def _begun(answers: Answers, key: str, work: Any) -> "asyncio.Future[Answered[Any]] | Exception":
    try:
        return answers.look(key, work)
    except Busy as error:
        return error


def _panel(one: "asyncio.Future[Answered[Any]] | Exception") -> Panel[Any]:
    if isinstance(one, Exception):
        return Panel(error=str(one))
    if not one.done():
        return Panel()
    error = one.exception()
    if isinstance(error, TooSlow | TooMuchError | DatasetUnreadable):
        return Panel(error=str(error))
    return Panel(value=one.result().value)


def _look_again(seconds: Sequence[float], *, pending: bool) -> float:
    return LOOK_SOON if pending else max(LOOK_AGAIN, math.ceil(sum(seconds) / AT_ONCE / _SHARE))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One rule's wordings side by side."""

    rule_id: str
    variants: Sequence[tuple[str, Figures | None]]
    differences: Sequence[Difference] = field(default_factory=tuple)
    ratio: SampleRatio | None = None


def comparisons(answer: Answer) -> list[Comparison]:
    """Rules whose message has several wordings, by rule."""
    by_rule: dict[str, list[tuple[str, Figures | None]]] = {}
    for one in answer.groups:
        if one.group["variant"] is not None:
            by_rule.setdefault(str(one.group["rule_id"]), []).append((str(one.group["variant"]), one.figures))
    return [
        Comparison(
            rule_id,
            variants,
            [
                one
                for one in answer.differences
                if one.within == {"rule_id": rule_id} and one.rate == "reconsidered_or_reviewed"
            ],
            next((one for one in answer.sample_ratios if one.within == {"rule_id": rule_id}), None),
        )
        for rule_id, variants in sorted(by_rule.items())
        if len(variants) > 1
    ]


def by_rate(groups: Sequence[GroupFigures]) -> list[GroupFigures]:
    """Highest rate first; those too few to read after them, then those that are hidden or have no rate yet."""

    def order(one: GroupFigures) -> tuple[int, float, str]:
        rate = one.figures.rates.reconsidered_or_reviewed if one.figures else None
        name = str(next(iter(one.group.values()), ""))
        if rate is None or rate.rate is None:
            return (2, 0.0, name)
        return (int(rate.too_few), -rate.rate, name)

    return sorted(groups, key=order)


# Shown of a list in which nothing can be read.
UNREADABLE_SHOWN = 5

T_Group = TypeVar("T_Group", GroupFigures, RuleConfirmed, Comparison)


def folded(groups: Sequence[T_Group]) -> tuple[Sequence[T_Group], Sequence[T_Group]]:
    """The groups with a rate that can be read, then those that a page folds away; each in the order given."""
    read = [one for one in groups if readable(one)]
    if not read:
        return groups[:UNREADABLE_SHOWN], groups[UNREADABLE_SHOWN:]
    return read, [one for one in groups if not readable(one)]


def readable(one: GroupFigures | RuleConfirmed | Comparison) -> bool:
    if isinstance(one, RuleConfirmed):
        return one.confirmed_scam is not None and not one.confirmed_scam.too_few
    several = [figures for _, figures in one.variants] if isinstance(one, Comparison) else [one.figures]
    rates = [figures.rates.reconsidered_or_reviewed for figures in several if figures is not None]
    return len(rates) == len(several) and not any(rate.too_few or rate.rate is None for rate in rates)


def by_number(groups: Sequence[GroupFigures]) -> list[GroupFigures]:
    """The first few exposures, in order."""
    return [one for one in groups if int(one.group["exposure_number"] or 0) <= FIRST_EXPOSURES]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a funnel; `part` of its first."""

    name: str
    says: str
    count: int
    part: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """Steps of one unit, each a part of the one before it. A figure that is no such part is in no funnel."""

    title: str
    steps: Sequence[Step]


def funnels(figures: Figures, question: Question) -> list[Funnel]:
    """From withdrawals to alerts, of all that were asked about; then from those warned to those that thought again.

    The second is in the unit asked, of those that matured, and not there where rates are of too few users for a
    partner. `shown` is in the first only: an exchange may report what users did and not that it showed the alert.
    """
    volume, rates = figures.volume, figures.rates
    withdrawals = _steps(
        ("Assessed", "", volume.withdrawals),
        ("Got an alert", "", volume.alerted),
        (
            "Reported as shown",
            f"by the exchange, of {figure_text.count(volume.alerted)} {figure_text.noun(volume.alerted, 'alerts')}",
            volume.shown,
        ),
    )
    funnel = [Funnel("Withdrawals, matured or not", withdrawals)]
    if not rates.reconsidered_or_reviewed.suppressed:
        counted = rates.reconsidered_or_reviewed.denominator
        exposed = "shown" if question.exposed_by is ExposedBy.SHOWN else "answered"
        passed = "" if question.maturity is Maturity.ALL else ", and its window has passed"
        people = _steps(
            ("Warned", f"an alert was {exposed}{passed}", figures.exposed),
            ("Left to decide", "not withheld by the exchange", counted),
            ("Outcome known", "some outcome that decides was reported", counted - figures.unanswered),
            (
                "Reconsidered or reviewed",
                either(RECONSIDERED_OR_REVIEWED),
                rates.reconsidered_or_reviewed.numerator,
            ),
            ("Reconsidered", either(RECONSIDERED), rates.reconsidered.numerator),
        )
        title = "Alerts" if question.unit is Unit.ALERT else "Users with an alert"
        funnel.append(Funnel(title, people))
    return funnel


def _steps(*steps: tuple[str, str, int]) -> list[Step]:
    first = steps[0][2]
    return [Step(name, says, count, count / first if first else 0.0) for name, says, count in steps]
