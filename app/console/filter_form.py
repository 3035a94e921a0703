"""The dashboard's filter form: what the address selects, and what else can be chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.console import figure_text
from app.console.filter_values import OFFERED
from app.console.principal import Principal
from app.console.selection import BY, DEFAULT_LAST, LAST, Asked, Selection
from app.reports.question_options import span

# A longer list helps nobody to choose.
MOST_OPTIONS = 500

_PERIODS = {"7d": "Last 7 days", "28d": "Last 28 days", "90d": "Last 90 days", "365d": "Last 12 months"}
_WINDOWS = ("1h", "6h", "24h", "72h", "7d", "30d")
_FIELDS = {LAST, "since", "until", "window", "unit", "exposed_by", "maturity", *OFFERED}


@dataclass(frozen=True, slots=True)
class FilterForm:
    """`asked` are the address's parameters; `offered` the values of each filter that the period has."""

    asked: Asked
    offered: Mapping[str, Sequence[str]]
    principal: Principal

    def value(self, name: str) -> str:
        return ",".join(self.asked.get(name, ()))

    @property
    def since(self) -> str:
        return self.value("since")

    @property
    def until(self) -> str:
        return self.value("until")

    @property
    def last(self) -> str:
        return "" if self.since or self.until else self.value(LAST) or DEFAULT_LAST

    @property
    def periods(self) -> Sequence[tuple[str, str]]:
        return [("", "These dates:"), *_PERIODS.items()]

    @property
    def window(self) -> str:
        return self.value("window") or "24h"

    @property
    def windows(self) -> Sequence[tuple[str, str]]:
        return [(window, window) for window in dict.fromkeys([*_WINDOWS, self.window])]

    def options(self, name: str) -> Sequence[tuple[str, str]]:
        """Includes the selected value, whether any alert has it or not."""
        known = self.principal.regions if name == "region" and self.principal.regions else self.offered.get(name, ())
        selected = [self.value(name)] if self.value(name) else []
        return [(value, value) for value in dict.fromkeys([*known[:MOST_OPTIONS], *selected])]

    @property
    def hidden(self) -> Sequence[tuple[str, str]]:
        """Parameters without a field of their own. The form sends them along unchanged."""
        return [(name, ",".join(values)) for name, values in self.asked.items() if name not in _FIELDS]

    @property
    def hidden_filters(self) -> Sequence[tuple[str, str]]:
        return [(name, value) for name, value in self.hidden if name != BY]

    @property
    def any_region(self) -> str:
        """Empty for a key limited to regions: it cannot choose all."""
        return "" if self.principal.regions else "All regions"

    def chosen(self, name: str) -> str:
        return self.value(name) or (self.principal.regions[0] if name == "region" and self.principal.regions else "")

    @staticmethod
    def kind(value: str) -> str:
        """A date field would drop a value that is no date, so such a value gets a text field."""
        try:
            date.fromisoformat(value)
        except ValueError:
            return "text" if value else "date"
        return "date"


def selection_text(selection: Selection) -> str:
    """The selection in words, such as "Last 28 days · HK · outcomes within 24h · by user"."""
    question = selection.question
    period = _PERIODS.get(
        selection.last or "", f"{figure_text.day(question.since)} to before {figure_text.day(question.until)}"
    )
    parts = [
        period,
        selection.partner or selection.one("region") or "all regions",
        *(selection.one(name) for name in ("rule_id", "severity", "language") if selection.one(name)),
        *(selection.one(name) for name in selection.asked if name not in _FIELDS | {BY}),
        f"outcomes within {span(question.window)}",
        f"by {question.unit}",
    ]
    return " · ".join(parts)
