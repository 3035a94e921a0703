"""An answer as JSON, and its groups as rows of CSV or Parquet. A figure has the same name everywhere."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from app.reports.answer import Answer, Figures, Rates, WindowRates
from app.reports.question import Question
from app.reports.question_options import Dimension, span

Row = dict[str, Any]

# A spreadsheet takes a text that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_dict(answer: Answer) -> dict[str, Any]:
    """The answer as JSON values: times as RFC 3339 in UTC, windows as `24h`, unknown figures as None."""
    return {
        "question": _question(answer.question),
        "notes": list(answer.notes),
        "total": _figures(answer.total),
        "groups": [
            {"group": dict(one.group), "suppressed": one.suppressed, "figures": _figures(one.figures)}
            for one in answer.groups
        ],
        "differences": [asdict(one) for one in answer.differences],
        "sample_ratios": [asdict(one) for one in answer.sample_ratios],
        "confirmed_by_rule": [asdict(one) for one in answer.confirmed_by_rule],
        "quality": None if answer.quality is None else asdict(answer.quality),
    }


def as_csv(answer: Answer) -> str:
    """One line for each group and a last one for the total; unknown and hidden figures are empty cells."""
    return rows_as_csv(rows(answer))


def rows_as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows under the names of all their columns, safe to open in a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns_of(rows), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _safe(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def as_parquet(answer: Answer) -> bytes:
    """The rows of `as_csv` with their types, and the notes in the file's metadata."""
    flat = rows(answer)
    return table_as_parquet(pa.Table.from_pylist(flat, schema=_schema(columns_of(flat))), answer.notes)


def table_as_parquet(table: pa.Table, notes: Sequence[str]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({"forewarn.notes": "\n".join(notes)}), sink)
    return bytes(sink.getvalue().to_pybytes())


def rows(answer: Answer) -> list[Row]:
    """The groups as flat rows, the total last: `rates.reconsidered.low` becomes `reconsidered_low`."""
    asked = _period(answer.question)
    return [
        {"row": row, **group, **asked, "suppressed": figures is None, **_flat(figures)}
        for row, group, figures in groups_and_total(answer)
    ]


def groups_and_total(answer: Answer) -> list[tuple[str, Mapping[str, Any], Figures | None]]:
    """Each group's kind of row, values and figures, the total last; figures are None where they are suppressed."""
    total = dict.fromkeys(map(str, answer.question.group_by))
    return [*(("group", one.group, one.figures) for one in answer.groups), ("total", total, answer.total)]


def _period(question: Question) -> Row:
    asked = _question(question)
    return {name: asked[name] for name in ("since", "until", "window", "unit", "exposed_by", "maturity")}


def _question(question: Question) -> dict[str, Any]:
    return {
        "since": _time(question.since),
        "until": _time(question.until),
        "now": _time(question.now),
        "window": span(question.window),
        "group_by": [str(name) for name in question.group_by],
        "filters": {str(name): list(values) for name, values in question.filters.items()},
        "exposed_by": str(question.exposed_by),
        "unit": str(question.unit),
        "maturity": str(question.maturity),
    }


def _time(when: datetime) -> str:
    text = when.isoformat(timespec="seconds" if when.microsecond == 0 else "microseconds")
    return text.replace("+00:00", "Z")


def _figures(figures: Figures | None) -> dict[str, Any] | None:
    if figures is None:
        return None
    told = asdict(figures)
    for rates in (told["rates"], told["first_alert"], told["by_alert"], *told["windows"].values()):
        for name, rate in rates.items():
            rates[name] = None if rate.pop("suppressed") else rate
    return told


_SHORT = ("numerator", "denominator", "rate", "low", "high", "users", "too_few", "pending", "unanswered")
_CONFIRMED = ("numerator", "denominator", "rate", "low", "high", "users", "too_few")


def _flat(figures: Figures | None) -> Row:
    if figures is None:
        return {}
    plain = ("users", "alerts", "exposed", "withheld", "contradicted", "unanswered", "abandoned")
    row: Row = {name: getattr(figures, name) for name in plain}
    row |= {f"pending_{name}": count for name, count in asdict(figures.pending).items()}
    row |= {f"outcome_{name}": count for name, count in figures.outcomes.items()}
    blocks: dict[str, Rates | WindowRates] = {
        "": figures.rates,
        "first_alert_": figures.first_alert,
        "by_alert_": figures.by_alert,
        **{f"window_{name}_": rates for name, rates in figures.windows.items()},
    }
    for prefix, rates in blocks.items():
        for name, rate in asdict(rates).items():
            row |= {} if rate["suppressed"] else _flat_rate(f"{prefix}{name}", rate)
    row |= {f"volume_{name}": count for name, count in asdict(figures.volume).items()}
    if figures.money_not_sent is not None:
        row |= {f"money_not_sent_{name}": figure for name, figure in asdict(figures.money_not_sent).items()}
    if figures.confirmed_scam is not None:
        row |= {f"confirmed_scam_{name}": getattr(figures.confirmed_scam, name) for name in _CONFIRMED}
    return row


def _flat_rate(name: str, rate: Mapping[str, Any]) -> Row:
    row = {f"{name}_{part}": rate[part] for part in _SHORT}
    for bound in ("unanswered_as_no", "unanswered_as_yes"):
        row |= {f"{name}_{bound}_{part}": figure for part, figure in rate[bound].items()}
    return row


def columns_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


_TEXTS = {"row", "since", "until", "window", "unit", "exposed_by", "maturity", *map(str, Dimension)}
_FRACTIONS = ("_low", "_high", "_rate", "_usd")


def _schema(names: Sequence[str]) -> pa.Schema:
    return pa.schema([(name, _type(name)) for name in names])


def _type(name: str) -> pa.DataType:
    if name == Dimension.EXPOSURE_NUMBER:
        return pa.int32()
    if name in _TEXTS:
        return pa.string()
    if name == "suppressed" or name.endswith("too_few"):
        return pa.bool_()
    return pa.float64() if name.endswith(_FRACTIONS) else pa.int64()


def _safe(value: object) -> object:
    """Puts an apostrophe before a text that a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
