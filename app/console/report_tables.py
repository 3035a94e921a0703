"""The reports other than the reconsideration rate, as rows: for their JSON, CSV and Parquet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from app.reports.answer import Answer, Figures
from app.reports.answer_export import columns_of, groups_and_total, table_as_parquet

Row = Mapping[str, Any]

_PLAIN = ("late", "early", "reported_late", "repeats", "reused", "orphaned")  # measures that are no part of the alerts


def volume(answer: Answer) -> list[Row]:
    """All withdrawals, those with an alert, and those whose alert was shown, matured or not."""
    return _by_group(answer, lambda figures: asdict(figures.volume))


def money_not_sent(answer: Answer) -> list[Row]:
    """US dollars of sustained reconsiderations; approximate."""
    return _by_group(answer, _money)


def confirmed_scams(answer: Answer) -> list[Row]:
    """By rule: the share of investigated alerts that the exchange confirmed as a scam."""
    found = [(one.rule_id, one.confirmed_scam) for one in answer.confirmed_by_rule]
    return [{"rule_id": name, "suppressed": one is None, **(asdict(one) if one else {})} for name, one in found]


def data_quality(answer: Answer) -> list[Row]:
    """One row for each measure, with its `share` where it counts a part of the withdrawals or alerts."""
    quality = answer.quality
    if quality is None:
        return []
    matured = quality.alerts or None
    counts = {name: getattr(quality, name) for name in ("no_outcome", "not_shown", *_PLAIN)}
    shares = {name: matured and counts[name] / matured for name in ("no_outcome", "not_shown")}
    counts = {"withdrawals": quality.withdrawals, "matured_alerts": quality.alerts, **counts}
    return [
        *({"measure": name, "count": count, "share": shares.get(name)} for name, count in counts.items()),
        *({"measure": f"given:{name}", "count": None, "share": share} for name, share in quality.facts_given.items()),
    ]


REPORTS: Mapping[str, Callable[[Answer], list[Row]]] = {
    "volume": volume,
    "money-not-sent": money_not_sent,
    "confirmed-scams": confirmed_scams,
    "data-quality": data_quality,
}


def as_parquet(rows: Sequence[Row], notes: Sequence[str]) -> bytes:
    return table_as_parquet(pa.table({name: [row.get(name) for row in rows] for name in columns_of(rows)}), notes)


def _by_group(answer: Answer, figures_of: Callable[[Figures], Row]) -> list[Row]:
    return [
        {"row": row, **group, "suppressed": figures is None, **(figures_of(figures) if figures else {})}
        for row, group, figures in groups_and_total(answer)
    ]


def _money(figures: Figures) -> Row:
    """The sum of a group can be suppressed although its other figures are not."""
    if figures.money_not_sent is None:
        return {"suppressed": True}
    return {**asdict(figures.money_not_sent), "approximate": True}
