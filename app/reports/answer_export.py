"""An answer as JSON, and its groups as rows of CSV or Parquet, with the same names everywhere."""

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from app.reports.answer import Answer, Figures, Rates, WindowRates
from app.reports.question import Dimension, Question, span

Row = dict[str, Any]

TOTAL = "total"
GROUP = "group"


def as_dict(answer: Answer) -> dict[str, Any]:
    """The answer as JSON has it: times as RFC 3339 in UTC, windows as 24h, an unknown figure as null."""
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
    """One line a group and a last one for the total; an empty cell is an unknown or hidden figure."""
    columns = _columns(answer)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _safe(value) for name, value in row.items()} for row in rows(answer))
    return text.getvalue()


def as_parquet(answer: Answer) -> bytes:
    """The rows of `as_csv` with their types, and the notes in the file's metadata."""
    table = pa.Table.from_pylist(rows(answer), schema=_schema(answer))
    table = table.replace_schema_metadata({"forewarn.notes": "\n".join(answer.notes)})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return bytes(sink.getvalue().to_pybytes())


def rows(answer: Answer) -> list[Row]:
    """The groups as flat rows, the total last: `rates.reconsidered.low` becomes `reconsidered_low`."""
    asked = _period(answer.question)
    names = [str(name) for name in answer.question.group_by]
    nobody = dict.fromkeys(names)
    flat: list[Row] = [
        {"row": GROUP, **one.group, **asked, "suppressed": one.suppressed, **_flat(one.figures)}
        for one in answer.groups
    ]
    return [*flat, {"row": TOTAL, **nobody, **asked, "suppressed": answer.total is None, **_flat(answer.total)}]


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


def _columns(answer: Answer) -> list[str]:
    names: dict[str, None] = {}
    for row in rows(answer):
        names |= dict.fromkeys(row)
    return list(names)


_COUNTS = ("_low", "_high", "_rate", "_usd")


def _schema(answer: Answer) -> pa.Schema:
    texts = {"row", "since", "until", "window", "unit", "exposed_by", "maturity", *map(str, Dimension)}
    return pa.schema([(name, _type(name, name in texts)) for name in _columns(answer)])


def _type(name: str, text: bool) -> pa.DataType:  # noqa: FBT001 - one caller, two lines above
    if name == Dimension.EXPOSURE_NUMBER:
        return pa.int32()
    if text:
        return pa.string()
    if name == "suppressed" or name.endswith("too_few"):
        return pa.bool_()
    return pa.float64() if name.endswith(_COUNTS) else pa.int64()


def _safe(value: object) -> object:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + value
    return value
