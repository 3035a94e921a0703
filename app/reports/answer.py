"""The answer to a question about the reconsideration rate: immutable figures for every output format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.reports.question import Question
from app.reports.tally import Money, Volume

TOO_FEW = 30  # users; a rate of fewer is not to be quoted


@dataclass(frozen=True, slots=True)
class Bound:
    """The rate with all unanswered alerts counted as no, or all as yes.

    A user with several alerts is a yes with a yes to any of them; at best, with any unanswered one.
    """

    numerator: int
    rate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95% interval. `users` are those in the denominator; `pending` units are not in it yet.

    `too_few` marks a rate of fewer than TOO_FEW users. A `suppressed` rate is `HIDDEN`, which is exported as null.
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
HIDDEN = Rate(0, 0, None, None, None, 0, True, 0, 0, _NOTHING, _NOTHING, suppressed=True)  # noqa: FBT003 - `too_few`


@dataclass(frozen=True, slots=True)
class Rates:
    reconsidered_or_reviewed: Rate
    reconsidered: Rate
    sustained: Rate


@dataclass(frozen=True, slots=True)
class WindowRates:
    """The rates under one of the other windows, of the alerts that have matured under the longest."""

    reconsidered_or_reviewed: Rate
    reconsidered: Rate


@dataclass(frozen=True, slots=True)
class Pending:
    """Alerts whose window has not passed, and what is already known of them.

    `users` have no other alert in the group. `units` and `answered` are in the question's unit.
    """

    units: int
    users: int
    alerts: int
    answered: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The share of investigated alerts that the exchange confirmed as a scam."""

    numerator: int
    denominator: int
    rate: float | None
    low: float | None
    high: float | None
    users: int
    too_few: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one group. Unless noted, they count matured alerts in the question's unit.

    `withheld` units are part of `exposed` but of no rate. `money_not_sent` and `confirmed_scam` are None where they are
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
    """`group` has the values of the group. `figures` is None where it is suppressed."""

    group: Mapping[str, str | int | None]
    figures: Figures | None

    @property
    def suppressed(self) -> bool:
        return self.figures is None


@dataclass(frozen=True, slots=True)
class Difference:
    """The rate of variant `first` minus that of `second`, within one group of the other dimensions."""

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
    """Whether the variants reached equal shares of users, as they are assigned. A small p-value says that they did not.

    `suspicious` below 0.001: the groups then differ in more than the wording, and no difference should be quoted.
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

    `facts_given` is the share of withdrawals that gave each fact. Of the matured `alerts`, `no_outcome` have no
    deciding outcome and `not_shown` no `shown`. `late` alerts have an outcome after the window, `early` ones an outcome
    over five minutes before the alert; neither outcome counts. `reported_late` alerts have an outcome that was received
    over an hour after it occurred. `orphaned` assessments are known by their outcomes only; None for a partner, since
    they belong to no region. `repeats` are alerts given again for the same withdrawal. `reused`
    assessments were asked again for another withdrawal: another destination, or amounts over a tenth apart.
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
    reused: int
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
