"""The answer to a question about the reconsideration rate: frozen figures, ready to be written in any format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.reports.question import Question
from app.reports.tally import Money, Volume

TOO_FEW = 30  # users, under which a rate is not to be read

NO_CONTROL = (
    "Without a control group that is shown no alert, this rate is not the effect of the alerts: "
    "some of these users would have reconsidered anyway."
)
IMMATURE = (
    "maturity=all: alerts whose window has not passed are counted, so recent rates are too low and will rise; "
    "use it to watch, not to compare."
)
MONEY = (
    "money_not_sent is approximate. Amounts are cut down to two significant digits, so a sum is at least what it says; "
    "a user who tries again counts again in amount_usd, and in once_usd once a destination, with the largest amount."
)
YOUNG = (
    "`windows` has no rates yet: to be comparable they count alerts whose longest window, {longest}, has passed; "
    "the first one's will have on {day}."
)
EMPTY_PERIOD = (
    "The period is empty: it begins and ends with {moment}, and `until` is the first moment that no longer counts."
)
SUPPRESSED = (
    "Groups, rates and sums of money of under 10 users are hidden, and more where the rest would give them away; "
    "everything is where a filter leaves out under 10 users."
)


@dataclass(frozen=True, slots=True)
class Bound:
    """The rate if every unanswered alert is counted one way.

    A user with several alerts is a yes with a yes to any: at best, whoever has one that is unanswered.
    """

    numerator: int
    rate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95% interval. `users` are those in the denominator; `pending` units are not in it yet.

    `too_few` says that it rests on fewer than thirty users and is not to be read. One that is `suppressed` has nothing
    else: `HIDDEN`, null in what is exported.
    """

    numerator: int
    denominator: int
    rate: float | None
    low: float | None
    high: float | None
    users: int
    too_few: bool
    pending: int
    unanswered: int
    unanswered_as_no: Bound
    unanswered_as_yes: Bound
    suppressed: bool = False


_NOTHING = Bound(0, None, None, None)
HIDDEN = Rate(0, 0, None, None, None, 0, True, 0, 0, _NOTHING, _NOTHING, suppressed=True)  # noqa: FBT003 - too few


@dataclass(frozen=True, slots=True)
class Rates:
    reconsidered_or_reviewed: Rate
    reconsidered: Rate
    sustained: Rate


@dataclass(frozen=True, slots=True)
class WindowRates:
    """The alerts that have matured under the longest of all windows, under one of them."""

    reconsidered_or_reviewed: Rate
    reconsidered: Rate


@dataclass(frozen=True, slots=True)
class Pending:
    """Alerts whose window has not passed, and what is known of them already.

    `users` have no other alert in the group. `units` and `answered` are in the unit asked.
    """

    units: int
    users: int
    alerts: int
    answered: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Of the alerts that the exchange investigated, those that were a scam."""

    numerator: int
    denominator: int
    rate: float | None
    low: float | None
    high: float | None
    users: int
    too_few: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """What is said of one group. Counts are in the unit asked, of alerts that have matured, unless they say otherwise.

    `withheld` units are in `exposed`, and in no rate. `money_not_sent` and `confirmed_scam` are None where they are
    suppressed.
    """

    exposed: int
    withheld: int
    contradicted: int
    unanswered: int
    abandoned: int
    users: int
    alerts: int
    outcomes: Mapping[str, int]
    pending: Pending
    rates: Rates
    first_alert: Rates
    by_alert: Rates
    windows: Mapping[str, WindowRates]
    volume: Volume
    money_not_sent: Money | None
    confirmed_scam: Confirmed | None


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """A group by its values. `figures` is None where it is suppressed."""

    group: Mapping[str, str | int | None]
    figures: Figures | None

    @property
    def suppressed(self) -> bool:
        return self.figures is None


@dataclass(frozen=True, slots=True)
class Difference:
    """The rate of variant `first` less that of `second`, within one group of everything else that was grouped by."""

    within: Mapping[str, str | int | None]
    rate: str
    first: str
    second: str
    difference: float | None
    low: float | None
    high: float | None
    too_few: bool


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """Whether the variants were shown to equal shares of users, as they are dealt. A small p-value says they were not.

    `suspicious` below 0.001: then something other than the wording differs, and no difference should be read.
    """

    within: Mapping[str, str | int | None]
    users: Mapping[str, int]
    p_value: float
    suspicious: bool


@dataclass(frozen=True, slots=True)
class RuleConfirmed:
    """`confirmed_scam` is None where it is suppressed."""

    rule_id: str
    confirmed_scam: Confirmed | None


@dataclass(frozen=True, slots=True)
class Quality:
    """How complete the record is.

    `facts_given` share of withdrawals that gave each fact. Of alerts that matured: `no_outcome` had none that decides,
    `not_shown` no `shown`. `late` alerts had an outcome after the window, `early` one more than five minutes before the
    alert; neither counts. `reported_late`: an outcome was received over an hour after it occurred. `orphaned`:
    assessments of which only outcomes are kept; None for a partner, since they belong to no region. `repeats`: alerts
    answered again for the same withdrawal.
    """

    withdrawals: int
    facts_given: Mapping[str, float | None]
    alerts: int
    no_outcome: int
    not_shown: int
    late: int
    early: int
    reported_late: int
    repeats: int
    orphaned: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    question: Question
    notes: Sequence[str]
    total: Figures | None
    groups: Sequence[GroupFigures]
    differences: Sequence[Difference]
    sample_ratios: Sequence[SampleRatio]
    confirmed_by_rule: Sequence[RuleConfirmed]
    quality: Quality | None
