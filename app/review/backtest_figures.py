"""The figures of a backtest. Figures that would reveal fewer than ten users are left out."""

from dataclasses import dataclass
from datetime import datetime

from app.reports.interval import Share

# A pull request is public: figures about fewer users than this would say too much about each of them.
FEW = 10
TOO_FEW_TO_READ = 30


@dataclass(frozen=True, slots=True)
class Count:
    """Withdrawals: those that are certain, and those that are possible because the record keeps less detail."""

    certain: int
    maybe: int = 0


@dataclass(frozen=True, slots=True)
class Reactions:
    """What the users of some withdrawals did. Each user counts once; users whom the exchange stopped do not count.

    All fields are None where there are fewer than ten users.
    """

    users: int | None
    reconsidered_or_reviewed: Share | None
    proceeded: Share | None
    confirmed_scam: Share | None


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """Withdrawals that got this warning (`recorded`), and that the old and the new rules give it to.

    `after` is None where it differs from `before` by one to nine users: then it is about as many. `reactions_after` is
    None where one to nine users are in only one of its two groups.
    """

    rule_id: str
    recorded: int
    before: Count
    after: Count | None
    reactions: Reactions
    reactions_after: Reactions | None


@dataclass(frozen=True, slots=True)
class SeverityFigures:
    severity: str
    recorded: int
    before: Count
    after: Count | None


@dataclass(frozen=True, slots=True)
class Move:
    """Withdrawals that certainly get another warning than before; an empty id stands for no warning."""

    before: str
    after: str
    withdrawals: int
    users: int


@dataclass(frozen=True, slots=True)
class Backtest:
    """The figures of the regions that a change concerns. Times are UTC.

    The old rules decide `decided` withdrawals for certain, `agreeing` of them as recorded. `undecided` withdrawals
    could get one warning or another; `because` counts them by the fact that is uncertain. `few` is true where moves of
    fewer than ten users were left out; `more_moves` counts the smallest of the others, left out for length. `begun` are
    changed rules that begin later and were counted as begun.
    """

    since: datetime
    until: datetime
    regions: tuple[str, ...]
    withdrawals: int
    undecided: int
    because: tuple[tuple[str, int], ...]
    decided: int
    agreeing: int
    rules: tuple[RuleFigures, ...]
    severities: tuple[SeverityFigures, ...]
    moves: tuple[Move, ...]
    few: bool
    more_moves: int
    begun: tuple[str, ...] = ()
