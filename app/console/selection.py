"""What a dashboard's address selects: the API's own parameters, a rolling period, and how finely time is cut."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from app.console.principal import Visitor
from app.reports.question import (
    DEFAULT_PERIOD,
    Dimension,
    Maturity,
    Mistake,
    Question,
    QuestionError,
    question,
    spelled,
)

LAST = "last"  # a period that moves with the days: it ends where the API's default does
BY = "by"

PERIODS: Mapping[str, timedelta] = {
    "7d": timedelta(days=7),
    "28d": DEFAULT_PERIOD,
    "90d": timedelta(days=90),
    "365d": timedelta(days=365),
}
DEFAULT_LAST = "28d"

# More points than this are a blur, and so many groups cost their intervals.
MOST_DAYS = timedelta(days=62)

Asked = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Selection:
    """`asked` is what the address names; `last` is None where it names dates."""

    asked: Asked
    last: str | None
    by: Dimension
    question: Question
    partner: str | None

    def one(self, name: str) -> str:
        """A parameter as the address spells it, several values with commas; empty where it is not there."""
        return ",".join(self.asked.get(name, ()))

    def grouped(self, *names: Dimension) -> Question:
        return self.question.model_copy(update={"group_by": names})

    @property
    def newer(self) -> Question | None:
        """What came after the period, matured or not, up to the end of today. None where dates are asked for."""
        if self.last is None or self.question.maturity is Maturity.ALL:
            return None
        today = datetime.combine(self.question.now.date(), time.min, self.question.now.tzinfo)
        return self.question.model_copy(
            update={"since": self.question.until, "until": today + timedelta(days=1), "maturity": Maturity.ALL}
        )

    def report(self, name: str, *group_by: str, form: str = "csv") -> str:
        """The address of a report about this selection, its period spelled out."""
        asked = [
            (key, value) for key, values in self.asked.items() if key not in {"since", "until"} for value in values
        ]
        period = [("since", spelled(self.question.since)), ("until", spelled(self.question.until))]
        groups = [("group_by", ",".join(group_by))] if group_by else []
        return f"/v1/reports/{name}?{urlencode([*period, *asked, *groups, ('format', form)])}"

    def page(self, **changes: str | None) -> str:
        """The address of the dashboard with these parameters changed; None takes one away."""
        own = {name: ",".join(values) for name, values in self.asked.items()}
        own |= {LAST: self.last} if self.last not in {None, DEFAULT_LAST} else {}
        kept = {name: value for name, value in {**own, **changes}.items() if value}
        return f"/?{urlencode(kept)}" if kept else "/"


def asked_of(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """A query string's parameters; a form sends every field, and one left empty asks nothing."""
    asked: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip():
            asked.setdefault(name, []).append(value.strip())
    return asked


def selected(asked: Asked, visitor: Visitor, now: datetime) -> Selection:
    """Raises QuestionError with every mistake."""
    own: dict[str, Sequence[str]] = {name: values for name, values in asked.items() if name not in {LAST, BY}}
    dated = "since" in own or "until" in own
    last = None if dated else asked.get(LAST, [DEFAULT_LAST])[-1]
    mistakes = []
    if last is not None and last not in PERIODS:
        mistakes.append(Mistake(field=LAST, value=last, expected=f"one of {', '.join(PERIODS)}"))
    by = asked.get(BY, [""])[-1]
    if by not in {"", Dimension.DAY, Dimension.WEEK}:
        mistakes.append(Mistake(field=BY, value=by, expected="one of day, week"))
    if "group_by" in own:
        mistakes.append(Mistake(field="group_by", value="", expected="left to the dashboard; the API takes it"))
    try:
        built = question({name: list(values) for name, values in own.items()}, now)
    except QuestionError as error:
        raise QuestionError([*mistakes, *error.mistakes]) from None
    if mistakes:
        raise QuestionError(mistakes)
    if Dimension.REGION in built.filters:
        own[Dimension.REGION] = [",".join(str(value or "") for value in built.filters[Dimension.REGION])]
    if last is not None:
        built = built.model_copy(update={"since": built.until - PERIODS[last]})
    cut = Dimension(by) if by else Dimension.DAY if built.until - built.since <= MOST_DAYS else Dimension.WEEK
    return Selection(own, last, cut, built, partner_of(visitor, built, choose=True))


def partner_of(visitor: Visitor, asked: Question, *, choose: bool = False) -> str | None:
    """The region that an answer is limited to, None for all.

    Raises QuestionError where a key of several regions must name one of them, unless the first will do (`choose`).
    """
    if not visitor.regions:
        return None
    if len(visitor.regions) == 1:
        return visitor.regions[0]
    named = [region for region in asked.filters.get(Dimension.REGION, ()) if region in visitor.regions]
    if len(named) == 1:
        return str(named[0])
    if choose:
        return visitor.regions[0]
    raise QuestionError(
        [Mistake(field="region", value="", expected=f"one of {', '.join(visitor.regions)}: one at a time")]
    )
