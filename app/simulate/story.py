"""One story: withdrawals, what the service answers, what the users then do, in the order of time.

Whether a service is asked over HTTP or its code is called is the desk's business. Times are seconds since the epoch.
"""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from itertools import count
from typing import Protocol

from app.simulate.exchange import Exchange, Withdrawal
from app.simulate.ground_truth import Seen, Truth
from app.simulate.user_response import Alert, Reaction, Response, Standing


class Desk(Protocol):
    """The service as the exchange sees it. Calls come in the order of time."""

    def assess(self, now: float, withdrawal: Withdrawal) -> Alert | None:
        """None where the service did not answer: the exchange then shows nothing of ours."""
        ...

    def report(self, now: float, assessment_id: str, outcome: str, occurred_at: float) -> None: ...


Act = tuple[float, int, Callable[..., None], tuple[object, ...]]


class Story:
    """`run` plays it; `truth` then tells what happened."""

    def __init__(self, exchange: Exchange, response: Response, desk: Desk, truth: Truth) -> None:
        self.truth = truth
        self._exchange = exchange
        self._response = response
        self._desk = desk
        self._due: list[Act] = []
        self._number = count()

    def run(self, arrivals: Iterable[float], until: float) -> None:
        """New withdrawals at the rising times `arrivals`, and all that follows from them before `until`."""
        for at in arrivals:
            self._catch_up(at)
            self._ask(at, self._exchange.withdraw(at))
        self._catch_up(until)

    def _catch_up(self, now: float) -> None:
        due = self._due
        while due and due[0][0] < now:
            at, _, act, arguments = heappop(due)
            act(at, *arguments)

    def _later(self, at: float, act: Callable[..., None], *arguments: object) -> None:
        heappush(self._due, (at, next(self._number), act, arguments))

    def _ask(self, at: float, withdrawal: Withdrawal) -> None:
        alert = self._desk.assess(at, withdrawal)
        self.truth.count("withdrawals")
        if alert is None:
            self.truth.count("unanswered by the service")
            return
        self.truth.count("assessments")
        retry = self._response.retry()
        if retry is not None:
            self._later(at + retry, self._retry, withdrawal)
        user = withdrawal.user
        standing = Standing.HONEST if withdrawal.campaign is None else Standing.VICTIM
        if alert.rule_id is None:
            self._follow(at, withdrawal, Seen(alert, user.number), self._response.unwarned(standing))
            return
        self.truth.count("alerts")
        user.alerts += 1
        reaction = self._response.react(alert, standing, user.alerts, visible=user.channel != "api")
        seen = self.truth.alerted(at, alert, user.number, standing=standing, exposure=user.alerts, reaction=reaction)
        self._follow(at, withdrawal, seen, reaction)

    def _retry(self, at: float, withdrawal: Withdrawal) -> None:
        if self._desk.assess(at, withdrawal) is not None:
            self.truth.count("assessments")

    def _follow(self, at: float, withdrawal: Withdrawal, seen: Seen, reaction: Reaction) -> None:
        for report in reaction.reports:
            self._later(at + report.received, self._report, withdrawal, seen, report.outcome, at + report.occurs)
        if reaction.paid is not None:
            self._later(at + reaction.paid, self._pay, withdrawal)
        if reaction.returns is not None:
            self._later(at + reaction.returns, self._return, withdrawal)
        if reaction.amends is not None:
            self._later(at + reaction.amends, self._amend, withdrawal)

    def _report(self, at: float, withdrawal: Withdrawal, seen: Seen, outcome: str, occurred_at: float) -> None:
        self._desk.report(at, seen.alert.assessment_id, outcome, occurred_at)
        self.truth.recorded(seen, outcome)
        if outcome == "confirmed_scam":
            self._exchange.reported(withdrawal)

    def _pay(self, at: float, withdrawal: Withdrawal) -> None:
        self._exchange.paid(withdrawal, at)

    def _return(self, at: float, withdrawal: Withdrawal) -> None:
        self.truth.count("came back days later")
        self._ask(at, self._exchange.again(withdrawal, at, less=False))

    def _amend(self, at: float, withdrawal: Withdrawal) -> None:
        self.truth.count("came back with less")
        self._ask(at, self._exchange.again(withdrawal, at, less=True))
