"""A discrete-event simulation: withdrawals, the service's answers and what users then do, in order of time.

The service behind it is a running one or its code in this process. Times are seconds since the epoch.
"""

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from itertools import count
from typing import Protocol

from app.simulate.behaviour import Alert, Standing
from app.simulate.exchange import Exchange, Withdrawal
from app.simulate.ground_truth import AlertRecord, GroundTruth
from app.simulate.user_response import Reaction, Response


class AssessmentService(Protocol):
    """The service as the exchange sees it. Calls come in order of time."""

    def assess(self, now: float, withdrawal: Withdrawal) -> Alert | None:
        """None where the service did not answer; the exchange then shows no alert."""

    def report(self, now: float, assessment_id: str, outcome: str, occurred_at: float) -> None: ...


ScheduledCall = tuple[float, int, Callable[..., None], tuple[object, ...]]


class Simulation:
    """`run` runs it; `truth` then holds what happened."""

    def __init__(self, exchange: Exchange, response: Response, service: AssessmentService, truth: GroundTruth) -> None:
        self.truth = truth
        self._exchange = exchange
        self._response = response
        self._service = service
        self._queue: list[ScheduledCall] = []
        self._number = count()

    def run(self, arrivals: Iterable[float], until: float) -> None:
        """New withdrawals at the ascending times `arrivals`, and everything that follows from them before `until`."""
        for at in arrivals:
            self._run_due(at)
            self._withdraw(at, self._exchange.withdraw(at))
        self._run_due(until)

    def _run_due(self, now: float) -> None:
        queue = self._queue
        while queue and queue[0][0] < now:
            at, _, call, arguments = heappop(queue)
            call(at, *arguments)

    def _schedule(self, at: float, call: Callable[..., None], *arguments: object) -> None:
        heappush(self._queue, (at, next(self._number), call, arguments))

    def _withdraw(self, at: float, withdrawal: Withdrawal) -> None:
        alert = self._service.assess(at, withdrawal)
        self.truth.count("withdrawals")
        if alert is None:
            self.truth.count("unanswered by the service")
            return
        self.truth.count("assessments")
        retry = self._response.retry()
        if retry is not None:
            self._schedule(at + retry, self._retry, withdrawal)
        user = withdrawal.user
        standing = Standing.HONEST if withdrawal.campaign is None else Standing.VICTIM
        if alert.rule_id is None:
            self._follow(at, withdrawal, AlertRecord(alert, user.number), self._response.unwarned(standing))
            return
        self.truth.count("alerts")
        user.alerts += 1
        reaction = self._response.react(alert, standing, user.alerts, visible=user.channel != "api")
        record = self.truth.alerted(at, alert, user.number, standing=standing, exposure=user.alerts, reaction=reaction)
        self._follow(at, withdrawal, record, reaction)

    def _retry(self, at: float, withdrawal: Withdrawal) -> None:
        if self._service.assess(at, withdrawal) is not None:
            self.truth.count("assessments")

    def _follow(self, at: float, withdrawal: Withdrawal, record: AlertRecord, reaction: Reaction) -> None:
        for report in reaction.reports:
            self._schedule(at + report.received, self._report, withdrawal, record, report.outcome, at + report.occurs)
        if reaction.paid is not None:
            self._schedule(at + reaction.paid, self._pay, withdrawal)
        if reaction.returns is not None:
            self._schedule(at + reaction.returns, self._return, withdrawal)
        if reaction.amends is not None:
            self._schedule(at + reaction.amends, self._amend, withdrawal)

    def _report(self, at: float, withdrawal: Withdrawal, record: AlertRecord, outcome: str, occurred_at: float) -> None:
        self._service.report(at, record.alert.assessment_id, outcome, occurred_at)
        self.truth.recorded(record, outcome)
        if outcome == "confirmed_scam":
            self._exchange.reported(withdrawal)

    def _pay(self, at: float, withdrawal: Withdrawal) -> None:
        self._exchange.paid(withdrawal, at)

    def _return(self, at: float, withdrawal: Withdrawal) -> None:
        self.truth.count("came back days later")
        self._withdraw(at, self._exchange.withdraw_again(withdrawal, at, less=False))

    def _amend(self, at: float, withdrawal: Withdrawal) -> None:
        self.truth.count("came back with less")
        self._withdraw(at, self._exchange.withdraw_again(withdrawal, at, less=True))
