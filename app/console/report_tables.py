"""The reports beside the reconsideration rate, as rows: what their CSV and Parquet hold, and their JSON lists."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from app.reports.answer import Answer, Figures

Row = Mapping[str, Any]

# A text that begins with one of these is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def volume(answer: Answer) -> list[Row]:
    """Withdrawals, those with an alert, those whose alert was shown. Of all, whether matured or not."""
    return _by_group(answer, lambda figures: asdict(figures.volume))


def money_not_sent(answer: Answer) -> list[Row]:
    """US dollars of sustained reconsiderations; approximate, as the notes say."""
    return _by_group(answer, _money)


def confirmed_scams(answer: Answer) -> list[Row]:
    """Of the alerts that the exchange investigated, the share that was a scam, by rule."""
    return [
        {"rule_id": one.rule_id, "suppressed": one.confirmed_scam is None, **_none_or_dict(one.confirmed_scam)}
        for one in answer.confirmed_by_rule
    ]


def data_quality(answer: Answer) -> list[Row]:
    """One row a measure; `share` where it is one of withdrawals or alerts."""
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


def as_csv(rows: Sequence[Row]) -> str:
    text = io.StringIO(newline="")
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, names, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _safe(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def as_parquet(rows: Sequence[Row], notes: Sequence[str]) -> bytes:
    names = dict.fromkeys(name for row in rows for name in row)
    table = pa.table({name: [row.get(name) for row in rows] for name in names})
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({"forewarn.notes": "\n".join(notes)}), sink)
    return bytes(sink.getvalue().to_pybytes())


def _by_group(answer: Answer, figures_of: Callable[[Figures], Row]) -> list[Row]:
    groups = [("group", one.group, one.figures) for one in answer.groups]
    nobody = dict.fromkeys(map(str, answer.question.group_by))
    return [
        {"row": row, **group, "suppressed": figures is None, **(figures_of(figures) if figures else {})}
        for row, group, figures in (*groups, ("total", nobody, answer.total))
    ]


def _money(figures: Figures) -> Row:
    """A group's sum can be suppressed where the rest of it is not."""
    if figures.money_not_sent is None:
        return {"suppressed": True}
    return {**asdict(figures.money_not_sent), "approximate": True}


def _none_or_dict(confirmed: Any) -> Row:
    return {} if confirmed is None else asdict(confirmed)


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
