"""What the dashboard's address selects: the parameters of the API, a rolling period, and days or weeks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from app.console.principal import Principal
from app.reports.question import Mistake, Question, QuestionError, question
from app.reports.question_options import DEFAULT_PERIOD, Dimension, Maturity, moment_text

LAST = "last"  # a rolling period, which ends where the API's default period does
BY = "by"

PERIODS: Mapping[str, timedelta] = {f"{days}d": timedelta(days=days) for days in (7, 28, 90, 365)}
DEFAULT_LAST = f"{DEFAULT_PERIOD.days}d"

# The longest period shown by day: more points are unreadable, and each needs its interval computed.
MOST_DAYS = timedelta(days=62)

Asked = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Selection:
    """`asked` are the address's parameters; `last` is None where they have dates."""

    asked: Asked
    last: str | None
    by: Dimension
    question: Question
    partner: str | None

    def one(self, name: str) -> str:
        """A parameter as in the address, its values separated by commas; empty where it is missing."""
        return ",".join(self.asked.get(name, ()))

    def grouped(self, *names: Dimension) -> Question:
        return self.question.model_copy(update={"group_by": names})

    @property
    def newer(self) -> Question | None:
        """The time from the end of the period to the end of today, all alerts counted. None for dates."""
        if self.last is None or self.question.maturity is Maturity.ALL:
            return None
        today = datetime.combine(self.question.now.date(), time.min, self.question.now.tzinfo)
        return self.question.model_copy(
            update={"since": self.question.until, "until": today + timedelta(days=1), "maturity": Maturity.ALL}
        )

    def report(self, name: str, *group_by: str, form: str = "csv") -> str:
        """The address of a report about this selection, with its period as dates."""
        asked = [
            (key, value) for key, values in self.asked.items() if key not in {"since", "until"} for value in values
        ]
        period = [("since", moment_text(self.question.since)), ("until", moment_text(self.question.until))]
        groups = [("group_by", ",".join(group_by))] if group_by else []
        return f"/v1/reports/{name}?{urlencode([*period, *asked, *groups, ('format', form)])}"

    def page(self, **changes: str | None) -> str:
        """The dashboard's address with these parameters changed; None removes one."""
        own = {name: ",".join(values) for name, values in self.asked.items()}
        own |= {LAST: self.last} if self.last not in {None, DEFAULT_LAST} else {}
        kept = {name: value for name, value in {**own, **changes}.items() if value}
        return f"/?{urlencode(kept)}" if kept else "/"


def asked_of(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """A query string's parameters without the empty fields that a form sends."""
    asked: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip():
            asked.setdefault(name, []).append(value.strip())
    return asked


def selected(asked: Asked, principal: Principal, now: datetime) -> Selection:
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
        mistakes.append(Mistake(field="group_by", value="", expected="no value: only the API takes group_by"))
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
    return Selection(own, last, cut, built, partner_of(principal, built, choose=True))


def partner_of(principal: Principal, asked: Question, *, choose: bool = False) -> str | None:
    """The region that the answer is limited to, None for all.

    Raises QuestionError where a key with several regions must name one of them; with `choose` the first is taken.
    """
    if not principal.regions:
        return None
    if len(principal.regions) == 1:
        return principal.regions[0]
    named = [region for region in asked.filters.get(Dimension.REGION, ()) if region in principal.regions]
    if len(named) == 1:
        return str(named[0])
    if choose:
        return principal.regions[0]
    raise QuestionError(
        [Mistake(field="region", value="", expected=f"one of {', '.join(principal.regions)}: one at a time")]
    )
