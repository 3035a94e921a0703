"""The dashboard: a page of panels, each computed separately and shown as soon as it is ready."""

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.console.filter_values import Absent, Known, absent, checked, choices
from app.console.principal import Principal
from app.console.query_pool import AT_ONCE, Answered, Busy, QueryPool, TooSlow
from app.console.reports_api import key_of, work_of
from app.console.selection import Selection
from app.dataset.recorded_events import DatasetUnreadable, RecordedEvents
from app.reports.alert_tables import TooMuchError
from app.reports.answer import Answer, Figures
from app.reports.question_options import Dimension
from app.reports.tally import Volume

T = TypeVar("T")

# Seconds that a page waits for its panels. Slower ones appear when the page reloads itself.
PATIENCE = 2.5

# Seconds between reloads: short while a panel is being computed, otherwise so long that one page keeps at most a third
# of the threads busy. Pages with the same selection share their results.
RELOAD_SOON = 1.5
RELOAD = 5.0
_SHARE = 1 / 3

PANELS: Mapping[str, Sequence[Dimension]] = {
    "overview": (),
    "rules": (Dimension.RULE_ID,),
    "variants": (Dimension.RULE_ID, Dimension.VARIANT),
    "exposures": (Dimension.EXPOSURE_NUMBER,),
}


@dataclass(frozen=True, slots=True)
class Panel(Generic[T]):
    """One panel's result. It is still being computed while it has neither `value` nor `error`."""

    value: T | None = None
    error: str | None = None

    @property
    def pending(self) -> bool:
        return self.value is None and self.error is None


@dataclass(frozen=True, slots=True)
class Page:
    """`reload_after` is in seconds; `absent` names selected values that no alert of the period has.

    `newer` counts what came after a period without alerts. It is None for a partner with few users.
    """

    overview: Panel[Answer]
    trend: Panel[Answer]
    rules: Panel[Answer]
    variants: Panel[Answer]
    exposures: Panel[Answer]
    offered: Known
    absent: Sequence[Absent]
    data: RecordedEvents | None
    newer: Volume | None
    reload_after: float

    @property
    def figures(self) -> Figures | None:
        return self.overview.value.total if self.overview.value else None


async def page(queries: QueryPool, selection: Selection, principal: Principal) -> Page:
    """What is known of the page within `PATIENCE`."""
    asked = {name: selection.grouped(*group_by) for name, group_by in PANELS.items()}
    asked["trend"] = selection.grouped(selection.by)
    partner = selection.partner
    who = principal.name
    started = {name: _start(queries, key_of(one, partner), work_of(one, partner), who) for name, one in asked.items()}
    plain = selection.question
    names = ",".join(checked(plain))
    key = f"choices {partner} {plain.since} {plain.until} {names}"
    started["choices"] = _start(queries, key, lambda events, _: choices(events, plain, partner), who)
    running = [one for one in started.values() if isinstance(one, asyncio.Future)]
    if running:
        await asyncio.wait(running, timeout=PATIENCE)
    panels = {name: _panel(one) for name, one in started.items()}
    newer = await _newer(queries, selection, who) if _empty(panels["overview"]) else None
    done = [one.result() for one in running if one.done() and one.exception() is None]
    newest = max((one.data for one in done), key=lambda data: data.as_of, default=None)
    pending = any(panel.pending for panel in panels.values())
    return Page(
        **{name: panels[name] for name in ("overview", "trend", "rules", "variants", "exposures")},
        offered=panels["choices"].value or {},
        absent=absent(plain, panels["choices"].value or {}, principal.regions),
        data=newest,
        newer=newer,
        reload_after=_reload_after([one.seconds for one in done], pending=pending),
    )


def _empty(overview: Panel[Answer]) -> bool:
    """Whether there is no alert to show. For a partner, none and few look the same."""
    found = overview.value
    return found is not None and (found.total is None or not found.total.alerts)


async def _newer(queries: QueryPool, selection: Selection, who: str) -> Volume | None:
    if selection.newer is None:
        return None
    partner = selection.partner
    one = _start(queries, key_of(selection.newer, partner), work_of(selection.newer, partner), who)
    if isinstance(one, asyncio.Future):
        await asyncio.wait([one], timeout=PATIENCE)
    found: Panel[Answer] = _panel(one)
    return found.value.total.volume if found.value and found.value.total else None


def _start(queries: QueryPool, key: str, work: Any, who: str) -> "asyncio.Future[Answered[Any]] | Exception":
    try:
        return queries.poll(key, work, who)
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


def _reload_after(seconds: Sequence[float], *, pending: bool) -> float:
    return RELOAD_SOON if pending else max(RELOAD, math.ceil(sum(seconds) / AT_ONCE / _SHARE))
