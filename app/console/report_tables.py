"""The reports other than the reconsideration rate, as rows: for their JSON, CSV and Parquet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from app.reports.answer import Answer, Figures
from app.reports.answer_export import columns_of, groups_and_total, table_as_parquet

Row = Mapping[str, Any]


def volume(answer: Answer) -> list[Row]:
    """All withdrawals, those with an alert, and those whose alert was shown, matured or not."""
    return _by_group(answer, lambda figures: asdict(figures.volume))


def money_not_sent(answer: Answer) -> list[Row]:
    """US dollars of sustained reconsiderations; approximate."""
    return _by_group(answer, _money)


def confirmed_scams(answer: Answer) -> list[Row]:
    """By rule: the share of investigated alerts that the exchange confirmed as a scam."""
    return [
        {"rule_id": one.rule_id, "suppressed": one.confirmed_scam is None, **_none_or_dict(one.confirmed_scam)}
        for one in answer.confirmed_by_rule
    ]


def data_quality(answer: Answer) -> list[Row]:
    """One row for each measure, with its `share` where it counts a part of the withdrawals or alerts."""
    quality = answer.quality
    if quality is None:
        return []
    alerts = {"no_outcome": quality.no_outcome, "not_shown": quality.not_shown}
    plain = {
        "late": quality.late,
        "early": quality.early,
        "reported_late": quality.reported_late,
        "repeats": quality.repeats,
        "orphaned": quality.orphaned,
    }
    return [
        {"measure": "withdrawals", "count": quality.withdrawals, "share": None},
        {"measure": "matured_alerts", "count": quality.alerts, "share": None},
        *(
            {"measure": name, "count": count, "share": count / quality.alerts if quality.alerts else None}
            for name, count in alerts.items()
        ),
        *({"measure": name, "count": count, "share": None} for name, count in plain.items()),
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


def _none_or_dict(confirmed: Any) -> Row:
    return {} if confirmed is None else asdict(confirmed)
